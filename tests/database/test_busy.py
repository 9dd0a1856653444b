"""Somebody else holds what a page needs: it says so in time, keeps what was typed, and stops nobody else."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.browser import Browser, Page
from tests.conftest import settings_for
from tests.guards import XHTML
from tests.world.people import make_post
from tests.world.programme import make_session
from tests.world.signing_in import make_user_with_role, signed_in, user_of
from training_app import clock, create_app
from training_app.accounts.rules.roles import Role
from training_app.database import engine, transaction
from training_app.database.in_use import BEING_RESTORED
from training_app.database.trouble import Trouble, trouble_of
from training_app.extensions import db
from training_app.people.models import Person
from training_app.web.failures import OF_DATABASE

SHORT = 1


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def either(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application on each kind of database; it waits for a lock a second only."""
    monkeypatch.setattr(engine, "SECONDS_FOR_A_LOCK", SHORT)
    monkeypatch.setattr(engine, "SECONDS_FOR_SQLITE", SHORT)
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database(like=request.getfixturevalue("migrated_postgresql"))
    else:
        (tmp_path / "test.sqlite3").write_bytes(request.getfixturevalue("house")[1].read_bytes())
    app = create_app(settings_for(tmp_path, database_url=url))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def booking(either: Flask) -> tuple[Browser, str]:
    """Someone about to book, and the address of the form."""
    key = make_user_with_role(either, Role.PRACTITIONER)
    with either.app_context(), transaction():
        make_post(db.session.get_one(Person, user_of(Role.PRACTITIONER).person_id))
        session_id = make_session(day=clock.today() + timedelta(days=30)).id
    return signed_in(either, key), f"/sessions/{session_id}/book"


class Holding:
    """Another connection that holds a session's row: on SQLite, where there is one writer, everything."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.connection = db.engine.connect()
        self.connection.exec_driver_sql("UPDATE training_session SET capacity = capacity")

    def let_go(self) -> None:
        self.connection.rollback()
        self.connection.close()


def _held(page: Page) -> list[tuple[str, str]]:
    form = page.form()
    return [(one.get("name"), one.get("value")) for one in form.iter(f"{XHTML}input")]


def test_a_booking_that_meets_a_lock_is_told_and_goes_through_afterwards(either, booking):
    browser, address = booking
    page = browser.get(address)
    holding = Holding(either)
    began = time.monotonic()
    waited = browser.send(page, {"needs": "Step-free seat\r\nand “quotes” <b>", "step": "book"}, status=503)
    assert SHORT * 0.5 < time.monotonic() - began < SHORT + 2
    assert waited.heading == OF_DATABASE[Trouble.BUSY].heading and "kept on this page" in waited.text
    assert waited.response.headers["Retry-After"] == "10"
    assert ("needs", "Step-free seat\nand “quotes” <b>") in _held(waited)
    assert [name for name, _ in _held(waited)].count("csrf_token") == 1
    again = browser.send(waited, status=503)
    assert _held(again)[:-1] == _held(waited)[:-1]
    for other in ("/programme", "/healthz", "/privacy"):
        began = time.monotonic()
        Browser(either).get(other)
        assert time.monotonic() - began < 1, other
    holding.let_go()
    booked = browser.follow(browser.send(again))
    assert "Step-free seat" in booked.text


def test_a_page_that_only_reads_waits_for_no_writer(either, booking):
    browser, address = booking
    browser.get(address)  # its template is read
    holding = Holding(either)
    began = time.monotonic()
    assert browser.get(address).status == 200
    assert time.monotonic() - began < 1
    holding.let_go()


class Said(Exception):
    """As the driver says it."""

    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        if sqlstate:
            self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Said("canceling statement due to lock timeout", "55P03"), Trouble.BUSY),
        (Said("canceling statement due to statement timeout", "57014"), Trouble.BUSY),
        (Said("deadlock detected", "40P01"), Trouble.BUSY),
        (Said("sorry, too many clients already", "53300"), Trouble.BUSY),
        (Said("database is locked"), Trouble.BUSY),
        (Said("terminating connection due to administrator command", "57P01"), Trouble.AWAY),
        (Said("connection broke", "08006"), Trouble.AWAY),
        (psycopg.OperationalError("connection refused"), Trouble.AWAY),
        (Said("unable to open database file"), Trouble.AWAY),
        (Said("database or disk is full"), Trouble.AWAY),
        (Said("attempt to write a readonly database"), Trouble.AWAY),
        (Said("its folder cannot be written to: Permission denied"), Trouble.AWAY),
        (Said(BEING_RESTORED), Trouble.AWAY),
        (Said("no such table: course"), None),
        (Said("syntax error", "42601"), None),
    ],
)
def test_what_a_database_says_is_understood(said: Exception, trouble: Trouble | None):
    assert trouble_of(OperationalError("SELECT 1", {}, said)) is trouble


def test_no_connection_left_in_the_pool_is_busy():
    assert trouble_of(PoolTimeout("QueuePool limit reached")) is Trouble.BUSY


@pytest.mark.postgresql
def test_postgresql_is_told_how_long_to_wait(postgresql, tmp_path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database()))
    with app.app_context(), db.engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        }
        engine.take_all_the_time(db.engine)
        connection.rollback()
        unlimited = connection.exec_driver_sql("SHOW statement_timeout").scalar()
    with app.app_context():
        db.engine.dispose()
    assert said == {"lock_timeout": "3s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "5min"}
    assert unlimited == "0"


def test_what_stands_in_the_address_goes_first():
    given = engine.engine_options("postgresql+psycopg://db/training?connect_timeout=20")["connect_args"]
    assert isinstance(given, dict) and set(given) == {"options"}


def test_a_database_that_never_answers_is_given_up(tmp_path):
    """It takes the connection and says nothing, as behind a firewall that drops what it does not like."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/training"
        app = create_app(settings_for(tmp_path, database_url=url))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        began = time.monotonic()
        reading = threading.Thread(target=lambda: Browser(app).get("/programme", status=503))
        reading.start()
        assert Browser(app).get("/healthz").status == 200
        assert time.monotonic() - began < 2
        reading.join()
        assert time.monotonic() - began < 2 * engine.SECONDS_TO_CONNECT + 2
