from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.whole.visitors import Places, stock
from training_app import create_app
from training_app.extensions import db


@pytest.fixture
def places(demonstration: Flask) -> Places:
    """Addresses in the demonstration to try every route with."""
    return stock(demonstration)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind we promise to run on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("postgresql").new_database()


@pytest.fixture
def empty_house(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that database, which holds no table yet."""
    app = create_app(settings_for(tmp_path, database_url=database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
