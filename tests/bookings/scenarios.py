"""Sessions to book and people to book them, stored without the pages; and what is stored of them then."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from tests.world.accounts import make_user
from tests.world.people import make_person, make_post
from tests.world.programme import make_session
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person

DAY = date(2027, 6, 10)
# British Summer Time: 9:30am is 8:30 UTC.
START = datetime(2027, 6, 10, 8, 30, tzinfo=UTC)
NOW = START - timedelta(days=30)
LATE = START - timedelta(minutes=90)


def session_to_book(capacity: int = 2, *, title: str = "Working Together", days: int = 1, **columns: object) -> int:
    """A session of a course of its own, on so many days a week apart, stored; returns its id."""
    on_days = [DAY + timedelta(days=7 * week) for week in range(days)]
    with transaction():
        return make_session(f"{title} {uuid4().hex[:12]}", days=on_days, capacity=capacity, **columns).id


def make_people(number: int, *, email: bool = True) -> list[int]:
    """So many people with a post each, stored; returns their ids."""
    with transaction():
        people = [
            make_person(f"Person {turn}", email=f"p{uuid4().hex}@agency.example" if email else None)
            for turn in range(number)
        ]
        for person in people:
            make_post(person, title="Health visitor")
        return [person.id for person in people]


def make_sign_in(person_id: int | None = None) -> int:
    """A user, of that person or of nobody (staff); returns its id."""
    with transaction():
        person = db.session.get_one(Person, person_id) if person_id else None
        return make_user(f"u{uuid4().hex}@agency.example", person=person).id


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
