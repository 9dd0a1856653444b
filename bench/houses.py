"""Throw-away installations that hold the demonstration year, each a copy of one that is made once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

import flask_migrate
from flask import Flask
from sqlalchemy import text

from bench.processes import parent_of
from tests.bookings.by_page import coming_session
from tests.conftest import settings_for
from tests.postgres import Cluster, binaries, cluster
from training_app import clock, create_app
from training_app.config import Settings
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.extensions import db
from training_app.installation import of

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class House:
    """One installation: where it lies, its application, and which database it has."""

    folder: Path
    app: Flask
    database: str

    @property
    def settings(self) -> Settings:
        settings: Settings = of(self.app).settings
        return settings

    def new_session(self, capacity: int) -> int:
        """A session of a course of its own, a month from now, that nobody has booked yet."""
        with self.app.app_context():
            session_id = coming_session(f"Course {uuid4().hex[:8]}", capacity=capacity, in_days=30)
            db.session.remove()
        return session_id

    def postmaster(self) -> int:
        """The number of its PostgreSQL's first process, whose children serve the connections."""
        with self.app.app_context():
            number = parent_of(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)
            db.session.remove()
        return number


class Houses:
    """Makes them, and takes all down at the end of its block."""

    def __init__(self) -> None:
        self._last = ExitStack()
        self._numbers = count(1)
        self._cluster: Cluster | None = None
        self._furnished: dict[str, str] = {}

    def __enter__(self) -> "Houses":
        self._root = Path(self._last.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        return self

    def __exit__(self, *raised: object) -> None:
        self._last.close()

    def databases(self) -> list[str]:
        """Those there are on this machine, the one that an installation should have first."""
        return [POSTGRESQL, SQLITE] if binaries() else [SQLITE]

    @contextmanager
    def open(self, database: str) -> Iterator[House]:
        """A fresh copy of the demonstration on a database of this kind."""
        folder = self._root / str(next(self._numbers))
        folder.mkdir()
        with _application(folder, self._copy(database, folder)) as app:
            yield House(folder, app, database)

    def _copy(self, database: str, folder: Path) -> str:
        if database not in self._furnished:
            self._furnished[database] = self._furnish(database)
        like = self._furnished[database]
        if database == POSTGRESQL:
            return self._server().new_database(like)
        shutil.copy(like.removeprefix("sqlite:///"), folder / "training.sqlite3")
        return f"sqlite:///{folder / 'training.sqlite3'}"

    def _furnish(self, database: str) -> str:
        folder = self._root / database
        folder.mkdir()
        address = (
            self._server().new_database() if database == POSTGRESQL else f"sqlite:///{folder / 'training.sqlite3'}"
        )
        with _application(folder, address) as app, app.app_context():
            flask_migrate.upgrade()
            with transaction():
                load_demonstration(clock.now())
            analyse(app)
            if database == SQLITE:
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # its file is one
        return address

    def _server(self) -> Cluster:
        if self._cluster is None:
            programs = binaries()
            assert programs is not None
            self._cluster = self._last.enter_context(cluster(programs))
        return self._cluster


def analyse(app: Flask) -> None:
    """As in a database that has been in use for long, its planner knows its tables."""
    with app.app_context():
        db.session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


@contextmanager
def _application(folder: Path, address: str) -> Iterator[Flask]:
    """The application on this database; it lets go of every connection at the end."""
    app = create_app(settings_for(folder, database_url=address))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
