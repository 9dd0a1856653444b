"""Everyone else is marked as here by one button: each press of it by itself, and each that was undone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PressKey = tuple[int, int | None, datetime]
"""At which part, by whom and when: two people who press at once stay apart, and so do two presses by one person."""


class Marked(Protocol):
    """What is known of a mark."""

    @property
    def id(self) -> int: ...
    @property
    def part_id(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def marked_by_id(self) -> int | None: ...
    @property
    def marked_at(self) -> datetime: ...
    @property
    def superseded_at(self) -> datetime | None: ...
    @property
    def with_rest(self) -> bool: ...


@dataclass(frozen=True)
class Press:
    """The button was pressed. `number` is that of its first mark; `standing` marks nobody changed or undid since."""

    number: int
    part_id: int
    by_id: int | None
    at: datetime
    people: int
    standing: int


@dataclass(frozen=True)
class Undoing:
    """A press was undone for so many people. `press` is its number; None where that was not noted yet."""

    part_id: int
    by_id: int | None
    at: datetime
    people: int
    press: int | None


def press_key(mark: Marked) -> PressKey:
    return mark.part_id, mark.marked_by_id, mark.marked_at


def presses_of(marks: Iterable[Marked]) -> list[Press]:
    """Each press that these marks were made by, the earliest first."""
    of_press: dict[PressKey, list[Marked]] = {}
    for mark in marks:
        if mark.with_rest:
            of_press.setdefault(press_key(mark), []).append(mark)
    presses = [
        Press(
            min(one.id for one in made), part_id, by_id, at, len(made), sum(one.superseded_at is None for one in made)
        )
        for (part_id, by_id, at), made in of_press.items()
    ]
    return sorted(presses, key=lambda one: (one.at, one.number))


def undone_marks(marks: Sequence[Marked], undoings: Iterable[Undoing]) -> dict[int, Undoing]:
    """By mark: how it was undone. One that was changed in the same moment has another in its place, so it was not."""
    at_moment = {(one.part_id, one.at): one for one in undoings}
    replaced = {(one.part_id, one.person_id, one.marked_at) for one in marks}
    return {
        one.id: at_moment[one.part_id, one.superseded_at]
        for one in marks
        if one.with_rest and one.superseded_at is not None
        and (one.part_id, one.superseded_at) in at_moment
        and (one.part_id, one.person_id, one.superseded_at) not in replaced
    }
