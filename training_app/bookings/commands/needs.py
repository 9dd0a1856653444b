"""Deleting what people said would help them take part, once nobody needs it any more."""

from datetime import datetime

from sqlalchemy import update

from training_app.audit.commands import record
from training_app.bookings.models import Booking
from training_app.bookings.rules import needs_end_on
from training_app.clock import local
from training_app.extensions import db


def delete_old_needs(now: datetime) -> int:
    """Empty it wherever its time is over. The audit is told how many and not what. Returns how many.

    What is empty stays empty, so running it twice does nothing more.
    """
    is_due = Booking.keeps_needs_of(needs_end_on(local(now).date()))
    deleted = len(db.session.scalars(update(Booking).where(is_due).values(needs="").returning(Booking.id)).all())
    if deleted:
        record("booking.needs_deleted", "booking", None, actor_id=None, now=now, number=deleted)
    return deleted
