"""The office books for someone who asked it to: a person it found by name or e-mail, or someone new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from training_app.bookings.commands import book_place
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.clock import local
from training_app.database import lock_rows
from training_app.extensions import db
from training_app.people.commands import register_person, take_up_post
from training_app.people.models import Person, Post
from training_app.people.queries import people_like, person_with_email, posts_on
from training_app.people.rules import tidy
from training_app.programme.models import TrainingSession

MOST_SHOWN = 20


@dataclass(frozen=True)
class Match:
    """Someone who may be meant, with what tells them from others of their name."""

    person_id: int
    name: str
    about: str


def matches(text: str, day: date) -> list[Match]:
    """Who may be meant by a name or an e-mail: one more than are shown, where there are too many."""
    people = people_like(text, most=MOST_SHOWN + 1)
    posts = posts_on([one.id for one in people], day)
    return [Match(one.id, one.name, _about(one, posts[one.id])) for one in people]


def match_of(person_id: int, day: date) -> Match:
    """The one who was chosen. Raises NoResultFound where there is none such."""
    person = db.session.get_one(Person, person_id)
    return Match(person.id, person.name, _about(person, posts_on([person_id], day)[person_id]))


def _about(person: Person, posts: Sequence[Post]) -> str:
    """Health visitor, University Hospitals Leicester; s.oneill@agency.example"""
    jobs = [f"{post.title}, {post.agency.name}" for post in posts]
    return "; ".join([*(jobs or ["no job stated"]), person.email or "no email of their own"])


@dataclass(frozen=True)
class Someone:
    """Who is to be booked: one of those found, else by e-mail. Where that is new or none, the rest is needed."""

    person_id: int | None
    email: str
    name: str
    agency_id: int | None
    post_title: str


def latest_booking(session_id: int) -> int:
    """The number of the newest booking of a session, 0 for none: what a page that is opened now can know of."""
    return db.session.scalar(select(func.max(Booking.id)).where(Booking.session_id == session_id)) or 0


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
    person = _known(someone) or _taken_in(someone, actor_id, now)
    return book_place(
        session_id, person.id, actor_id=actor_id, now=now, needs=needs, why=why, overbook_why=why if overbook else ""
    )


def _just_made(session_id: int, someone: Someone, seen: int, actor_id: int) -> Booking | None:
    """By who they are, or e-mail, or else by name and agency: as the walk-ins of a register are told apart."""
    query = select(Booking).join(Booking.person).where(
        Booking.session_id == session_id, Booking.id > seen, Booking.booked_by_id == actor_id
    )
    known = _known(someone)
    if known is not None:
        return db.session.scalar(query.where(Booking.person_id == known.id).order_by(Booking.id.desc()).limit(1))
    query = query.where(Person.email == someone.email if someone.email else Person.email.is_(None))
    name = tidy(someone.name).casefold()
    for booking in db.session.scalars(query.order_by(Booking.id.desc())):
        if someone.email or (booking.person.name.casefold() == name and booking.agency_id == someone.agency_id):
            return booking
    return None


def _known(someone: Someone) -> Person | None:
    if someone.person_id is not None:
        return db.session.get_one(Person, someone.person_id)
    return person_with_email(someone.email) if someone.email else None


def _taken_in(someone: Someone, actor_id: int, now: datetime) -> Person:
    person = register_person(someone.name, someone.email or None, actor_id=actor_id, now=now)
    assert someone.agency_id is not None, "asked for by the form of someone new"
    take_up_post(person.id, someone.agency_id, someone.post_title, local(now).date(), actor_id=actor_id, now=now)
    return person
