"""What people set on a session by hand is kept by field, so that a programme file does not change it back.

Whoever calls holds the session's lock.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from sqlalchemy import delete, select

from training_app.extensions import db
from training_app.programme.commands.arranging import facts_of
from training_app.programme.models import FieldSetByHand, SessionMovedFrom, TrainingSession
from training_app.programme.rules.sessions import NOTHING, SessionField

FieldValues = Mapping[SessionField, object]


def field_values(session: TrainingSession) -> FieldValues:
    """What each field holds, to be compared once a change is stored. Parts may change places among themselves."""
    return {
        SessionField.STRAND: session.strand,
        SessionField.PROVIDER: session.provider,
        SessionField.EVALUATION_MODE: session.evaluation_mode,
        SessionField.COUNTS_IN_PROGRAMME: session.counts_in_programme,
        SessionField.NOTE: session.note or NOTHING,  # as the audit has it, so that both say the same
        SessionField.CAPACITY: session.capacity,
        SessionField.PRIORITIES: {priority.id for priority in session.priorities},
        SessionField.PARTS: Counter(facts_of(part) for part in session.parts),
        SessionField.HEADCOUNT: session.headcount,
        SessionField.NO_DATA_REASON: session.no_data_reason,
    }


def note_fields_changed(
    session: TrainingSession, before: FieldValues, *, actor_id: int | None, now: datetime
) -> None:
    """Keep that every field that is not as it was before has been set by hand."""
    changed = {field for field, value in field_values(session).items() if value != before[field]}
    note_fields_set(session.id, changed, actor_id=actor_id, now=now)


def note_fields_set(
    session_id: int, fields: Collection[SessionField], *, actor_id: int | None, now: datetime
) -> None:
    """Keep that these fields were set by hand; of a field that was set before, the latest time stands."""
    query = select(FieldSetByHand).where(FieldSetByHand.session_id == session_id, FieldSetByHand.field.in_(fields))
    stored = {row.field: row for row in db.session.scalars(query)} if fields else {}
    for field in sorted(fields):
        row = stored.get(field) or FieldSetByHand(session_id=session_id, field=field)
        row.set_at, row.set_by_id = now, actor_id
        db.session.add(row)
    db.session.flush()


def note_move(
    session: TrainingSession, began: tuple[date, time], *, actor_id: int | None, now: datetime
) -> None:
    """Keep the day and start that a session had before, where it begins at another now."""
    begins = session.first_day, session.starts_at
    if begins == began:
        return
    # A session that came back to an earlier day is no longer away from it.
    db.session.execute(
        delete(SessionMovedFrom).where(
            SessionMovedFrom.session_id == session.id, SessionMovedFrom.first_day == session.first_day,
            SessionMovedFrom.starts_at == session.starts_at,
        )
    )
    day, start = began
    db.session.add(
        SessionMovedFrom(session_id=session.id, first_day=day, starts_at=start, at=now, actor_id=actor_id)
    )
    db.session.flush()


def forget_changes(session_id: int) -> None:
    """Delete what was kept of a session that is about to be deleted."""
    db.session.execute(delete(FieldSetByHand).where(FieldSetByHand.session_id == session_id))
    db.session.execute(delete(SessionMovedFrom).where(SessionMovedFrom.session_id == session_id))
