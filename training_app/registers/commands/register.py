"""Closing a register and opening it again, and a number in the place of names."""

from datetime import datetime

from training_app.audit import commands as audit
from training_app.clock import local
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme.commands.office_changes import note_fields_set
from training_app.programme.models import TrainingSession
from training_app.programme.rules.parts import minutes_together
from training_app.programme.rules.sessions import STATED_AT_THE_REGISTER
from training_app.records.commands import Change, Completer, settle_session
from training_app.registers.commands.marks import NewMark, NotNow, locked_sheet, refuse_unless_open, write_marks
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.queries.sheet import Sheet, parts_to_mark, sheet_of
from training_app.registers.rules.marks import (
    LONGEST_REASON,
    Mark,
    RegisterState,
    WhyNotClose,
    has_completed,
    why_not_close,
    why_not_open,
)
from training_app.registers.wording import ends_later


class OpenAlready(Refused):
    """The register is open: nothing is to be opened again."""


def close_register(
    session_id: int, *, rest_absent: bool, actor_id: int, now: datetime, is_office: bool
) -> Change:
    """Close the register: from here on it is the one truth of who came, and the learning record follows it.

    With `rest_absent`, whoever has no mark yet was not there. Raises NotNow, or Refused with what is missing and
    before the session ends.
    """
    sheet = locked_sheet(session_id, now)
    refuse_unless_open(sheet, now, is_office)
    session = sheet.session
    said = session.headcount is not None or session.no_data_reason is not None
    unmarked = {(row.part_id, row.person_id): row for one in sheet.parts for row in one.rows if row.mark is None}
    missing = why_not_close(
        unmarked=0 if rest_absent else len(unmarked), marked=len(sheet.marks) + rest_absent * len(unmarked),
        number_said=said, ended=session.is_over(now),
    )
    if missing is not None:
        too_early = missing is WhyNotClose.NOT_ENDED
        raise Refused(ends_later(session.ends_at, session.last_day, now) if too_early else missing.sentence)
    if rest_absent:
        write_marks(sheet, {key: NewMark(Mark.ABSENT) for key in unmarked}, actor_id=actor_id, now=now)
        sheet = sheet_of(session, local(now).date())
    _change(session_id, RegisterState.CLOSED, "", actor_id, now)
    change = settle_session(
        session, _completers(sheet), minutes_together(session.parts), actor_id=actor_id, now=now,
        why="The register was corrected and closed again.",
    )
    audit.record(
        "register.closed", "training_session", session_id, actor_id=actor_id, now=now, came=sheet.came,
        marks=len(sheet.marks),
    )
    return change


def _completers(sheet: Sheet) -> dict[int, Completer]:
    """Who attended every part that is to be marked. A mark on a part that became e-learning decides nothing."""
    parts = {part.id for part in parts_to_mark(sheet.session)}
    of_person: dict[int, list[AttendanceMark]] = {}
    for (part_id, person_id), mark in sheet.marks.items():
        if part_id in parts:
            of_person.setdefault(person_id, []).append(mark)
    return {
        person_id: Completer(marks[-1].agency_id, marks[-1].person.generated)
        for person_id, marks in of_person.items()
        if has_completed([one.mark for one in marks], len(parts))
    }


def reopen_register(session_id: int, why: str, *, actor_id: int, now: datetime, is_office: bool) -> None:
    """Open a closed register again, with a reason. Completions stay until it is closed again."""
    sheet = locked_sheet(session_id, now)
    reason = why_not_open(sheet.facts, local(now).date(), is_office=is_office)
    if reason is not None:
        raise NotNow(reason)
    if sheet.state is RegisterState.OPEN:
        raise OpenAlready("This register is open already.")
    why = why.strip()
    if not why:
        raise Refused("Say why the register is opened again")
    if len(why) > LONGEST_REASON:
        raise Refused(f"Use {LONGEST_REASON} characters or fewer")
    _change(session_id, RegisterState.OPEN, why, actor_id, now)
    audit.record("register.reopened", "training_session", session_id, actor_id=actor_id, now=now)


def _change(session_id: int, state: RegisterState, why: str, actor_id: int, now: datetime) -> None:
    db.session.add(RegisterChange(session_id=session_id, state=state, at=now, actor_id=actor_id, why=why))
    db.session.flush()


def state_number(
    session_id: int, number: int | None, why_none: str, *, actor_id: int, now: datetime, is_office: bool
) -> TrainingSession:
    """Say how many came where no names were taken, or why nobody knows. Unknown is never zero.

    Beside names the number is kept and not counted: where it differs, the office sees both.
    """
    sheet = locked_sheet(session_id, now)
    refuse_unless_open(sheet, now, is_office)
    session, why_none = sheet.session, why_none.strip()
    if (number is None) == (not why_none):
        raise Refused("Enter how many came, or say why nobody knows")
    if number is not None and number < 0:
        raise Refused("Enter a whole number, 0 or more")
    before = session.headcount
    session.headcount, session.no_data_reason = number, why_none or None
    note_fields_set(session_id, STATED_AT_THE_REGISTER, actor_id=actor_id, now=now)
    audit.record(
        "register.number_stated", "training_session", session_id, actor_id=actor_id, now=now,
        was=before, number=number,
    )
    return session
