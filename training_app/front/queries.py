"""What whoever looks is shown of a session’s places, and what someone has attended."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import ACTIVE, BookingState, Places, open_places
from training_app.extensions import db
from training_app.programme.models import Described, SessionPart, TrainingSession
from training_app.programme.queries.sessions import sessions_with_parts
from training_app.programme.rules.parts import minutes_together
from training_app.registers.queries.marks import marks_of_person, sessions_attended_by
from training_app.registers.rules.marks import Mark, attended_all


@dataclass(frozen=True)
class OwnBooking:
    """The viewer's own booking of a session."""

    code: str
    state: BookingState
    offered_until: datetime | None


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


@dataclass(frozen=True)
class Attended:
    """A session someone came to. Hours are those of its dated parts; of self-paced ones nobody knows the length."""

    session: TrainingSession
    came_to_all: bool
    hours: float | None
    hours_of_all: float | None


def attended_by(person_id: int) -> list[Attended]:
    """What the register says this person came to, latest first."""
    ids = sessions_attended_by(person_id)
    sessions, marks = sessions_with_parts(ids), marks_of_person(person_id, ids)
    return [_attended(sessions[session_id], marks) for session_id in ids]


def _attended(session: TrainingSession, marks: Mapping[int, Mark]) -> Attended:
    in_full = [part for part in session.parts if marks.get(part.id) is Mark.ATTENDED]
    came_to_all = attended_all((part.id for part in session.parts), marks)
    return Attended(session, came_to_all, _hours(in_full), _hours(session.parts))


def _hours(parts: Iterable[SessionPart]) -> float | None:
    minutes = minutes_together(parts)
    return None if minutes is None else minutes / 60


@cache
def _own_bookings() -> Select[int, str, BookingState, datetime | None]:
    offered = (Offer.booking_id == Booking.id) & Offer.outcome.is_(None)
    query = select(Booking.session_id, Booking.code, Booking.state, Offer.expires_at).outerjoin(Offer, offered)
    return query.where(
        Booking.session_id.in_(bindparam("session_ids", expanding=True)),
        Booking.person_id == bindparam("person_id"),
        Booking.state.in_(ACTIVE),
    )
