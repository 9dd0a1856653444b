"""What the pages of a register say: why it cannot be closed yet, where two people differ, what was not saved."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from training_app.clock import local
from training_app.registers.rules.attendances import Attendances, Basis, Standing
from training_app.registers.rules.everyone_else import Press
from training_app.registers.rules.marks import Mark, MarksDiffer, RegisterState, SavedMarks, SentRow, reason_label
from training_app.words.dates import long_date, moment
from training_app.words.numbers import counted
from training_app.words.times import clock_time


def register_in_words(one: Standing, today: date) -> str:
    """Open: unmarked · Open: 12 came · Closed: 14 came, by headcount · Opens on the day. The same on every page."""
    if one.cancelled:
        return "No register: cancelled"
    closed = one.state is RegisterState.CLOSED
    if today < one.opens and not closed and not one.has_names:
        return "Opens on the day"
    if one.attendances.number is None:
        known = "no data" if one.no_data_reason and (one.over or closed) else "unmarked"
    else:
        known = came_in_words(one.attendances)
    return f"{'Closed' if closed else 'Open'}: {known}"


def came_in_words(attendances: Attendances) -> str:
    """14 came · 12 came, by headcount · 11 came, but 12 stated. Of attendances that are known."""
    said = f"{attendances.number:,} came"
    if attendances.basis is Basis.HEADCOUNT:
        return f"{said}, by headcount"
    return said if attendances.disagreement is None else f"{said}, but {attendances.disagreement:,} stated"


def ends_later(ends: datetime, last_day: date, now: datetime) -> str:
    """When a register can be closed, of a session that still goes on: nobody has attended the whole of it yet."""
    here = local(ends)
    if here.time() == time(0):
        return f"This session ends on {long_date(last_day)}. Close the register after that day."
    day = "" if here.date() == local(now).date() else f" on {long_date(here.date())}"
    return f"This session ends{day} at {clock_time(here.time())}. Close the register then."


def conflicts_of(differences: Iterable[MarksDiffer], names: Mapping[int, str]) -> dict[str, str]:
    """By row: what someone else marked, what was sent, and what stands. `names` are those of the users who marked."""
    return {
        f"{one.part_id}-{one.person_id}": _conflict(one, names.get(one.theirs_by_id or 0, "Someone else"))
        for one in differences
    }


def _conflict(one: MarksDiffer, by: str) -> str:
    return (
        f"{by} marked “{_said(one.theirs, one.theirs_reason)}” while your page was open."
        f" You marked “{_said(one.yours, one.yours_reason)}”."
        f" The register now says “{_said(one.stands, one.stands_reason)}”: change it if that is wrong."
    )


def _said(mark: Mark, reason: str) -> str:
    return f"{mark.label} ({reason_label(reason).lower()})" if reason else mark.label


def saved_in_words(saved: SavedMarks, *, alone: bool = True) -> str:
    """Saved: 29 marks. 27 of them: everyone else, marked as here.

    Where nothing was changed, that is said, unless the page has something else to say and this does not stand `alone`.
    """
    said = [f"Saved: {counted(saved.marks, 'mark')}."] if saved.marks else []
    if saved.rest:
        said.append(f"{saved.rest:,} of them: everyone else, marked as here. You can undo that below.")
    if saved.taken_back:
        people = counted(saved.taken_back, "person is", "people are")
        said.append(f"Undone: {people} unmarked again.")
    elif saved.taken_back is not None:
        said.append("Nothing to undo: those marks were undone or changed already.")
    return " ".join(said) or ("Nothing was changed." if alone else "")


def undo_in_words(press: Press, by: str | None, in_part: str, today: date) -> str:
    """Undo: 14 people marked by Jo Bloggs at 4:02pm; with the day, where it was another."""
    here = local(press.at)
    when = f"at {clock_time(here.time())}" if here.date() == today else moment(press.at)
    whose = f" by {by}" if by else ""
    return f"Undo: {counted(press.standing, 'person', 'people')} marked{in_part}{whose} {when}"


def those_gone(names: Iterable[str]) -> list[str]:
    """A sentence on each whose booking ended, or who was taken off, while the page was open."""
    return [
        f"{name} is not on the register any more: their booking ended, or they were taken off, while your page was"
        " open. So your mark was not saved. If they came, add them with their work email."
        for name in names
    ]


def marks_not_saved(
    rows: Iterable[SentRow],
    marks: Mapping[tuple[int, int], Mark],
    names: Mapping[int, str],
    positions: Mapping[int, int],
) -> list[str]:
    """Of a page that was refused as a whole: each mark on it that the register does not hold.

    `marks` stand now, by part and person; `positions` are those of the parts that are kept a register of.
    """
    unlike = [
        (row, marks[key].label if key in marks else "")
        for row in rows
        if row.wanted is not None and row.wanted is not row.on_page
        for key in [(row.part_id, row.person_id)]
        if marks.get(key) is not row.wanted
    ]
    return [
        f"{names[row.person_id]}{_in_part(row.part_id, positions)}: you marked “{row.wanted.label}”;"
        f" the register says {f'“{says}”' if says else 'nothing'}."
        for row, says in unlike
        if row.wanted is not None and row.person_id in names and row.part_id in positions
    ]


def _in_part(part_id: int, positions: Mapping[int, int]) -> str:
    return f", part {positions[part_id]}" if len(positions) > 1 else ""
