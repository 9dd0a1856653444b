"""A worker killed with -9 loses no letter."""

import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.jobs.workers import Workplace, wait_until, workplace
from tests.outbox.letters import Sink, mail_server, queue_letter
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState


def _unsent(place: Workplace) -> int:
    with place.app.app_context():
        query = select(func.count()).select_from(Letter).where(Letter.state != LetterState.SENT)
        return db.session.scalar(query) or 0


def _kill_when(place: Workplace, sink: Sink, arrived: int, pause: float) -> int:
    """Start a worker and kill it when so many letters have arrived; returns how many had by its death."""
    worker = place.start()
    wait_until(lambda: len(sink.arrived) >= arrived, 60, place)
    time.sleep(pause)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    return len(sink.arrived)


def _lose_the_queue(folder: Path) -> None:
    for file in folder.glob("worker-queue.sqlite3*"):
        file.unlink()


def _check(sink: Sink, queued: set[str], kills: int) -> int:
    times = Counter(sink.ids)
    assert set(times) == queued, "none is missing and none is foreign"
    doubled = sum(times.values()) - len(queued)
    assert doubled <= kills, f"{doubled} doubled: more than the one in hand at each kill"
    return doubled


def _queue(place: Workplace, letters: int) -> set[str]:
    with place.app.app_context():
        for _ in range(letters):
            queue_letter()
        return set(db.session.scalars(select(Letter.message_id)))


def _run(app, folder: Path, sink: Sink, letters: int, kills: list[int], pause: float = 0.0) -> int:
    lease = {"TRAINING_LETTER_LEASE": "2"}
    with mail_server(sink) as url, workplace(app, folder, TRAINING_SMTP_URL=url, **lease) as place:
        queued = _queue(place, letters)
        at_death = []
        for arrived in kills:
            at_death.append(_kill_when(place, sink, arrived, pause))
            # Whatever huey had in hand is gone as well; the rows are all there is.
            _lose_the_queue(folder)
        assert at_death[0] >= 10
        assert at_death[-1] < letters, "it was killed in the middle"
        place.start()
        wait_until(lambda: _unsent(place) == 0, 60, place)
    doubled = _check(sink, queued, len(kills))
    print(
        f"\n{letters} letters, worker killed at {at_death} arrived: {len(sink.ids)} arrived, "
        f"{len(set(sink.ids))} distinct, {len(queued - set(sink.ids))} missing, {doubled} doubled"
    )
    return doubled


def test_a_worker_killed_once_loses_none(app, tmp_path):
    _run(app, tmp_path, Sink(seconds=0.05), 50, [20])


@pytest.mark.long
@pytest.mark.parametrize("first", range(10, 40, 7))
def test_a_worker_killed_anywhere_between_the_tenth_and_the_fortieth_loses_none(app, tmp_path, first):
    # At another moment of a letter's way each time: just accepted, being marked, being handed over.
    _run(app, tmp_path, Sink(seconds=0.05), 50, [first], pause=first * 7 % 50 / 1000)


@pytest.mark.long
def test_a_worker_killed_before_the_answer_sends_that_letter_again_under_its_own_name(app, tmp_path):
    """The price of losing none: what the server took but did not answer yet comes twice, with the same ID."""
    sink = Sink(seconds=0.05, answers_late=True)
    assert _run(app, tmp_path, sink, 50, [10, 15, 20, 25, 30, 35]) >= 1
