"""What the button that marks everyone else as here did at a session, and what was undone of it."""

from sqlalchemy import select

from training_app.audit.models import AuditEntry
from training_app.extensions import db
from training_app.registers.models import AttendanceMark
from training_app.registers.rules.everyone_else import Undoing, press_key

UNDONE = "register.rest_taken_back"


def marks_of_press(session_id: int, number: int) -> list[AttendanceMark]:
    """The marks that stand of the press whose first mark has this number; none where it is no press of this session."""
    first = db.session.get(AttendanceMark, number)
    if first is None or first.session_id != session_id or not first.with_rest:
        return []
    part_id, by_id, at = press_key(first)
    query = select(AttendanceMark).where(
        AttendanceMark.session_id == session_id, AttendanceMark.part_id == part_id, AttendanceMark.with_rest,
        AttendanceMark.marked_at == at, AttendanceMark.marked_by_id.is_not_distinct_from(by_id),
        AttendanceMark.stands(),
    )
    return list(db.session.scalars(query.order_by(AttendanceMark.id)))


def undoings_at(session_id: int) -> list[Undoing]:
    """Each time that it was undone, the earliest first. A mark keeps until when it stood, the audit who ended it."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.subject_type == "training_session", AuditEntry.subject_id == session_id,
            AuditEntry.action == UNDONE,
        )
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return [
        Undoing(one.detail["part_id"], one.actor_id, one.at, one.detail["marks"], one.detail.get("press"))
        for one in db.session.scalars(query)
    ]
