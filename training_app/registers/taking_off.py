"""Someone was added at the door by mistake, and comes off the register again."""

from datetime import datetime

from sqlalchemy import select

from training_app.audit import commands as audit
from training_app.clock import local
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.models import Person
from training_app.registers.commands import NotNow, locked_sheet
from training_app.registers.models import AttendanceMark
from training_app.registers.rules import LONGEST_WHY_OFF, TAKEN_OFF, Mark, why_not_change


def take_off(
    session_id: int, person_id: int, why: str, *, actor_id: int, now: datetime, is_office: bool
) -> Person:
    """Supersede each mark of someone who never had a place. What was marked is kept, with who took it off and why.

    Whoever had a place stays and is marked: that they did not come is worth knowing. Asked twice, nothing more is done.
    """
    sheet = locked_sheet(session_id, now)
    reason = why_not_change(sheet.facts, local(now).date(), is_office=is_office)
    if reason is not None:
        raise NotNow(reason)
    live = [mark for (_, one), mark in sheet.marks.items() if one == person_id]
    if not live and _was_taken_off(session_id, person_id):
        return db.session.get_one(Person, person_id)
    if person_id not in sheet.walk_in_ids:
        raise Refused("Only someone who was added at the door can be taken off. Mark everyone else as not here.")
    why = why.strip()
    if not why:
        raise Refused("Say why they are taken off the register")
    if len(why) > LONGEST_WHY_OFF:
        raise Refused(f"Use {LONGEST_WHY_OFF} characters or fewer")
    for mark in live:
        mark.superseded_at = now
    db.session.flush()  # before the line that says why: only one mark of a person and part is live
    db.session.add_all(_line(mark, why, actor_id, now) for mark in live)
    db.session.flush()
    audit.record(
        "register.taken_off", "training_session", session_id, actor_id=actor_id, now=now, person_id=person_id,
        marks=len(live),
    )
    return live[0].person


def _line(mark: AttendanceMark, why: str, actor_id: int, now: datetime) -> AttendanceMark:
    """A mark that stands at no time: it says in the history who took the earlier one off, when and why."""
    return AttendanceMark(
        session_id=mark.session_id, part_id=mark.part_id, person_id=mark.person_id, mark=Mark.ABSENT,
        reason=f"{TAKEN_OFF}{why}", agency_id=mark.agency_id, area=mark.area, post_title=mark.post_title,
        marked_at=now, marked_by_id=actor_id, superseded_at=now, generated=mark.generated,
    )


def _was_taken_off(session_id: int, person_id: int) -> bool:
    line = select(AttendanceMark.id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.person_id == person_id,
        AttendanceMark.reason.startswith(TAKEN_OFF),
    )
    return bool(db.session.scalar(select(line.exists())))
