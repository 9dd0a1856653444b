"""What the pages of the programme say of who came to a session, and of the viewer's own booking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training_app.bookings.rules import BookingState
from training_app.programme.rules.no_data import NOT_GIVEN, reason_heading
from training_app.registers.rules.attendances import Attendances
from training_app.words.dates import deadline
from training_app.words.numbers import counted

if TYPE_CHECKING:
    from training_app.front.queries import OwnBooking


def attendance_in_words(attendances: Attendances, reason: str | None) -> str:
    """How many came and how we know, or why nobody knows."""
    if attendances.number is None:
        return f"No data: {reason_heading(reason or NOT_GIVEN)}"
    if attendances.basis == "headcount":
        return f"{counted(attendances.number, 'person', 'people')} came, by headcount"
    said = f"{counted(attendances.number, 'person', 'people')} came, by the register"
    if attendances.disagreement is None:
        return said
    return f"{said}; the headcount stated was {attendances.disagreement:,}"


def own_booking_in_words(own: OwnBooking) -> str:
    if own.offered_until:
        return f"A place is held for you until {deadline(own.offered_until)}"
    waits = own.state is BookingState.WAITLISTED
    return "You are on the waiting list" if waits else "You have booked this"


# What every template may say of a session.
IN_TEMPLATES = (own_booking_in_words,)
