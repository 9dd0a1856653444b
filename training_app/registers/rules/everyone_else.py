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
    """The button was pressed. `number` is that of its first mark among those looked at: the first of all, or the first
    that stands. Any mark of a press names it. `standing` marks nobody changed or undid since.
    """

    number: int
    part_id: int
    by_id: int | None
    at: datetime
    people: int
    standing: int


@dataclass(frozen=True)
class Undoing:
    """A press was undone for so many people. `press` is the number of one of its marks, the first that stood then; None
    where that was not noted yet.
    """

    part_id: int
    by_id: int | None
    at: datetime
    people: int
    press: int | None


def press_key(mark: Marked) -> PressKey:
    return mark.part_id, mark.marked_by_id, mark.marked_at


def presses_of(marks: Iterable[Marked]) -> list[Press]:
    """Each press that these marks were made by, the earliest first."""
    return sorted((press for press, _ in _presses(marks)), key=lambda one: (one.at, one.number))


def press_of_each(marks: Iterable[Marked]) -> dict[int, Press]:
    """By mark: the press that it was made by. So a press is found by whichever of its marks somebody named it."""
    return {one.id: press for press, made in _presses(marks) for one in made}


def _presses(marks: Iterable[Marked]) -> list[tuple[Press, list[Marked]]]:
    of_press: dict[PressKey, list[Marked]] = {}
    for mark in marks:
        if mark.with_rest:
            of_press.setdefault(press_key(mark), []).append(mark)
    return [
        (
            Press(
                min(one.id for one in made), *key, people=len(made),
                standing=sum(one.superseded_at is None for one in made),
            ),
            made,
        )
        for key, made in of_press.items()
    ]


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
