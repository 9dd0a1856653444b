"""An installation with people in it, on either kind of database, and a place outside of it for backups."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import settings_for
from training_app import clock, create_app
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person


def let_go(app: Flask) -> None:
    """Close every connection of this process."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def add_person(app: Flask, name: str) -> None:
    with app.app_context():
        with transaction():
            db.session.add(Person(name=name, sort_name=name.lower(), created_at=clock.now()))
        db.session.remove()


def people(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Person.name).order_by(Person.id)))
        db.session.remove()
    return found


@pytest.fixture
def app(house: tuple[Flask, Path], tmp_path: Path) -> Iterator[Flask]:
    """On a file of its own: what a restore moves aside lies beside it."""
    shutil.copy(house[1], tmp_path / "test.sqlite3")
    app = create_app(settings_for(tmp_path))
    yield app
    let_go(app)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    if request.param == "sqlite":
        app = request.getfixturevalue("app")
    else:
        cluster, like = (request.getfixturevalue(name) for name in ("postgresql", "migrated_postgresql"))
        app = create_app(settings_for(tmp_path, database_url=cluster.new_database(like)))
    add_person(app, "Ann Able")
    let_go(app)
    yield app
    let_go(app)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "training.backup"
