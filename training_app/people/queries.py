"""People and the posts they held on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Select, SelectBase, bindparam, or_, select
from sqlalchemy.orm import joinedload

from training_app.agencies.models import Agency
from training_app.agencies.queries import agency_as_at
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.words.emails import normal_email
from training_app.words.names import comparable_person, fit, searched_words


def person_with_email(email: str) -> Person | None:
    """The person this e-mail belongs to. An e-mail is the only thing two people never share here."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))


def people_like(text: str) -> list[int]:
    """The numbers of all people with every word of the text in their name, or all of it in their e-mail.

    Those whom it fits best come first, then by surname. No words find nobody. For the office alone: it is not scoped to
    an agency. How names compare is a rule in Python, so they are read and compared here: one query, however many.
    """
    wanted, email = searched_words(text), normal_email(text)
    found = []
    query = select(Person.id, Person.name, Person.email, Person.sort_name)
    for person_id, name, own, sort_name in db.session.execute(query) if wanted else ():
        how_well = 2 if own == email else fit(wanted, name) or int(own is not None and email in own)
        if how_well:
            found.append((-how_well, sort_name, person_id))
    return [person_id for _, _, person_id in sorted(found)]


def people_called(name: str, among: SelectBase | None = None) -> list[int]:
    """The numbers of those who could be the one of this name, all or only these, the first taken in first."""
    wanted, query = comparable_person(name), select(Person.id, Person.name).order_by(Person.id)
    if not wanted:
        return []
    if among is not None:
        query = query.where(Person.id.in_(among.scalar_subquery()))
    return [person_id for person_id, other in db.session.execute(query) if comparable_person(other) == wanted]


def people_numbered(person_ids: Sequence[int]) -> list[Person]:
    """These people, in this order."""
    query = select(Person).where(Person.id.in_(sorted(set(person_ids))))
    people = {one.id: one for one in db.session.scalars(query)}
    return [people[one] for one in person_ids if one in people]


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
