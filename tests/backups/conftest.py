"""An installation with people in it, on either kind of database, and a place outside of it for backups."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.backups.acts import add_person, let_go
from tests.conftest import settings_for
from training_app import create_app


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
