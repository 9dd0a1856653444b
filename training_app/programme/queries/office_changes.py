"""What people set on sessions by hand, and the days and starts the office moved sessions away from."""

from collections.abc import Collection
from datetime import date, time

from sqlalchemy import select

from training_app.extensions import db
from training_app.programme.models import FieldSetByHand, SessionMovedFrom
from training_app.programme.rules.sessions import SessionField


def fields_set_by_hand(session_ids: Collection[int]) -> dict[int, set[SessionField]]:
    """The fields of each of these sessions that were set by hand; none for most."""
    fields: dict[int, set[SessionField]] = {session_id: set() for session_id in session_ids}
    query = select(FieldSetByHand.session_id, FieldSetByHand.field).where(FieldSetByHand.session_id.in_(session_ids))
    for session_id, field in db.session.execute(query):
        fields[session_id].add(field)
    return fields


def earlier_starts(session_ids: Collection[int]) -> dict[int, list[tuple[date, time]]]:
    """The days and starts that each of these sessions was moved away from, the earliest first; none for most."""
    starts: dict[int, list[tuple[date, time]]] = {session_id: [] for session_id in session_ids}
    query = (
        select(SessionMovedFrom.session_id, SessionMovedFrom.first_day, SessionMovedFrom.starts_at)
        .where(SessionMovedFrom.session_id.in_(session_ids))
        .order_by(SessionMovedFrom.first_day, SessionMovedFrom.starts_at)
    )
    for session_id, day, start in db.session.execute(query):
        starts[session_id].append((day, start))
    return starts
