"""The people the office may mean, with what tells them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.people.queries import people_numbered, posts_on


@dataclass(frozen=True)
class Match:
    """Someone who may be meant, with what tells them from others of their name."""

    person_id: int
    name: str
    about: str
    by_email: bool = False  # theirs is the e-mail that was typed


def matches(person_ids: Sequence[int], day: date, *, owner_id: int | None = None) -> list[Match]:
    """These people, in this order, as the office tells them apart on the day; one may own the e-mail that was typed."""
    posts = posts_on(person_ids, day)
    people = people_numbered(person_ids)
    return [Match(one.id, one.name, _about(one, posts[one.id]), one.id == owner_id) for one in people]


def match_of(person_id: int, day: date) -> Match:
    """The one who was chosen. Raises NoResultFound where there is none such."""
    person = db.session.get_one(Person, person_id)
    return Match(person.id, person.name, _about(person, posts_on([person_id], day)[person_id]))


def _about(person: Person, posts: Sequence[Post]) -> str:
    """Health visitor, University Hospitals Leicester; s.oneill@agency.example"""
    jobs = [f"{post.title}, {post.agency.name}" for post in posts]
    return "; ".join([*(jobs or ["no job stated"]), person.email or "no email of their own"])
