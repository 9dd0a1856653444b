"""How a person comes in, takes up a post and leaves it."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from training_app.agencies.models import Agency
from training_app.agencies.rules import in_force
from training_app.audit.commands import record
from training_app.clock import local
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.people.queries import person_with_email, post_on
from training_app.people.rules import overlaps
from training_app.words.emails import is_an_email, no_email, normal_email
from training_app.words.names import LONGEST_JOB, LONGEST_NAME, is_a_name, same_name, tidy

TAKEN = "Someone with this email is already here."


def register_person(
    name: str, email: str | None, *, actor_id: int | None, now: datetime, generated: bool = False
) -> Person:
    """Take someone in. Many people have no e-mail of their own, so it may be left out.

    Raises Refused where the name is none, or the e-mail is already someone's. Two people may share a name.
    """
    name = tidy(name)
    if not is_a_name(name):
        raise Refused(f"Enter a name of at most {LONGEST_NAME} letters.")
    person = Person(name=name, email=free_email(email) if email else None, created_at=now, generated=generated)
    db.session.add(person)
    _flush_email()
    record("person.registered", "person", person.id, actor_id=actor_id, now=now)
    return person


def rename_person(person_id: int, name: str, *, actor_id: int | None, now: datetime) -> Person:
    """Someone says what they are called. Neither name goes into the audit: it holds no personal data."""
    person = lock_rows(Person, [person_id])[0]
    name = tidy(name)
    if not is_a_name(name):
        raise Refused(f"Enter a name of at most {LONGEST_NAME} letters.")
    if name != person.name:
        person.name = name
        db.session.flush()
        record("person.renamed", "person", person_id, actor_id=actor_id, now=now)
    return person


def change_email(person_id: int, email: str, *, actor_id: int | None, now: datetime) -> Person:
    """Letters to someone go to another address from now on. Raises Refused where it is none, or another's."""
    person = lock_rows(Person, [person_id])[0]
    person.email = free_email(email, of=person)
    _flush_email()
    record("person.email_changed", "person", person_id, actor_id=actor_id, now=now)
    return person


def free_email(email: str, *, of: Person | None = None) -> str:
    """The address as it is kept. Raises Refused where it is none, or belongs to anyone but this person."""
    email = normal_email(email)
    if not is_an_email(email):
        raise Refused(no_email(email))
    if person_with_email(email) not in (None, of):
        raise Refused(TAKEN)
    return email


def _flush_email() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # taken by someone else in this very moment
        raise Refused(TAKEN) from error


def take_up_post(
    person_id: int, agency_id: int, title: str, started_on: date, *, actor_id: int | None, now: datetime
) -> Post:
    """Someone starts a job. Their other posts go on: bank staff and secondees hold several at once.

    Raises Refused where the agency does not exist on that day, or this very post is already held.
    """
    lock_rows(Person, [person_id])
    agency = db.session.get_one(Agency, agency_id)
    title = tidy(title)
    if not title or len(title) > LONGEST_JOB:
        raise Refused(f"Enter a job title of at most {LONGEST_JOB} letters.")
    if not in_force(agency.valid_from, agency.valid_to, started_on):
        raise Refused(f"{agency.name} did not exist on {started_on:%d/%m/%Y}.")
    posts = db.session.scalars(select(Post).where(Post.person_id == person_id, Post.agency_id == agency_id))
    for other in posts:
        same = same_name(other.title) == same_name(title)
        if same and overlaps(started_on, None, other.started_on, other.ended_on):
            raise Refused(f"They already hold this post at {agency.name}.")
    post = Post(person_id=person_id, agency_id=agency_id, title=title, started_on=started_on)
    db.session.add(post)
    db.session.flush()
    record("post.taken_up", "post", post.id, actor_id=actor_id, now=now, agency_id=agency_id)
    return post


def change_post(
    person_id: int, agency_id: int, title: str, *, actor_id: int | None, now: datetime
) -> Post:
    """Someone says where they work now: the post they took up last ends, and the new one begins today.

    Nothing changes where agency and title are those they hold. Their earlier posts stay as they were.
    """
    lock_rows(Person, [person_id])
    today = local(now).date()
    post = post_on(person_id, today)
    if post is not None:
        if post.agency_id == agency_id and same_name(post.title) == same_name(title):
            return post
        if post.started_on == today:  # said wrongly this morning, or changed back
            return _correct_post(post, agency_id, title, actor_id=actor_id, now=now)
        leave_post(post.id, today - timedelta(days=1), actor_id=actor_id, now=now)
    return take_up_post(person_id, agency_id, title, today, actor_id=actor_id, now=now)


def change_details(
    person_id: int, name: str, agency_id: int, title: str, *, actor_id: int | None, now: datetime
) -> None:
    """Someone says what they are called and where they work now. Raises Refused, and then neither is kept."""
    rename_person(person_id, name, actor_id=actor_id, now=now)
    change_post(person_id, agency_id, title, actor_id=actor_id, now=now)


def _correct_post(post: Post, agency_id: int, title: str, *, actor_id: int | None, now: datetime) -> Post:
    post.agency_id, post.title = agency_id, tidy(title)
    db.session.flush()
    db.session.expire(post, ["agency"])
    record("post.corrected", "post", post.id, actor_id=actor_id, now=now, agency_id=agency_id)
    return post


def leave_post(post_id: int, ended_on: date, *, actor_id: int | None, now: datetime) -> Post:
    """Someone's last day in a job. What was booked and marked before keeps the agency it had."""
    post = lock_rows(Post, [post_id])[0]
    if post.ended_on is not None:
        raise Refused("They have already left this post.")
    if ended_on < post.started_on:
        raise Refused("The last day cannot be before the first.")
    post.ended_on = ended_on
    db.session.flush()
    record("post.left", "post", post_id, actor_id=actor_id, now=now, ended_on=ended_on.isoformat())
    return post
