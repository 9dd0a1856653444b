"""What a page that was out of date is told: where it differs from the register, and what of it was not saved."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from training_app.accounts.queries import names_of_users
from training_app.extensions import db
from training_app.people.models import Person
from training_app.registers.commands import Difference, Saved, SentRow
from training_app.registers.rules import Mark, reason_label
from training_app.registers.sheet import Sheet


def conflicts_of(saved: Saved | None) -> dict[str, str]:
    """By row: what someone else marked, what was sent, and what stands."""
    if saved is None or not saved.differences:
        return {}
    names = names_of_users({one.theirs_by_id for one in saved.differences if one.theirs_by_id is not None})
    return {
        f"{one.part_id}-{one.person_id}": _conflict(one, names.get(one.theirs_by_id or 0, "Someone else"))
        for one in saved.differences
    }


def _conflict(one: Difference, by: str) -> str:
    return (
        f"{by} marked “{_said(one.theirs, one.theirs_reason)}” while your page was open."
        f" You marked “{_said(one.yours, one.yours_reason)}”."
        f" The register now says “{_said(one.stands, one.stands_reason)}”: change it if that is wrong."
    )


def _said(mark: Mark, reason: str) -> str:
    return f"{mark.label} ({reason_label(reason).lower()})" if reason else mark.label


def those_gone(saved: Saved | None) -> list[str]:
    """A sentence on each whose booking ended, or who was taken off, while the page was open."""
    return [
        f"{name} is not on the register any more: their booking ended, or they were taken off, while your page was"
        " open. So your mark was not saved. If they came, add them with their work email."
        for name in _names(saved.gone if saved else ())
    ]


def not_saved(sheet: Sheet, rows: Iterable[SentRow]) -> list[str]:
    """Of a page that was refused as a whole: each mark on it that the register does not hold."""
    unlike = [
        (row, sheet.marks[key].mark.label if key in sheet.marks else "")
        for row in rows
        if row.wanted is not None and row.wanted is not row.shown
        for key in [(row.part_id, row.person_id)]
        if key not in sheet.marks or sheet.marks[key].mark is not row.wanted
    ]
    names = dict(_people({row.person_id for row, _ in unlike}))
    positions = {one.part.id: one.part.position for one in sheet.parts}
    return [
        f"{names[row.person_id]}{_in_part(row.part_id, positions)}: you marked “{row.wanted.label}”;"
        f" the register says {f'“{says}”' if says else 'nothing'}."
        for row, says in unlike
        if row.wanted is not None and row.person_id in names and row.part_id in positions
    ]


def _in_part(part_id: int, positions: dict[int, int]) -> str:
    return f", part {positions[part_id]}" if len(positions) > 1 else ""


def _names(person_ids: Collection[int]) -> list[str]:
    return [name for _, name in _people(person_ids)]


def _people(person_ids: Collection[int]) -> Sequence[tuple[int, str]]:
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(person_ids))).order_by(Person.name, Person.id)
    return [(person_id, name) for person_id, name in db.session.execute(query)]
