"""300 people at 30 places: exactly 30 get one, 270 wait in the order they came, and nobody sees an error."""

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask

from tests.bookings.racing import booked_at_once, plain_select
from tests.conftest import settings_for
from training_app import assembly, create_app
from training_app.bookings import commands
from training_app.extensions import db

SIZES = [(48, 6), pytest.param((300, 30), marks=pytest.mark.long)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def wide_house(request, tmp_path, monkeypatch) -> Iterator[Flask]:
    """The application with a connection for each of 300 people."""
    usual = assembly._engine_options
    monkeypatch.setattr(
        assembly, "_engine_options", lambda url: {**usual(url), "pool_size": 310, "pool_pre_ping": False}
    )
    address = (
        f"sqlite:///{tmp_path / 'race.sqlite3'}" if request.param == "sqlite"
        else request.getfixturevalue("postgresql").new_database()
    )
    app = create_app(settings_for(tmp_path, database_url=address))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_place_is_given_twice_and_the_line_is_in_order(wide_house, size):
    people, places = size
    outcome = booked_at_once(wide_house, people, places)
    assert outcome.errors == []
    assert outcome.confirmed == places
    assert outcome.line == list(range(1, people - places + 1))
    assert outcome.in_order


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_without_the_lock_they_would_be_given_twice(wide_house, size, monkeypatch):
    monkeypatch.setattr(commands, "lock_rows", plain_select)
    people, places = size
    assert booked_at_once(wide_house, people, places).confirmed > places
