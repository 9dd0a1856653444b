"""300 people at 30 places: exactly 30 get one, 270 wait in the order they came, and nobody sees an error."""

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.bookings.racing import booked_at_once, plain_select
from tests.bookings.scenarios import DAY, NOW, letters, make_people, session_to_book
from training_app import assembly
from training_app.bookings.commands import changes, holding, places
from training_app.bookings.models import CalendarEntry
from training_app.database import engine, transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.models import TrainingSession
from training_app.programme.rules.parts import PartFacts

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


def test_whoever_waits_for_the_lock_reads_the_day_as_it_was_changed_meanwhile(wide_house):
    """Else they would be told the old day, and nobody would ever tell them the new one."""
    with wide_house.app_context():
        session_id, [person_id] = session_to_book(), make_people(1)
        event.listen(db.engine, "before_cursor_execute", _note_who_locks)
        db.session.remove()
    moved, let_go = threading.Event(), threading.Event()

    def move() -> None:
        with wide_house.app_context(), transaction():
            [part] = db.session.get_one(TrainingSession, session_id).parts
            facts = PartFacts(part.kind, DAY + timedelta(days=1), part.starts_at, part.ends_at)
            seen = snapshots.part_snapshot(part)
            changes.change_part_and_tell(session_id, part.id, facts, seen=seen, actor_id=None, now=NOW)
            db.session.flush()
            moved.set()
            let_go.wait(60)

    def book() -> None:
        with wide_house.app_context(), transaction():
            db.session.connection().info["books"] = True
            places.book_place(session_id, person_id, actor_id=None, now=NOW)

    asked.clear()
    threads = [threading.Thread(target=one) for one in (move, book)]
    threads[0].start()
    assert moved.wait(60)
    threads[1].start()
    assert asked.wait(60)
    time.sleep(0.3)  # from here the statement needs no more than to reach the database, and waits there
    let_go.set()
    for thread in threads:
        thread.join()
    with wide_house.app_context():
        [entry] = db.session.scalars(select(CalendarEntry))
        [letter] = letters()
        assert entry.on_day == DAY + timedelta(days=1)
        assert "11 June 2027" in letter.body and "10 June" not in letter.body


asked = threading.Event()


def _note_who_locks(connection, cursor, statement, *given) -> None:
    """That the one who books is about to ask for the lock."""
    if connection.info.get("books") and ("FOR UPDATE" in statement or statement.startswith("UPDATE training_session")):
        asked.set()
