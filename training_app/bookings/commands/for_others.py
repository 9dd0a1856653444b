"""The office books for someone who asked it to: a person it found by name or e-mail, or someone new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training_app.bookings.commands.places import book_place
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.clock import local
from training_app.database import lock_rows
from training_app.extensions import db
from training_app.people.commands import register_person, take_up_post
from training_app.people.models import Person
from training_app.people.queries import person_with_email
from training_app.programme.models import TrainingSession
from training_app.words.names import tidy


@dataclass(frozen=True)
class Someone:
    """Who is to be booked: one of those found, else by e-mail. Where that is new or none, the rest is needed."""

    person_id: int | None
    email: str
    name: str
    agency_id: int | None
    post_title: str


def book_for(
    session_id: int, someone: Someone, *, seen: int, actor_id: int, now: datetime, why: str, needs: str = "",
    overbook: bool = False,
) -> Booking:
    """Book them, taking them in first where they are new. Raises Refused.

    `seen` is the newest booking that the page could know of. Sent twice, the second finds what the first made: a
    newer booking of the same person by the same member of staff.
    """
    lock_rows(TrainingSession, [session_id])
    made = _just_made(session_id, someone, seen, actor_id)
    if made is not None and not (overbook and made.state is BookingState.WAITLISTED):
        return made
    person = _registered(someone) or _taken_in(someone, actor_id, now)
    return book_place(
        session_id, person.id, actor_id=actor_id, now=now, needs=needs, why=why, overbook_why=why if overbook else ""
    )


def _just_made(session_id: int, someone: Someone, seen: int, actor_id: int) -> Booking | None:
    """By who they are, or e-mail, or else by name and agency: as the walk-ins of a register are told apart."""
    query = select(Booking).join(Booking.person).where(
        Booking.session_id == session_id, Booking.id > seen, Booking.booked_by_id == actor_id
    )
    person = _registered(someone)
    if person is not None:
        return db.session.scalar(query.where(Booking.person_id == person.id).order_by(Booking.id.desc()).limit(1))
    query = query.where(Person.email == someone.email if someone.email else Person.email.is_(None))
    name = tidy(someone.name).casefold()
    for booking in db.session.scalars(query.order_by(Booking.id.desc())):
        if someone.email or (booking.person.name.casefold() == name and booking.agency_id == someone.agency_id):
            return booking
    return None


def _registered(someone: Someone) -> Person | None:
    if someone.person_id is not None:
        return db.session.get_one(Person, someone.person_id)
    return person_with_email(someone.email) if someone.email else None


def _taken_in(someone: Someone, actor_id: int, now: datetime) -> Person:
    person = register_person(someone.name, someone.email or None, actor_id=actor_id, now=now)
    assert someone.agency_id is not None, "asked for by the form of someone new"
    take_up_post(person.id, someone.agency_id, someone.post_title, local(now).date(), actor_id=actor_id, now=now)
    return person
