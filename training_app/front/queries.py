"""How a session stands for whoever looks: places left, how many wait, and whether they have booked it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import ACTIVE, BookingState, Places
from training_app.bookings.wording import STATE_MARKS, places_left
from training_app.extensions import db
from training_app.programme.models import Described
from training_app.words.dates import deadline


@dataclass(frozen=True)
class Held:
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
class Standing:
    """The places of one session, in the numbers that its words are made of."""

    left: int
    capacity: int
    waiting: int
    held: Held | None
    has_started: bool


def standing_of(session: Described, places: Places, held: Held | None, now: datetime) -> Standing:
    left = places_left(places, session, now)
    return Standing(left, places.capacity, places.waiting, held, has_started=session.begins_at <= now)


def held_by(person_id: int, session_ids: Collection[int]) -> dict[int, Held]:
    """Which of these sessions this person has booked."""
    asked = {"session_ids": session_ids, "person_id": person_id}
    rows = db.session.execute(_held_by(), asked)
    return {session_id: Held(code, state, until) for session_id, code, state, until in rows}


@cache
def _held_by() -> Select[int, str, BookingState, datetime | None]:
    offered = (Offer.booking_id == Booking.id) & Offer.outcome.is_(None)
    query = select(Booking.session_id, Booking.code, Booking.state, Offer.expires_at).outerjoin(Offer, offered)
    return query.where(
        Booking.session_id.in_(bindparam("session_ids", expanding=True)),
        Booking.person_id == bindparam("person_id"),
        Booking.state.in_(ACTIVE),
    )
