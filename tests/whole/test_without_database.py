"""When the database is away, broken or behind, the service says so, and recovers by itself."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from tests.browser import Browser
from tests.conftest import settings_for
from training_app import create_app
from training_app.config import INSTANCE
from training_app.database.trouble import Trouble
from training_app.extensions import db
from training_app.web.failures import OF_DATABASE, WORDS

NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/training?connect_timeout=2"


@pytest.fixture(params=["no server", "no folder", "not a database"])
def cut_off(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The service, started on a database that does not answer."""
    (tmp_path / "letter.txt").write_text("Dear colleague, " * 100, encoding="utf-8")
    urls = {
        "no server": NOBODY_LISTENS,
        "no folder": f"sqlite:///{tmp_path / 'nowhere' / 'training.sqlite3'}",
        "not a database": f"sqlite:///{tmp_path / 'letter.txt'}",
    }
    yield from _serving(settings_for(tmp_path, database_url=urls[request.param]))


def _serving(settings) -> Iterator[Flask]:  # type: ignore[no-untyped-def]
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("address", ["/programme", "/sign-in", "/calendar.ics", "/sessions/1", "/e/7KQ2M4", "/"])
def test_every_page_says_sorry_in_the_look_of_the_service(cut_off: Flask, address: str):
    page = Browser(cut_off).get(address, status=503)
    assert page.heading == OF_DATABASE[Trouble.AWAY].heading and page.links["Try again"] == address
    body = page.response.get_data(as_text=True)
    assert "scp-masthead" in body and "govuk-skip-link" in body
    for leak in ("sqlalchemy", "psycopg", "sqlite", "127.0.0.1", "Traceback", str(INSTANCE.parent)):
        assert leak not in body, leak


@pytest.mark.parametrize("address", ["/privacy", "/accessibility", "/contact", "/complain-about-data"])
def test_what_stands_in_every_foot_still_stands(cut_off: Flask, address: str):
    page = Browser(cut_off).get(address)
    assert "Run by the Leicester" in page.text and "Sign out" not in page.text


@pytest.mark.parametrize("address", ["/programme", "/account", "/e/7KQ2M4", "/privacy"])
def test_someone_signed_in_is_told_too(cut_off: Flask, address: str):
    browser = Browser(cut_off)
    with browser.client.session_transaction() as cookie:  # by hand: the tests' world would ask the database
        cookie["_user_id"], cookie["_fresh"] = "a-key", True
    browser.client.set_cookie("typed", "a-word")
    browser.get(address, status=200 if address == "/privacy" else 503)


def test_alive_is_not_ready(cut_off: Flask):
    browser = Browser(cut_off)
    assert browser.get("/healthz").response.get_data(as_text=True) == "alive\n"
    ready = browser.get("/readyz", status=503)
    assert ready.response.get_data(as_text=True) == "not ready: the database does not answer\n"


def test_what_needs_no_database_is_still_answered(cut_off: Flask):
    browser = Browser(cut_off)
    assert browser.get("/nowhere", status=404).heading == "Page not found"
    with browser.client.get("/static/look/1-theme.css") as style:
        assert style.status_code == 200


def test_a_database_behind_its_migrations_is_alive_and_not_ready(tmp_path: Path):
    app = next(_serving(settings_for(tmp_path)))
    browser = Browser(app)
    browser.get("/healthz")
    ready = browser.get("/readyz", status=503)
    assert "migrations are not current" in ready.response.get_data(as_text=True)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    assert browser.get("/readyz").response.get_data(as_text=True) == "ready\n"
    with app.app_context():
        db.engine.dispose()


@pytest.mark.postgresql
def test_a_database_that_went_away_and_came_back_is_found_again(postgresql, tmp_path: Path):
    """Every connection in the pool is cut, as a restart of the server would: no visitor may meet a dead one."""
    url = postgresql.new_database()
    for app in _serving(settings_for(tmp_path, database_url=url)):
        with app.app_context():
            flask_migrate.upgrade()
        browser = Browser(app)
        browser.get("/programme")
        _cut_connections(postgresql, urlsplit(url).path.strip("/"))
        assert browser.get("/programme").heading == "Training programme"
        assert browser.get("/readyz").status == 200


def _cut_connections(postgresql, name: str) -> None:  # type: ignore[no-untyped-def]
    with psycopg.connect(postgresql.address("postgres"), autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchall()
    assert cut, "no connection was open, so nothing was tried"


def test_a_table_that_is_missing_is_a_fault_and_not_a_blank_page(app: Flask):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text("ALTER TABLE course RENAME TO course_of_old"))
        page = Browser(app).get("/programme", status=500)
        assert page.heading == WORDS[500].heading
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
