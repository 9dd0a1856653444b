"""The demonstration, served to a real browser, and the addresses to try its routes with."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import flask_migrate
import pytest
from flask import Flask

from tests.chromium import Service, serving
from tests.conftest import fresh, settings_for
from tests.postgres import Cluster, binaries
from tests.whole.places import Places, Prepared, places_to_try
from training_app import clock, create_app
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.extensions import db


@pytest.fixture
def places(demonstration: Flask) -> Places:
    """Addresses in the demonstration to try every route with."""
    return places_to_try(demonstration)


@pytest.fixture(scope="session")
def prepared(house: tuple[Flask, Path], demonstration_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A file of the demonstration with something on every page."""
    app = house[0]
    fresh(app, demonstration_file)
    places = places_to_try(app)
    database = tmp_path_factory.mktemp("service") / "demonstration.sqlite3"
    with closing(connect(database)) as copy, app.app_context(), db.engine.connect() as original:
        original.connection.driver_connection.backup(copy)
    return Prepared(database, places)


@pytest.fixture(scope="module")
def service(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """That demonstration, served; its database and its letters are of one test module alone."""
    served = tmp_path_factory.mktemp("served") / "served.sqlite3"
    shutil.copy(prepared.database, served)
    with serving(served) as running:
        yield running


@pytest.fixture
def twin(house: tuple[Flask, Path], prepared: Prepared) -> Flask:
    """The same rows in this process, to find the pages in."""
    fresh(house[0], prepared.database)
    return house[0]


@pytest.fixture(params=["the stricter", pytest.param("sqlite", marks=pytest.mark.long)])
def in_service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration on either database, where a fault becomes a page as it does outside the tests.

    PostgreSQL refuses what SQLite lets pass (a zero byte in a text, a number too large for its column), so SQLite
    is tried in the long run, and where there is no PostgreSQL.
    """
    if request.param == "sqlite" or binaries() is None:
        url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
        shutil.copy(request.getfixturevalue("demonstration_file"), tmp_path / "test.sqlite3")
    else:
        loaded = request.getfixturevalue("demonstration_on_postgresql")
        url = request.getfixturevalue("postgresql").new_database(like=loaded)
    app = create_app(settings_for(tmp_path, database_url=url))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    _let_go(app)


@pytest.fixture(scope="module")
def demonstration_on_postgresql(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgresql.new_database()
    app = create_app(settings_for(tmp_path_factory.mktemp("loading"), database_url=url))
    with app.app_context():
        flask_migrate.upgrade()
        with transaction():
            load_demonstration(clock.now())
    _let_go(app)
    return url


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
