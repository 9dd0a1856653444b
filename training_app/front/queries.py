"""What whoever looks at a session is shown of its places: how many are left, who waits, and their own booking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import ACTIVE, BookingState, Places, open_places
from training_app.bookings.wording import STATE_MARKS
from training_app.extensions import db
from training_app.programme.models import Described
from training_app.words.dates import deadline


@dataclass(frozen=True)
class OwnBooking:
    """The viewer's own booking of a session."""

    code: str
    state: BookingState
    offered_until: datetime | None

    @property
    def mark(self) -> str:
        return STATE_MARKS.get(self.state, self.state.value)

    @property
    def words(self) -> str:
        if self.offered_until:
            return f"A place is held for you until {deadline(self.offered_until)}"
        waits = self.state is BookingState.WAITLISTED
        return "You are on the waiting list" if waits else "You have booked this"


@dataclass(frozen=True)
class Availability:
    """The places of one session, in the numbers that its words are made of, and the viewer's own booking."""

    left: int
    capacity: int
    waiting: int
    has_started: bool
    own: OwnBooking | None


def availability_of(session: Described, places: Places, own: OwnBooking | None, now: datetime) -> Availability:
    start = session.begins_at
    left = open_places(places, start, now)
    return Availability(left, places.capacity, places.waiting, has_started=start <= now, own=own)


def own_bookings(person_id: int, session_ids: Collection[int]) -> dict[int, OwnBooking]:
    """Which of these sessions this person has booked."""
    asked = {"session_ids": session_ids, "person_id": person_id}
    rows = db.session.execute(_own_bookings(), asked)
    return {session_id: OwnBooking(code, state, until) for session_id, code, state, until in rows}


@cache
def _own_bookings() -> Select[int, str, BookingState, datetime | None]:
    offered = (Offer.booking_id == Booking.id) & Offer.outcome.is_(None)
    query = select(Booking.session_id, Booking.code, Booking.state, Offer.expires_at).outerjoin(Offer, offered)
    return query.where(
        Booking.session_id.in_(bindparam("session_ids", expanding=True)),
        Booking.person_id == bindparam("person_id"),
        Booking.state.in_(ACTIVE),
    )
