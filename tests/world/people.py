"""People and the posts they hold. Agencies are reference data, which every database has."""

from datetime import date

from sqlalchemy import select

from training_app import clock
from training_app.agencies.models import Agency
from training_app.extensions import db
from training_app.people.models import Person, Post

LONG_AGO = date(2020, 1, 6)


def agency(number: int = 0) -> Agency:
    """One of the agencies that are there from the start."""
    found = db.session.scalars(select(Agency).order_by(Agency.id).offset(number)).first()
    assert found is not None, f"there is no agency number {number}"
    return found


def make_person(name: str = "A. Practitioner", **columns: object) -> Person:
    """Someone without an e-mail, a post and a sign-in, unless told otherwise."""
    person = Person(**{"name": name, "created_at": clock.now()} | columns)
    db.session.add(person)
    db.session.flush()
    return person


def make_post(
    person: Person, at: Agency | None = None, since: date = LONG_AGO, until: date | None = None, *,
    title: str = "Nurse",
) -> Post:
    """The person's job, at the first agency unless told otherwise."""
    post = Post(person=person, agency=at or agency(), title=title, started_on=since, ended_on=until)
    db.session.add(post)
    db.session.flush()
    return post
