"""Days that are gone and still stand in people's calendars, as letters of earlier versions left them there."""

from datetime import datetime

from training_app.bookings import letters
from training_app.bookings.commands.calendars import take_out
from training_app.bookings.commands.holding import locked_session
from training_app.bookings.queries.due import left_over_entries
from training_app.clock import local
from training_app.outbox.commands import enqueue


def take_out_left_overs(session_id: int, now: datetime) -> int:
    """Write to everyone in whose calendar a day to come stands that is none of their booking. Returns how many days."""
    locked_session(session_id)
    found = left_over_entries(session_id, local(now).date())
    for booking in {entry.booking for entry in found}:
        booking.calendar_sequence += 1
    for entry in found:
        sending = take_out(entry, now)
        enqueue(
            letters.one_more_day(entry.booking, entry, sending.part), recipient=entry.booking.person.email or "",
            now=now, about=entry.booking.filed_under, attachment=sending.attachment,
        )
    return len(found)
