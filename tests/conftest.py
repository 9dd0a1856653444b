"""One application per test process; for each test a fresh copy of a migrated database file."""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import flask_migrate
import hypothesis
import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests import postgres
from tests.bookings.by_page import NOW
from tests.browser import Browser
from tests.chromium import Service, launched, program, serving
from tests.world.signing_in import make_user_with_role, signed_in
from training_app import clock, create_app
from training_app.accounts.rules.roles import Role
from training_app.config import Settings
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.extensions import db
from training_app.front.navigation import remembered
from training_app.installation import of

# A busy machine may take its time over one example; that is no fault of what is tested.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of a throw-away installation in this folder."""
    usual = {
        "secret_key": "a-key-for-tests-only-0123456789abcdef",
        "database_url": f"sqlite:///{folder / 'test.sqlite3'}",
        "queue_url": f"sqlite:///{folder / 'queue.sqlite3'}",
        "mail_folder": folder / "letters",
        "kept_folder": folder / "kept",
        "testing": True,
    }
    return Settings(**(usual | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    """The application, and a migrated, otherwise empty database file to copy from."""
    folder = tmp_path_factory.mktemp("house")
    app = create_app(settings_for(folder))
    with app.app_context():
        flask_migrate.upgrade()
        close(app)
    template = folder / "template.sqlite3"
    shutil.copy(folder / "test.sqlite3", template)
    # What is in memory by now stays for all tests: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    yield app, template
    close(app)


def close(app: Flask) -> None:
    """Fold the write-ahead log into the file and let go of it."""
    with app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


def fresh(app: Flask, template: Path) -> None:
    """Put a copy of this database file in the place of the application's own."""
    close(app)
    file = Path(of(app).settings.database_url.removeprefix("sqlite:///"))
    for leftover in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(template, file)
    remembered.clear()  # what its pages knew of the database before


@pytest.fixture
def app(house: tuple[Flask, Path]) -> Flask:
    """The application on a fresh database that holds the reference data and nothing else."""
    application, template = house
    fresh(application, template)
    shutil.rmtree(of(application).settings.mail_folder, ignore_errors=True)
    shutil.rmtree(of(application).settings.kept_folder, ignore_errors=True)
    return application


@pytest.fixture(scope="session")
def demonstration_file(house: tuple[Flask, Path]) -> Path:
    """A database file that holds the demonstration, to copy from."""
    application, template = house
    fresh(application, template)
    with application.app_context(), transaction():
        load_demonstration(clock.now())
    close(application)
    file = template.with_name("demonstration.sqlite3")
    shutil.copy(template.with_name("test.sqlite3"), file)
    return file


@pytest.fixture
def demonstration(house: tuple[Flask, Path], demonstration_file: Path) -> Flask:
    """The application on a fresh copy of the demonstration."""
    fresh(house[0], demonstration_file)
    return house[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests of a process. Each opens a window of its own, which shares nothing with the others."""
    if program() is None:
        pytest.skip("there is no Chromium on this machine")
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def demonstration_server(demonstration_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that begin with the demonstration: starting it takes longer than most of them."""
    database = tmp_path_factory.mktemp("served") / "demonstration.sqlite3"
    shutil.copy(demonstration_file, database)
    with serving(database) as running:
        yield running


@pytest.fixture
def demonstration_service(demonstration_server: Service, demonstration_file: Path) -> Service:
    """The demonstration as it was loaded, and no letters, in a process of its own."""
    with closing(connect(demonstration_file)) as loaded, closing(connect(demonstration_server.database)) as served:
        loaded.backup(served)
    shutil.rmtree(demonstration_server.letters, ignore_errors=True)
    return demonstration_server


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The same, inside an application context: for rules, commands and queries without a browser."""
    with app.app_context():
        yield app


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Someone who has not signed in."""
    return Browser(app)


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Role], Browser]:
    """`browser_of(Role.REVIEWER)`: a browser signed in as a made-up user with that role."""

    def open_as(role: Role) -> Browser:
        return signed_in(app, make_user_with_role(app, role))

    return open_as


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Cluster]:
    """A throw-away PostgreSQL: `postgresql.new_database()` is the address of an empty database."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine: initdb and postgres were not found")
    with postgres.cluster(programs) as running:
        yield running


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a migrated, otherwise empty database to make copies like."""
    address = postgresql.new_database()
    app = create_app(settings_for(tmp_path_factory.mktemp("migrated"), database_url=address))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return address


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """The morning on which bookings are made in the tests stands still; a test moves on from it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
