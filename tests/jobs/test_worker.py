"""The worker as people run it: a process that sends, keeps the clock, and ends when told."""

import signal
from collections import Counter

from sqlalchemy import func, select

from tests.jobs.workers import Workplace, wait_until, workplace
from tests.outbox.letters import Sink, mail_server, queue_letter
from training_app.extensions import db
from training_app.jobs.models import JobRun
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState


def _count(place: Workplace, *where) -> int:
    with place.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Letter).where(*where)) or 0


def _jobs_ended(place: Workplace) -> set[str]:
    with place.app.app_context():
        return set(db.session.scalars(select(JobRun.name).where(JobRun.ended_at.is_not(None))))


def test_it_sends_as_letters_come_and_finishes_the_one_in_hand(app, tmp_path):
    sink = Sink(holds_after=2)
    with mail_server(sink) as url, workplace(app, tmp_path, TRAINING_SMTP_URL=url) as place:
        worker = place.start()
        wait_until(lambda: "send_letters" in _jobs_ended(place), 60, place)
        with app.app_context():
            for _ in range(8):
                queue_letter()
        wait_until(sink.holding.is_set, 30, place)
        worker.send_signal(signal.SIGTERM)
        wait_until(lambda: "Worker asked to stop" in place.printed, 30, place)
        sink.let_go.set()
        assert worker.wait(timeout=30) == 0, place.printed
        assert _count(place, Letter.state == LetterState.SENT) == len(sink.arrived) == 3
        assert _count(place, Letter.state == LetterState.SENDING) == 0, "nothing was left half-way"
        assert "Worker stopped" in place.printed
        assert "bryony" not in place.printed, "whom letters go to is not logged"


def test_two_workers_send_each_letter_once_and_only_one_need_hold_the_clock(app, tmp_path):
    sink = Sink(seconds=0.05)
    with mail_server(sink) as url, workplace(app, tmp_path, TRAINING_SMTP_URL=url) as place:
        workers = [place.start("--no-clock"), place.start("--no-clock")]
        wait_until(lambda: place.printed.count("without the clock") == 2, 60, place)
        with app.app_context():
            for _ in range(40):
                queue_letter()
        wait_until(lambda: _count(place, Letter.state == LetterState.SENT) == 40, 60, place)
        for worker in workers:
            worker.send_signal(signal.SIGINT)
        assert [worker.wait(timeout=30) for worker in workers] == [0, 0], place.printed
        assert set(Counter(sink.ids).values()) == {1}
        assert len(sink.ids) == 40
        assert _jobs_ended(place) == set()


def test_a_queue_address_that_cannot_be_used_is_one_sentence(app, tmp_path):
    with workplace(app, tmp_path, TRAINING_QUEUE_URL="amqp://somewhere") as place:
        assert place.start().wait(timeout=60) != 0
        assert "Cannot start: TRAINING_QUEUE_URL must begin with sqlite:///" in place.printed
        assert "Traceback" not in place.printed
