"""Bookings as rows. What a booking causes (letters, offers, lines of the audit) comes of the commands alone."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from training_app import clock
from training_app.bookings.models import Booking, CalendarEntry
from training_app.bookings.rules import BookingState, new_code
from training_app.extensions import db


def make_booking(
    session_id: int, person_id: int, states: Sequence[BookingState] = (BookingState.CONFIRMED,), *,
    now: datetime | None = None, **columns: object,
) -> Booking:
    """A booking that has come through these states, one after the other."""
    now = now or clock.now()
    usual = {"session_id": session_id, "person_id": person_id, "code": new_code(), "booked_at": now}
    booking = Booking(**usual | columns)
    for state in states:
        waits = state is BookingState.WAITLISTED
        booking.move_to(state, actor_id=None, now=now, queue_number=_last_number(session_id) + 1 if waits else None)
    db.session.add(booking)
    db.session.flush()
    return booking


def make_left_over_entry(booking: Booking, on_day: date) -> CalendarEntry:
    """An entry of a day that is gone, which letters of an earlier version put into the calendar and never took out."""
    uid = f"booking-{booking.code}-2@old.example"
    entry = CalendarEntry(booking=booking, part_id=None, uid=uid, on_day=on_day, stands=True)
    db.session.add(entry)
    db.session.flush()
    return entry


def _last_number(session_id: int) -> int:
    return db.session.scalar(select(func.max(Booking.queue_number)).where(Booking.session_id == session_id)) or 0
