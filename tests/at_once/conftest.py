"""A house on either database, and people who have signed in to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.at_once.people import Someone, make_someone
from tests.conftest import settings_for
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.extensions import db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.long])])
def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each kind of database it may run on."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    url = request.getfixturevalue("postgresql").new_database(request.getfixturevalue("migrated_postgresql"))
    app = create_app(settings_for(tmp_path, database_url=url))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def someone(either_house: Flask) -> Callable[..., Someone]:
    """`someone(Role.TRAINER, "Siân")`: a person with that role, and a browser they have signed in with."""

    def sign_in(role: Role, name: str) -> Someone:
        return make_someone(either_house, role, name)

    return sign_in
