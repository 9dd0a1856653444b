"""Users, and how many codes were asked for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training_app.accounts.models import RoleGrant, SignedInBrowser, SignInCode, User
from training_app.accounts.rules.browsers import LONGEST, LONGEST_PAUSE, hash_of_token
from training_app.accounts.rules.permissions import roles_allow
from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.sign_in import CODE_LIFE, DAY, HOUR, TRIES, Network, Sent
from training_app.agencies.models import Agency
from training_app.agencies.queries import looked_after
from training_app.clock import TOLERANCE
from training_app.extensions import db
from training_app.people.models import Person
from training_app.web.rules import Permission
from training_app.words.emails import normal_email

MOST_BROWSERS = 20


def user_with_email(email: str) -> User | None:
    """The sign-in of this e-mail, closed ones too."""
    return db.session.scalar(select(User).where(User.email == normal_email(email)))


@dataclass(frozen=True)
class Seen:
    """Who is signed in in a browser, its row, and when it was last noted to be in use."""

    user: User
    browser_id: int
    last_seen_at: datetime


def seen_in_browser(token: str, now: datetime) -> Seen | None:
    """Whose browser shows this word, with what every page asks of them.

    Nobody's once it was signed out, was not used for long or has been in for long, nor where their sign-in was closed.
    """
    known = {"token_hash": hash_of_token(token)} | _limits(now)
    row = db.session.execute(_of_browser(), known).unique().one_or_none()
    return Seen(*row) if row else None


@cache
def _of_browser() -> Select[User, int, datetime]:
    # Asked by every page of someone signed in: one query, and put together only once.
    return (
        select(User, SignedInBrowser.id, SignedInBrowser.last_seen_at)
        .join(SignedInBrowser, SignedInBrowser.user_id == User.id)
        .where(
            SignedInBrowser.token_hash == bindparam("token_hash"), *_stands(), User.closed_at.is_(None)
        )
        .options(joinedload(User.person), joinedload(User.grants))
    )


def _stands() -> Iterator[ColumnElement[bool]]:
    """Is somebody still signed in there, by the limits? What is later than now a clock wrote that was ahead."""
    used, begun = SignedInBrowser.last_seen_at, SignedInBrowser.began_at
    yield SignedInBrowser.ended_at.is_(None)
    yield and_(used > bindparam("used_after", type_=used.type), used <= bindparam("latest", type_=used.type))
    yield and_(begun > bindparam("begun_after", type_=begun.type), begun <= bindparam("latest", type_=begun.type))


def _limits(now: datetime) -> dict[str, object]:
    return {"used_after": now - LONGEST_PAUSE, "begun_after": now - LONGEST, "latest": now + TOLERANCE}


def browsers_of(user_id: int, now: datetime) -> Sequence[SignedInBrowser]:
    """Where a user is signed in now, the one used last first; at most as many as a person can look through."""
    query = (
        select(SignedInBrowser)
        .where(SignedInBrowser.user_id == user_id, *_stands())
        .order_by(SignedInBrowser.last_seen_at.desc(), SignedInBrowser.id.desc())
        .limit(MOST_BROWSERS)
    )
    return db.session.scalars(query, _limits(now)).all()


def names_of_users(user_ids: Collection[int]) -> dict[int, str]:
    """What the people behind these sign-ins are called."""
    query = select(User).where(User.id.in_(sorted(user_ids))).options(joinedload(User.person))
    return {user.id: user.name for user in db.session.scalars(query)}


def codes_sent(now: datetime, *which: ColumnElement[bool]) -> Sent:
    """How many codes were sent lately, of these, other than by a clock that was ahead. They are kept for a day."""
    query = select(
        func.count(case((SignInCode.created_at > now - HOUR, 1))), func.count(), func.max(SignInCode.created_at)
    ).where(SignInCode.created_at.between(now - DAY, now + TOLERANCE), *which)
    return Sent(*db.session.execute(query).one())


def network_asked(now: datetime, network_hash: str) -> Network:
    """How much was asked for from a network in the last hour, in browsers that are not known, by no clock ahead."""
    lately = SignInCode.created_at.between(now - HOUR, now + TOLERANCE)
    query = select(func.count(), func.max(SignInCode.expires_at)).where(
        SignInCode.network_hash == network_hash, SignInCode.browser_hash.is_(None), lately
    )
    in_hour, last_expires_at = db.session.execute(query).one()
    return Network(in_hour, last_expires_at - CODE_LIFE if last_expires_at else None)


def is_known(email: str) -> bool:
    """Has somebody with this e-mail a sign-in, or does the office know them by it?"""
    user = select(User.id).where(User.email == email)
    person = select(Person.id).where(Person.email == email)
    return bool(db.session.scalar(select(or_(user.exists(), person.exists()))))


def wrong_tries(since: datetime, *which: ColumnElement[bool]) -> int:
    """Wrong ones typed for these codes. Those typed in a browser that is known are nobody's guesses."""
    wrong = func.sum(TRIES - SignInCode.tries_left)
    query = select(wrong).where(SignInCode.created_at > since, SignInCode.browser_hash.is_(None), *which)
    return db.session.scalar(query) or 0


def users_with_role(role: Role) -> Sequence[User]:
    """Who holds the role now, by e-mail."""
    query = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == role, RoleGrant.ended_at.is_(None), User.closed_at.is_(None))
        .options(joinedload(User.person), selectinload(User.grants))
        .order_by(User.email, User.id)
        .distinct()
    )
    return db.session.scalars(query).all()


def generated_users() -> Sequence[User]:
    """The made-up users of the demonstration, and no real one."""
    query = (
        select(User)
        .where(User.generated.is_(True), User.closed_at.is_(None))
        .options(joinedload(User.person), selectinload(User.grants).joinedload(RoleGrant.agency))
        .order_by(User.id)
    )
    return db.session.scalars(query).all()


def generated_user(user_id: int) -> User:
    """One of them; raises NoResultFound for a real user, a closed one and a number that is nobody's."""
    query = select(User).where(User.id == user_id, User.generated.is_(True), User.closed_at.is_(None))
    return db.session.scalars(query).one()


def user_may(user: User, permission: Permission) -> bool:
    """Does any role that this user holds now carry the permission?"""
    return roles_allow(user.roles, permission)


def agencies_looked_after_by(user: User, day: date) -> dict[int, Agency]:
    """The agencies whose people this user looks after on a day, by number; none for who is no co-ordinator."""
    granted = [one.agency for one in user.grants if one.role is Role.COORDINATOR and one.agency]
    return looked_after(granted, day)
