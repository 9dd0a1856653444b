"""Jobs by the clock: noted, harmless when doubled, and nothing lost with a lost task."""

import subprocess
import sys
from datetime import timedelta

import pytest
from huey import storage

from tests.jobs.workers import a_job, begin_at_once
from tests.outbox.letters import letter_as_stored, queue_letter
from training_app import clock
from training_app.config import ROOT, SettingsError
from training_app.database import transaction
from training_app.extensions import db
from training_app.jobs.models import JobRun
from training_app.jobs.queries import last_runs
from training_app.jobs.queue import make_queue, schedule_jobs
from training_app.jobs.running import run_job
from training_app.jobs.schedule import JOBS
from training_app.outbox.rules import SEALED_LIFE, LetterState

ADDRESS = "bryony@agency.example"


def _noted(name="a_job") -> JobRun:
    db.session.rollback()
    return db.session.get_one(JobRun, name)


def test_a_run_is_noted_with_its_beginning_end_and_outcome(in_app, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)

    def run(now):
        assert _noted().ended_at is None, "its beginning is on record while it runs"
        time_machine.shift(3)
        return "2 things done"

    assert run_job(a_job(run))
    noted = _noted()
    assert noted.outcome == "2 things done"
    assert noted.ended_at - noted.began_at == timedelta(seconds=3)


def test_a_second_clock_does_not_run_a_job_twice(in_app, time_machine):
    runs = []
    time_machine.move_to(clock.now(), tick=False)
    job = a_job(lambda now: runs.append(now) or "")
    assert run_job(job)
    time_machine.shift(5)
    assert run_job(job) is False
    time_machine.shift(55)
    assert run_job(job)
    assert len(runs) == 2


def test_of_workers_that_begin_a_job_at_once_one_does(app):
    for _ in range(2):  # the very first run, which makes the row, and one an hour later
        assert sorted(begin_at_once(app, 4)) == [False, False, False, True]
        with app.app_context(), transaction() as session:
            session.get_one(JobRun, "a_job").began_at -= timedelta(hours=1)


def test_a_job_that_fails_is_noted_and_tells_no_ones_data(in_app, caplog):
    def run(now):
        raise ValueError(ADDRESS)

    assert run_job(a_job(run))
    assert _noted().outcome == "Failed: ValueError"
    assert "Job a_job failed: ValueError" in caplog.text
    assert "test_schedule.py" in caplog.text, "where it happened"
    assert ADDRESS not in caplog.text


def test_a_job_that_never_ran_is_told_as_such(in_app):
    runs = {run.label: run for run in last_runs()}
    assert set(runs) == {job.label for job in JOBS}
    assert all(run.began_at is None for run in runs.values())


def test_names_are_unique_and_every_line_of_the_schedule_can_run(in_app):
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        assert run_job(job)
        assert not _noted(job.name).outcome.startswith("Failed")


def test_sending_letters_also_wipes_what_has_expired(in_app):
    letter_id = queue_letter(sealed=True, now=clock.now() - SEALED_LIFE)
    [job] = [job for job in JOBS if job.name == "send_letters"]
    run_job(job)
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.body) == (LetterState.FAILED, "")
    assert _noted(job.name).outcome == "0 waiting, 1 not sent"


def test_a_lost_task_loses_nothing(in_app, tmp_path):
    """A task that huey handed out and a killed worker never did is gone; the next finds the same rows."""
    queue = make_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    schedule_jobs(queue, in_app)
    letter_id = queue_letter()
    [send] = [task for task in queue.read_periodic(None) if task.name == "send_letters"]
    queue.enqueue(send)
    assert queue.dequeue() is not None
    assert queue.pending_count() == 0, "huey keeps no copy of what it handed out"
    assert letter_as_stored(letter_id).state is LetterState.QUEUED
    [tick] = [task for task in queue.read_periodic(None) if task.name == "send_letters"]
    queue.enqueue(tick)
    queue.execute(queue.dequeue())
    assert letter_as_stored(letter_id).state is LetterState.SENT
    queue.storage.close()


def test_an_engine_that_is_not_there_is_one_sentence(monkeypatch):
    with pytest.raises(SettingsError, match="must begin with"):
        make_queue("amqp://somewhere")
    monkeypatch.setattr(storage, "Redis", None)  # as it is where the library could not be imported
    with pytest.raises(SettingsError, match=r"TRAINING_QUEUE_URL cannot be used: .*redis"):
        make_queue("redis://localhost")


def test_the_pages_do_not_import_the_queue(in_app, tmp_path):
    program = (
        "import sys; from training_app import create_app; from training_app.config import Settings;"
        f"create_app(Settings(secret_key='k' * 32, database_url='sqlite:///{tmp_path / 'x.sqlite3'}'));"
        "sys.exit('huey' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
