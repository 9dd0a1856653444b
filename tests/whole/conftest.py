"""The demonstration, served to a real browser, and the addresses to try its routes with."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask

from tests.chromium import Service, serving
from tests.conftest import fresh
from tests.whole.places import Places, Prepared, places_to_try
from training_app.extensions import db


@pytest.fixture
def places(demonstration: Flask) -> Places:
    """Addresses in the demonstration to try every route with."""
    return places_to_try(demonstration)


@pytest.fixture(scope="session")
def prepared(
    house: tuple[Flask, Path], demonstration_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Prepared:
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
