"""A process killed between writing and committing leaves nothing, and holds nobody up."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from tests.bookings.consequences import Consequences
from tests.bookings.house_rules import broken
from tests.bookings.scenarios import NOW, make_people, session_to_book
from training_app.bookings.commands import places as commands
from training_app.bookings.rules import BookingState
from training_app.config import ROOT
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of

# Does the act to its end, says so, and waits to be killed before it commits.
STOPS_SHORT = """
import sys, time
from datetime import datetime
from training_app import create_app
from training_app.bookings.commands import places as commands
from training_app.database import transaction
act, number, person, now = sys.argv[1:]
with create_app().app_context(), transaction() as session:
    named = {"actor_id": None, "now": datetime.fromisoformat(now)}
    if act == "book":
        commands.book_place(int(number), int(person), **named)
    else:
        commands.cancel_booking(int(number), **named)
    session.flush()
    print("written", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def lasting(lasting_house) -> Iterator[Flask]:
    with lasting_house.app_context():
        yield lasting_house


def _killed_before_the_commit(app: Flask, act: str, number: int, person_id: int = 0) -> None:
    given = of(app).settings
    environment = dict(os.environ) | {
        "TRAINING_SECRET_KEY": given.secret_key, "TRAINING_DATABASE_URL": given.database_url
    }
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_SHORT, act, str(number), str(person_id), NOW.isoformat()],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        assert process.stdout.readline() == "written\n", process.stderr.read()
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    finally:
        process.kill()
        process.communicate()


ON_BOTH = ("sqlite", "postgresql")


def on(*kinds: str) -> pytest.MarkDecorator:
    """On both databases; in the ordinary run only on these, since each takes a process of its own."""
    marks: dict[str, list] = {"sqlite": [], "postgresql": [pytest.mark.postgresql]}
    given = [pytest.param(one, marks=marks[one] + ([] if one in kinds else [pytest.mark.long])) for one in ON_BOTH]
    return pytest.mark.parametrize("address", given, indirect=True)


@on("sqlite")
def test_killed_while_booking(lasting):
    session_id, [first, second] = session_to_book(1), make_people(2)
    before = Consequences()
    _killed_before_the_commit(lasting, "book", session_id, first)
    assert Consequences() == before
    assert broken(NOW) == []
    with transaction():
        booking = commands.book_place(session_id, second, actor_id=None, now=NOW)
        assert booking.state is BookingState.CONFIRMED, "the place is free, and the lock is gone"


@on("postgresql")
def test_killed_while_cancelling(lasting):
    session_id, people = session_to_book(1), make_people(2)
    with transaction():
        holds, waits = (commands.book_place(session_id, one, actor_id=None, now=NOW).id for one in people)
    before = Consequences()
    _killed_before_the_commit(lasting, "cancel", holds)
    assert Consequences() == before
    assert broken(NOW) == []
    states = db.session.execute(text("SELECT id, state FROM booking ORDER BY id")).all()
    assert states == [(holds, "confirmed"), (waits, "waitlisted")]
