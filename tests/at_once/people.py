"""People at their screens, each with a sign-in of their own."""

from dataclasses import dataclass

from flask import Flask

from tests.browser import Browser
from tests.world.accounts import grant_role, make_user
from tests.world.people import make_person, make_post
from tests.world.signing_in import signed_in
from training_app.accounts.rules.roles import Role
from training_app.database import transaction


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
    with app.app_context(), transaction():
        person = make_person(name, email=email)
        user = make_user(email, person=person, session_key=key)
        make_post(person)
        grant_role(user, role)
        return Someone(user.id, person.id, email, signed_in(app, key), key)
