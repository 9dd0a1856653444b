"""People and the posts they held on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from training_app.agencies.models import Agency
from training_app.agencies.queries import agency_as_at
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.words.emails import normal_email

MOST_WORDS = 6


def person_with_email(email: str) -> Person | None:
    """The person this e-mail belongs to. An e-mail is the only thing two people never share here."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))


def people_like(text: str, *, most: int) -> list[Person]:
    """People with every word of the text in their name, or all of it in their e-mail; by name, at most so many.

    For the office alone: it is not scoped to an agency. No words find nobody.
    """
    words = [word for word in text.split() if any(one.isalnum() for one in word)][:MOST_WORDS]
    if not words:
        return []
    query = select(Person).where(or_(and_(*map(_in_name, words)), _holds(Person.email, normal_email(text))))
    return list(db.session.scalars(query.order_by(func.lower(Person.name), Person.id).limit(most)))


def _in_name(word: str) -> ColumnElement[bool]:
    # SQLite lowers plain letters only, so that a name with others is found as it is written too.
    as_written = (_holds(Person.name, one) for one in {word, word.capitalize(), word.upper()})
    return or_(_holds(func.lower(Person.name), word.lower()), *as_written)


def _holds(column: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True)


def posts_on(person_ids: Iterable[int], day: date) -> dict[int, list[Post]]:
    """The posts each of these people held on the day, the one taken up last first. For lists: one query."""
    wanted = sorted(set(person_ids))
    posts: dict[int, list[Post]] = {person_id: [] for person_id in wanted}
    for post in db.session.scalars(_in_post_on(), {"person_ids": wanted, "day": day}):
        posts[post.person_id].append(post)
    return posts


@cache
def _in_post_on() -> Select[Post]:
    return (
        select(Post)
        .where(Post.person_id.in_(bindparam("person_ids", expanding=True)), Post.started_on <= bindparam("day"))
        .where(or_(Post.ended_on.is_(None), Post.ended_on >= bindparam("day")))
        .options(joinedload(Post.agency))
        .order_by(Post.started_on.desc(), Post.id.desc())
    )


def post_on(person_id: int, day: date) -> Post | None:
    """The post someone held on the day; of several, the one taken up last. None where they held none."""
    posts: Sequence[Post] = posts_on([person_id], day)[person_id]
    return posts[0] if posts else None


def agency_on(person_id: int, day: date) -> Agency | None:
    """The agency to copy onto a booking or a mark of that day, under the name it had then."""
    post = post_on(person_id, day)
    return agency_as_at(post.agency, day) if post else None


def names_of_people(person_ids: Iterable[int]) -> dict[int, str]:
    """What these people are called, in the order of their names. For whoever may see the list they stand on."""
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(set(person_ids))))
    return {number: name for number, name in db.session.execute(query.order_by(Person.name, Person.id))}
