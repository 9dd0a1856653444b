"""The same tests on a database file and on PostgreSQL."""

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import settings_for
from training_app import create_app
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
