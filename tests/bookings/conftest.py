"""Someone and a session to book; the same tests on a database file and on PostgreSQL."""

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.bookings.by_page import coming_session, fill
from tests.browser import Browser
from tests.conftest import settings_for
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.extensions import db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def address(request, tmp_path) -> str:
    """The address of a migrated database of the test's own, which other processes can open too."""
    if request.param == "sqlite":
        _, template = request.getfixturevalue("house")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'own.sqlite3')}"
    like = request.getfixturevalue("migrated_postgresql")
    return request.getfixturevalue("postgresql").new_database(like)


@pytest.fixture
def lasting_house(address, tmp_path) -> Iterator[Flask]:
    """The application on that database, outside of its context."""
    app = create_app(settings_for(tmp_path, database_url=address))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def me(browser_of) -> Browser:
    """A practitioner who has signed in."""
    return browser_of(Role.PRACTITIONER)


@pytest.fixture
def office(browser_of) -> Browser:
    """Someone of the business office who has signed in."""
    return browser_of(Role.OFFICE)


@pytest.fixture
def session(app) -> int:
    """A session with two places, both free."""
    with app.app_context():
        return coming_session()


@pytest.fixture
def full(app, session) -> list[str]:
    """Both places taken; gives the codes of those who hold them."""
    with app.app_context():
        return fill(session, 2)
