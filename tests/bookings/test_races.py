"""300 people at 30 places: exactly 30 get one, 270 wait in the order they came, and nobody sees an error."""

import pytest
from flask import Flask

from tests.bookings.racing import booked_at_once, plain_select
from training_app import assembly
from training_app.bookings.commands import holding
from training_app.database import engine

SIZES = [(48, 6), pytest.param((300, 30), marks=pytest.mark.long)]


@pytest.fixture
def wide_engine(monkeypatch) -> None:
    """A connection for each of 300 people, each of whom waits for their turn for as long as it takes.

    A page waits a few seconds and then says so; here it is tried that nobody overtakes.
    """
    usual = assembly.engine_options

    def wide(url: str) -> dict[str, object]:
        patient = {} if url.startswith("sqlite") else {"connect_args": {}}
        return {**usual(url), "pool_size": 310, "pool_pre_ping": False} | patient

    monkeypatch.setattr(assembly, "engine_options", wide)
    monkeypatch.setattr(engine, "SECONDS_FOR_SQLITE", 120)


@pytest.fixture
def wide_house(wide_engine, lasting_house) -> Flask:
    return lasting_house


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_place_is_given_twice_and_the_line_is_in_order(wide_house, size):
    people, places = size
    outcome = booked_at_once(wide_house, people, places)
    assert outcome.errors == []
    assert outcome.confirmed == places
    assert outcome.turns == list(range(1, people - places + 1))
    assert outcome.in_order


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_without_the_lock_they_would_be_given_twice(wide_house, size, monkeypatch):
    monkeypatch.setattr(holding, "lock_rows", plain_select)
    people, places = size
    assert booked_at_once(wide_house, people, places).confirmed > places
