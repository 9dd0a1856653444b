"""Sign-ins, the roles they hold, and what they prove themselves with besides a code."""

from uuid import uuid4

from tests.world.people import agency
from training_app import clock
from training_app.accounts.models import RecoveryCode, RoleGrant, SecondFactor, SignedInBrowser, User
from training_app.accounts.rules.browsers import hash_of_token
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.extensions import db
from training_app.people.models import Person


def make_user(
    email: str | None = None, *, person: Person | None = None, session_key: str | None = None, **columns: object
) -> User:
    """A sign-in without a role: of this person and with their e-mail, or of nobody, as some of the office's are.

    With a session key they are signed in, in the browser whose cookie holds it.
    """
    email = email or (person and person.email) or f"{uuid4().hex}@agency.example"
    user = User(**{"email": email, "person": person, "created_at": clock.now()} | columns)
    db.session.add(user)
    db.session.flush()
    if session_key:
        make_browser(user, session_key)
    return user


def make_browser(user: User, key: str, **columns: object) -> SignedInBrowser:
    """The user signs in at this moment, in the browser whose cookie holds this key."""
    usual = {"kind": "Firefox on Windows", "began_at": clock.now(), "last_seen_at": clock.now()}
    browser = SignedInBrowser(**{"user_id": user.id, "token_hash": hash_of_token(key)} | usual | columns)
    db.session.add(browser)
    db.session.flush()
    return browser


def grant_role(user: User, role: Role, *, at: Agency | None = None, **columns: object) -> RoleGrant:
    """A co-ordinator has it for an agency: the first, unless told otherwise."""
    if role is Role.COORDINATOR:
        at = at or agency()
    grant = RoleGrant(**{"user_id": user.id, "role": role, "agency": at, "granted_at": clock.now()} | columns)
    db.session.add(grant)
    db.session.flush()
    return grant


def make_second_factor(user: User) -> SecondFactor:
    """An app that was set up. Nobody can make its codes: for tests that only need there to be one."""
    now = clock.now()
    factor = SecondFactor(user_id=user.id, sealed_secret="x", made_at=now, confirmed_at=now)
    db.session.add(factor)
    db.session.flush()
    return factor


def make_recovery_code(user: User) -> RecoveryCode:
    """One that nobody knows."""
    code = RecoveryCode(user_id=user.id, code_hash="x", made_at=clock.now())
    db.session.add(code)
    db.session.flush()
    return code
