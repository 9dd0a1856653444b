"""How a sign-in begins, is used, changes and is closed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from training_app.accounts.commands.browsers import sign_out_browsers
from training_app.accounts.models import RoleGrant, User
from training_app.accounts.queries import user_with_email
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.audit.commands import record
from training_app.clock import local
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import change_email, free_email, register_person, rename_person, take_up_post
from training_app.people.models import Person
from training_app.people.queries import person_with_email, post_on
from training_app.words.emails import is_an_email, no_email, normal_email
from training_app.words.names import called_alike

TAKEN = "There is already a sign-in for this email."


def open_sign_in(
    email: str,
    person: Person,
    role: Role,
    *,
    actor_id: int | None,
    now: datetime,
    agency_id: int | None = None,
    generated: bool = False,
) -> User:
    """A person may sign in from now on, at first with one role. Raises Refused where they already may."""
    email = normal_email(email)
    if not is_an_email(email):
        raise Refused(no_email(email))
    if user_with_email(email) is not None:
        raise Refused(TAKEN)
    user = User(email=email, person_id=person.id, created_at=now, generated=generated)
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:  # made by someone else in this very moment, or the person has one already
        raise Refused(TAKEN) from error
    record("user.opened", "user", user.id, actor_id=actor_id, now=now)
    grant_role(user.id, role, agency_id, actor_id=actor_id, now=now)
    return user


def user_who_showed_the_code(email: str, *, now: datetime) -> User | None:
    """Whose mailbox this is, once the code was right; None where they have to say who they are first.

    Someone the office has already entered, with a post, needs no questions: their sign-in is opened here.
    """
    user = user_with_email(email)
    if user is not None:
        return user
    person = person_with_email(email)
    if person is None or post_on(person.id, local(now).date()) is None:
        return None
    return open_sign_in(email, person, Role.PRACTITIONER, actor_id=None, now=now)


def note_sign_in(user: User, *, now: datetime) -> None:
    """Keep when someone last came in. Raises Refused for a sign-in that was closed."""
    if not user.is_active:
        raise Refused("This sign-in has been closed. Ask the business office if you need it again.")
    user.last_signed_in_at = now
    db.session.flush()
    record("user.signed_in", "user", user.id, actor_id=user.id, now=now)


def note_refused(user_id: int, page: str, *, now: datetime) -> None:
    """Somebody tried to do what is not for them."""
    record("user.refused", "user", user_id, actor_id=user_id, now=now, page=page)


class EmailIsAnothers(Refused):
    """The e-mail is kept as someone's with another name: whoever typed it says whether that is them."""


def finish_details(
    email: str, *, name: str, agency_id: int, post_title: str, now: datetime, is_them: bool = False
) -> User:
    """Someone new has shown a code and says who they are: person, post and sign-in, as a practitioner.

    Raises Refused where the e-mail has a sign-in by now: whoever holds it signs in with a code; EmailIsAnothers where
    it is kept of someone of another name, unless they said that they are this person. A mailbox may be shared.
    """
    if user_with_email(email) is not None:
        raise Refused(TAKEN)
    person = person_with_email(email)
    if person is None:
        person = register_person(name, email, actor_id=None, now=now)
    else:
        if not is_them and not called_alike(person.name, name):
            raise EmailIsAnothers(f"We know this email as {person.name}’s. Is that you?")
        rename_person(person.id, name, actor_id=None, now=now)
    take_up_post(person.id, agency_id, post_title, local(now).date(), actor_id=None, now=now)
    return open_sign_in(email, person, Role.PRACTITIONER, actor_id=None, now=now)


def grant_role(
    user_id: int, role: Role, agency_id: int | None = None, *, actor_id: int | None, now: datetime
) -> RoleGrant:
    """Give a user a role; a booking co-ordinator’s is for an agency. They sign in anew to use it.

    Raises Refused where they hold it.
    """
    user = lock_rows(User, [user_id])[0]
    if (role is Role.COORDINATOR) != (agency_id is not None):
        raise Refused(
            "Say which agency the booking co-ordinator looks after." if agency_id is None
            else f"The role “{role.label}” is not held for one agency."
        )
    if agency_id is not None:
        db.session.get_one(Agency, agency_id)
    same_grant = select(RoleGrant).where(
        RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.ended_at.is_(None),
        RoleGrant.agency_id == agency_id if agency_id is not None else RoleGrant.agency_id.is_(None),
    )
    if db.session.scalar(same_grant) is not None:
        raise Refused("They already hold this role.")
    grant = RoleGrant(user_id=user_id, role=role, agency_id=agency_id, granted_at=now, granted_by_id=actor_id)
    db.session.add(grant)
    db.session.flush()
    db.session.expire(user, ["grants"])
    sign_out_browsers(user_id, now=now)
    record(
        "user.role_granted", "user", user_id, actor_id=actor_id, now=now, role=role.value, agency_id=agency_id
    )
    return grant


def end_role(grant_id: int, *, actor_id: int | None, now: datetime, why: str = "") -> RoleGrant:
    """Take a role back, and sign them out. The row stays: it says who could do what, and when; the audit keeps why.

    Raises Refused for the last of the office who can sign in: nobody could let anyone in on the pages any more.
    """
    of_office = _live_grants(Role.OFFICE)
    # All of them, so that of two who end each other's role in one moment the second is the last.
    grant = next(one for one in lock_rows(RoleGrant, {grant_id, *of_office}) if one.id == grant_id)
    if grant.ended_at is not None:
        raise Refused("They no longer hold this role.")
    if set(_live_grants(Role.OFFICE)) == {grant_id}:
        raise Refused("Nobody else has the role Business office. Give it to someone else first.")
    grant.ended_at = now
    db.session.flush()
    db.session.expire(db.session.get_one(User, grant.user_id), ["grants"])
    sign_out_browsers(grant.user_id, now=now)
    record(
        "user.role_ended", "user", grant.user_id, actor_id=actor_id, now=now, role=grant.role.value,
        agency_id=grant.agency_id, why=" ".join(why.split()),
    )
    return grant


def _live_grants(role: Role) -> list[int]:
    """The grants of a role that is held now by someone who can sign in."""
    query = select(RoleGrant.id).join(User, User.id == RoleGrant.user_id)
    return list(db.session.scalars(query.where(
        RoleGrant.role == role, RoleGrant.ended_at.is_(None), User.closed_at.is_(None)
    )))


def sign_out_everywhere(user_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Every browser this user is signed in with is signed out."""
    lock_rows(User, [user_id])
    sign_out_browsers(user_id, now=now)
    record("user.signed_out_everywhere", "user", user_id, actor_id=actor_id, now=now)


def close_sign_in(user_id: int, *, actor_id: int | None, now: datetime) -> None:
    """This user may not sign in any more, and is signed out at once. Their record stays."""
    user = lock_rows(User, [user_id])[0]
    if user.closed_at is not None:
        raise Refused("This sign-in is already closed.")
    user.closed_at = now
    db.session.flush()
    sign_out_browsers(user_id, now=now)
    record("user.closed", "user", user_id, actor_id=actor_id, now=now)


def change_sign_in_email(user_id: int, email: str, why: str, *, actor_id: int | None, now: datetime) -> User:
    """Codes go to another address from now on, and letters too where they went to the same; signed out everywhere.

    Raises Refused where it is no address, or another's.
    """
    user = lock_rows(User, [user_id])[0]
    new = free_email(email, of=user.person)
    if user_with_email(new) not in (None, user):
        raise Refused(TAKEN)
    if user.person is not None and user.person.email == user.email:
        change_email(user.person.id, new, actor_id=actor_id, now=now)
    user.email = new
    db.session.flush()
    sign_out_browsers(user_id, now=now)
    record("user.email_changed", "user", user_id, actor_id=actor_id, now=now, why=" ".join(why.split()))
    return user
