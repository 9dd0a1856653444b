"""People at their screens, each with a sign-in of their own."""

from dataclasses import dataclass
from datetime import date

from flask import Flask

from tests.browser import Browser
from tests.world.people import agency, make_post
from training_app import clock
from training_app.accounts.models import RoleGrant, User
from training_app.accounts.rules.roles import Role
from training_app.accounts.views.progress import PASSED
from training_app.database import transaction
from training_app.people.models import Person


@dataclass(frozen=True)
class Someone:
    """Who they are, and the browser they have signed in with."""

    user_id: int
    person_id: int
    email: str
    browser: Browser
    key: str

    def another_window(self) -> Browser:
        """A browser that knows nothing of the other, signed in at this moment."""
        return signed_in(self.browser.app, self.key)


def make_someone(app: Flask, role: Role, name: str) -> Someone:
    email, key = f"{name.lower()}@agency.example", f"key-of-{name}"
    with app.app_context(), transaction() as session:
        person = Person(name=name, email=email, created_at=clock.now())
        user = User(email=email, person=person, session_key=key, created_at=clock.now())
        session.add(user)
        session.flush()
        make_post(person, agency(), date(2020, 1, 6))
        session.add(RoleGrant(user_id=user.id, role=role, granted_at=clock.now()))
        return Someone(user.id, person.id, email, signed_in(app, key), key)


def signed_in(app: Flask, key: str) -> Browser:
    browser = Browser(app)
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = cookie[PASSED] = key
        cookie["_fresh"] = True
    return browser
