"""Sessions and people to book with, made without the pages."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select

from training_app.accounts.models import User
from training_app.agencies.models import Agency
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person, Post
from training_app.programme.models import Course, SessionPart, TrainingSession
from training_app.programme.rules.sessions import Format, PartKind, SessionStatus, Strand

DAY = date(2027, 6, 10)
# British Summer Time: 9:30am is 8:30 UTC.
START = datetime(2027, 6, 10, 8, 30, tzinfo=UTC)
NOW = START - timedelta(days=30)
LATE = START - timedelta(minutes=90)


def make_session(
    capacity: int = 2, *, title: str = "Working Together", status: SessionStatus = SessionStatus.PUBLISHED,
    days: int = 1,
) -> int:
    """A session with a part on each of so many days, stored; returns its id."""
    parts = [
        SessionPart(
            position=turn + 1, kind=PartKind.IN_PERSON, on_day=DAY + timedelta(days=7 * turn), starts_at=time(9, 30),
            ends_at=time(16),
        )
        for turn in range(days)
    ]
    with transaction():
        session = TrainingSession(
            course=Course(slug=uuid4().hex, title=f"{title} {uuid4().hex[:12]}"), strand=Strand.CORE,
            format=Format.IN_PERSON, status=status, first_day=DAY, last_day=parts[-1].on_day, starts_at=time(9, 30),
            capacity=capacity, parts=parts,
        )
        db.session.add(session)
        db.session.flush()
        return session.id


def make_people(number: int, *, email: bool = True) -> list[int]:
    """So many people with a post each, stored; returns their ids."""
    with transaction():
        agency = db.session.scalars(select(Agency).order_by(Agency.id)).first()
        people = [
            Person(name=f"Person {turn}", email=f"p{uuid4().hex}@agency.example" if email else None, created_at=NOW)
            for turn in range(number)
        ]
        for person in people:
            person.posts.append(Post(agency_id=agency.id, title="Health visitor", started_on=date(2020, 1, 6)))
        db.session.add_all(people)
        db.session.flush()
        return [person.id for person in people]


def make_sign_in(person_id: int | None = None) -> int:
    """A user, of that person or of nobody (staff); returns its id."""
    with transaction():
        user = User(
            email=f"u{uuid4().hex}@agency.example", person_id=person_id, session_key=uuid4().hex, created_at=NOW
        )
        db.session.add(user)
        db.session.flush()
        return user.id


def stored(booking_id: int) -> Booking:
    """The booking as the database holds it."""
    db.session.rollback()
    return db.session.get_one(Booking, booking_id)


def letters() -> list[Letter]:
    """Every letter, in the order they were queued."""
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def kinds() -> list[str]:
    return [letter.kind for letter in letters()]
