"""A house on either database, and people who have signed in to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from tests.at_once.making import Someone, make_someone
from tests.conftest import settings_for
from tests.postgres import Cluster
from training_app import create_app
from training_app.accounts.rules import Role
from training_app.extensions import db


@pytest.fixture(scope="module")
def migrated_on_postgresql(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgresql.new_database()
    app = create_app(settings_for(tmp_path_factory.mktemp("migrated"), database_url=url))
    with app.app_context():
        flask_migrate.upgrade()
    _let_go(app)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each kind of database it may run on."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    migrated = request.getfixturevalue("migrated_on_postgresql")
    url = request.getfixturevalue("postgresql").new_database(like=migrated)
    app = create_app(settings_for(tmp_path, database_url=url))
    yield app
    _let_go(app)


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def someone(house: Flask) -> Callable[..., Someone]:
    """`someone(Role.TRAINER, "Siân")`: a person with that role, and a browser they have signed in with."""

    def sign_in(role: Role, name: str) -> Someone:
        return make_someone(house, role, name)

    return sign_in
