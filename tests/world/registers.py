"""Marks on a register, and whether it is closed."""

from datetime import datetime

from training_app import clock
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import SessionPart, TrainingSession
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.marks import Mark, RegisterState


def make_mark(
    session: TrainingSession, person: Person, mark: Mark = Mark.ATTENDED, *, part: SessionPart | None = None,
    **columns: object,
) -> AttendanceMark:
    """The person at this part of the session: its first, unless told otherwise."""
    part = part or session.parts[0]
    usual = {"session_id": session.id, "part_id": part.id, "person": person, "mark": mark, "marked_at": clock.now()}
    row = AttendanceMark(**usual | columns)
    db.session.add(row)
    db.session.flush()
    return row


def make_register_change(
    session: TrainingSession, at: datetime, state: RegisterState = RegisterState.CLOSED
) -> RegisterChange:
    """The register is closed at this time, whatever is on it, or opened again."""
    change = RegisterChange(session_id=session.id, state=state, at=at)
    db.session.add(change)
    db.session.flush()
    return change
