"""Browsers of people who have signed in."""

from datetime import datetime
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from tests.browser import Browser
from tests.world.accounts import grant_role, make_browser, make_user
from tests.world.people import make_person
from training_app import clock
from training_app.accounts.models import SignedInBrowser, User
from training_app.accounts.rules.browsers import hash_of_token
from training_app.accounts.rules.roles import Role
from training_app.accounts.views.progress import PASSED
from training_app.database import transaction
from training_app.extensions import db


def make_user_with_role(app: Flask, role: Role) -> str:
    """Store the tests' own user of this role; returns the session key."""
    email = email_of(role)
    with app.app_context(), transaction():
        person = make_person(f"Siân O’Neill ({role})", email=email)
        key = f"key-of-{role}"
        grant_role(make_user(email, person=person, session_key=key), role)
        return key


def email_of(role: Role) -> str:
    """The address of the tests' own user of this role."""
    return f"{role}@agency.example"


def user_of(role: Role) -> User:
    """The tests' own user of this role."""
    return db.session.scalars(select(User).where(User.email == email_of(role))).one()


def signs_in_anew(user_id: int) -> str:
    """The user signs in in one more browser; returns its key. Inside an application context only."""
    key = uuid4().hex
    with transaction():
        make_browser(db.session.get_one(User, user_id), key)
    return key


def sign_in(browser: Browser, key: str, *, second_factor: bool = True) -> None:
    """Put into this browser's cookie, in place of all it held, what signing in puts there."""
    browser.client.noted_at = _begun(browser.app, key)
    with browser.client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"], cookie["_fresh"] = key, True
        if second_factor:
            cookie[PASSED] = key


def _begun(app: Flask, key: str) -> datetime:
    """When they signed in with this key: at this moment, where that is not stored yet."""
    with app.app_context():
        mine = SignedInBrowser.token_hash == hash_of_token(key)
        return db.session.scalar(select(SignedInBrowser.began_at).where(mine)) or clock.now()


def signed_in(app: Flask, key: str, *, second_factor: bool = True) -> Browser:
    """A browser of the user with this session key; half signed in where the second factor is left out and due."""
    browser = Browser(app)
    sign_in(browser, key, second_factor=second_factor)
    return browser
