"""Writes to a register. Each takes the session's lock, so that two trainers' marks come one after the other."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from training_app.agencies.queries import agency_as_at
from training_app.agencies.rules import Area
from training_app.audit import commands as audit
from training_app.clock import local
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.queries import posts_on
from training_app.programme.models import TrainingSession
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.everyone_else import UNDONE, marks_of_press
from training_app.registers.queries.sheet import Key, Sheet, names_ever_on, sheet_of
from training_app.registers.rules.marks import (
    AbsenceReason,
    Mark,
    MarksDiffer,
    SavedMarks,
    SentRow,
    Settled,
    WhyNotNow,
    left_for_the_rest,
    settle,
    why_not_change,
)


class NotNow(Refused):
    """The register cannot be changed now. `why` is the rule's reason."""

    def __init__(self, why: WhyNotNow) -> None:
        super().__init__(why.sentence)
        self.why = why


@dataclass(frozen=True)
class NewMark:
    """A mark to write."""

    mark: Mark
    reason: str = ""
    with_rest: bool = False


def save_marks(
    session_id: int, rows: Iterable[SentRow], *, actor_id: int, now: datetime, is_office: bool,
    rest_here: int | None = None, undo: int | None = None,
) -> SavedMarks:
    """Write what changed. An unchanged row writes nothing; a changed one supersedes the earlier mark, which stays.

    `rest_here`: at this part everyone else who is booked is here; `undo`: what this press of that button marked
    goes.

    Someone whose booking ended meanwhile is passed over and told of: nobody else's mark is lost for that. Raises
    NotNow where the register cannot be changed, Refused for a row that was never on it.
    """
    sheet = locked_sheet(session_id, now)
    refuse_unless_open(sheet, now, is_office)
    rows, rest = _with_rest(sheet, list(rows), rest_here)
    gone = _gone(sheet, rows)
    markable = {one.part.id for one in sheet.parts if one.open_for_marks}
    wanted: dict[Key, NewMark] = {}
    differences = []
    for row in rows:
        key = (row.part_id, row.person_id)
        if row.person_id in gone:
            continue
        stored = sheet.marks.get(key)
        verdict = settle(row.on_page, stored.mark if stored else None, row.wanted)
        if verdict in (Settled.WRITE, Settled.WRITE_AND_ASK) and row.wanted is not None:
            wanted[key] = NewMark(row.wanted, _reason(row.wanted, row.reason, stored), key in rest)
        elif _reason_changed(row, stored):
            wanted[key] = NewMark(Mark.ABSENT, _reason(Mark.ABSENT, row.reason, stored))
        asked = verdict in (Settled.KEEP_AND_ASK, Settled.WRITE_AND_ASK) or _reason_differs(row, stored)
        if asked and stored is not None:
            differences.append(_difference(row, stored, wanted.get(key)))
    if any(part_id not in markable for part_id, _ in wanted):
        raise NotNow(WhyNotNow.NOT_YET)
    write_marks(sheet, wanted, actor_id=actor_id, now=now)
    _note(sheet, wanted, differences, actor_id, now)
    taken_back = None if undo is None else _undo(sheet, undo, actor_id, now)
    return SavedMarks(len(wanted), differences, gone, len(rest), taken_back)


def _with_rest(sheet: Sheet, rows: list[SentRow], part_id: int | None) -> tuple[list[SentRow], set[Key]]:
    """The rows with everyone else at this part marked as here, and who they are."""
    if part_id is None:
        return rows, set()
    unmarked = {(part_id, person_id) for person_id in sheet.bookings} - sheet.marks.keys()
    rest = left_for_the_rest(rows, unmarked, part_id)
    return [
        replace(row, wanted=Mark.ATTENDED, reason="") if (row.part_id, row.person_id) in rest else row for row in rows
    ], rest


def _undo(sheet: Sheet, press: int, actor_id: int, now: datetime) -> int:
    """Whoever was marked by this one press, and not by themselves since, is unmarked again."""
    made = marks_of_press(sheet.session.id, press)
    for mark in made:
        mark.superseded_at = now
    if made:
        db.session.flush()
        audit.record(
            UNDONE, "training_session", sheet.session.id, actor_id=actor_id, now=now,
            part_id=made[0].part_id, marks=len(made), press=press,
        )
    return len(made)


def _gone(sheet: Sheet, rows: Sequence[SentRow]) -> list[int]:
    """Who was marked on the page and was on the register once, and is not any more."""
    there = {person_id for _, person_id in sheet.marks} | sheet.bookings.keys()
    missing = {row.person_id for row in rows if row.wanted not in (None, row.on_page)} - there
    return sorted(names_ever_on(sheet.session.id, missing)) if missing else []


def _difference(row: SentRow, stored: AttendanceMark, new: NewMark | None) -> MarksDiffer:
    yours, stands = row.wanted or Mark.ABSENT, new or NewMark(stored.mark, stored.reason)
    return MarksDiffer(
        row.part_id, row.person_id, stored.mark, stored.marked_by_id, yours=yours, stands=stands.mark,
        theirs_reason=stored.reason, yours_reason=row.reason if yours is Mark.ABSENT else "",
        stands_reason=stands.reason,
    )


def _note(
    sheet: Sheet, wanted: Mapping[Key, NewMark], differences: Sequence[MarksDiffer], actor_id: int, now: datetime
) -> None:
    """Both marks of a difference are kept: the one that does not stand is in the audit."""
    rest = sum(one.with_rest for one in wanted.values())
    if wanted:
        audit.record(
            "register.marked", "training_session", sheet.session.id, actor_id=actor_id, now=now, marks=len(wanted),
            **({"with_everyone_else": rest} if rest else {}),
        )
    for one in differences:
        audit.record(
            "register.marks_differed", "training_session", sheet.session.id, actor_id=actor_id, now=now,
            part_id=one.part_id, person_id=one.person_id, theirs=one.theirs.value, yours=one.yours.value,
            stands=one.stands.value,
        )


def _reason(mark: Mark, given: str, stored: AttendanceMark | None) -> str:
    if mark is not Mark.ABSENT or not given:
        return ""
    if given not in set(AbsenceReason) and (stored is None or given != stored.reason):
        raise Refused("Choose a reason from the list")
    return given


def _reason_changed(row: SentRow, stored: AttendanceMark | None) -> bool:
    if stored is None or stored.mark is not Mark.ABSENT or row.wanted not in (None, Mark.ABSENT):
        return False
    return row.reason != row.reason_on_page and row.reason != stored.reason


def _reason_differs(row: SentRow, stored: AttendanceMark | None) -> bool:
    """Did they choose a reason for a row that somebody else has changed since, and not to the same?"""
    if stored is None or row.wanted not in (None, Mark.ABSENT) or row.reason == row.reason_on_page:
        return False
    seen_or_same = {(row.on_page, row.reason_on_page), (Mark.ABSENT, row.reason)}
    return row.on_page is Mark.ABSENT and (stored.mark, stored.reason) not in seen_or_same


def locked_sheet(session_id: int, now: datetime) -> Sheet:
    session = lock_rows(TrainingSession, [session_id])[0]
    return sheet_of(session, local(now).date())


def refuse_unless_open(sheet: Sheet, now: datetime, is_office: bool) -> None:
    reason = why_not_change(sheet.facts, local(now).date(), is_office=is_office)
    if reason is not None:
        raise NotNow(reason)


def write_marks(sheet: Sheet, wanted: Mapping[Key, NewMark], *, actor_id: int, now: datetime) -> None:
    """Supersede and write, with the agency, post and area as at that day. The caller holds the session's lock.

    Raises Refused for a person who has neither a place at the session nor a mark.
    """
    if not wanted:
        return
    earlier = {person_id: mark for (_, person_id), mark in sheet.marks.items()}
    strangers = {person_id for _, person_id in wanted} - earlier.keys() - sheet.bookings.keys()
    if strangers:
        raise Refused("Someone on this page is no longer on the register. Open it again and look.")
    as_at = _as_at_that_day(sheet, {person_id for _, person_id in wanted}, earlier)
    for key in wanted:
        if key in sheet.marks:
            sheet.marks[key].superseded_at = now
    db.session.flush()  # before the new ones: only one mark of a person and part is live
    add_marks(sheet.session.id, wanted, as_at, sheet, actor_id=actor_id, now=now)


@dataclass(frozen=True)
class AsAtThatDay:
    """What a mark copies of a person."""

    agency_id: int | None
    area: Area | None
    post_title: str
    booking_id: int | None


def add_marks(
    session_id: int, wanted: Mapping[Key, NewMark], as_at: Mapping[int, AsAtThatDay], sheet: Sheet, *,
    actor_id: int, now: datetime, generated: Collection[int] = (),
) -> None:
    made_up = {one.person_id for one in sheet.bookings.values() if one.person.generated}
    made_up |= {one.person_id for one in sheet.marks.values() if one.person.generated} | set(generated)
    db.session.add_all(
        AttendanceMark(
            session_id=session_id, part_id=part_id, person_id=person_id, mark=new.mark, reason=new.reason,
            agency_id=as_at[person_id].agency_id, area=as_at[person_id].area,
            post_title=as_at[person_id].post_title, booking_id=as_at[person_id].booking_id,
            marked_at=now, marked_by_id=actor_id, generated=person_id in made_up, with_rest=new.with_rest,
        )
        for (part_id, person_id), new in wanted.items()
    )
    db.session.flush()


def _as_at_that_day(
    sheet: Sheet, person_ids: Collection[int], earlier: Mapping[int, AttendanceMark]
) -> dict[int, AsAtThatDay]:
    """From the mark the person has, else from the booking, else from the post held on the day."""
    as_at: dict[int, AsAtThatDay] = {}
    for person_id in person_ids:
        mark, booking = earlier.get(person_id), sheet.bookings.get(person_id)
        booking_id = booking.id if booking else mark.booking_id if mark else None
        source = mark or booking
        if source is not None and (mark is not None or source.agency_id is not None):
            as_at[person_id] = AsAtThatDay(source.agency_id, source.area, source.post_title, booking_id)
    missing = [one for one in person_ids if one not in as_at]
    day = sheet.session.first_day
    for person_id, posts in posts_on(missing, day).items():
        agency = agency_as_at(posts[0].agency, day) if posts else None
        as_at[person_id] = AsAtThatDay(
            agency.id if agency else None, agency.area if agency else None, posts[0].title if posts else "",
            sheet.bookings[person_id].id if person_id in sheet.bookings else None,
        )
    return as_at
