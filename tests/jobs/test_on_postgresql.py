"""The same promises on PostgreSQL, for the queue of letters and for huey's own tables."""

import threading

import flask_migrate
import pytest

from tests.conftest import settings_for
from tests.jobs.workers import begin_at_once
from tests.outbox.letters import letter_as_stored, queue_letter
from training_app import clock, create_app
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.jobs.models import JobRun
from training_app.jobs.queue import make_queue, schedule_jobs
from training_app.outbox.commands import claim_due
from training_app.outbox.delivery import deliver_due
from training_app.outbox.rules import LetterState
from training_app.outbox.sender import lease

pytestmark = pytest.mark.postgresql


@pytest.fixture
def house(postgresql, migrated_postgresql, tmp_path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_workers_at_once_never_claim_the_same_letter(house):
    with house.app_context():
        queued = {queue_letter() for _ in range(60)}
    taken, together = [], threading.Barrier(6)

    def work():
        with house.app_context():
            together.wait()
            while True:
                with transaction():
                    claims = claim_due(clock.now(), 2, lease())
                if not claims:
                    break
                taken.extend(one.id for one in claims)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(queued)


def test_a_round_sends_what_is_due(house):
    with house.app_context():
        for _ in range(2):
            queue_letter()
        assert (deliver_due().sent, deliver_due().sent) == (2, 0)


def test_a_claim_does_not_wait_for_a_letter_another_worker_is_just_taking(house):
    with house.app_context():
        first, second = queue_letter(), queue_letter()
        with transaction():
            [held] = claim_due(clock.now(), 1, lease())
            found = []
            other = threading.Thread(target=_claim_elsewhere, args=(house, found))
            other.start()
            other.join(timeout=10)
            assert not other.is_alive(), "it waits for a row it could pass over"
        assert (held.id, found) == (first, [second])


def _claim_elsewhere(house, found):
    with house.app_context(), transaction():
        found.extend(one.id for one in claim_due(clock.now(), 5, lease()))


def test_of_workers_that_begin_a_job_at_once_one_does(house):
    assert sorted(begin_at_once(house, 4)) == [False, False, False, True]


def test_huey_keeps_the_time_in_the_same_database_without_drift(house):
    url = of(house).settings.database_url
    queue = make_queue(url)
    schedule_jobs(queue, house)
    with house.app_context():
        letter_id = queue_letter()
        for tick in queue.read_periodic(None):
            queue.enqueue(tick)
        while queue.pending_count():
            queue.execute(queue.dequeue())
        assert letter_as_stored(letter_id).state is LetterState.SENT
        assert db.session.get_one(JobRun, "send_letters").ended_at is not None
        db.session.rollback()
        flask_migrate.check()
    queue.storage.close()
