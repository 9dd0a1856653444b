"""The hourly job that publishes what closed, found in the rows each time."""

import time_machine
from sqlalchemy import select

from tests.evaluation.answers import CLOSED, answered_by
from tests.world.programme import make_session
from training_app.database import transaction
from training_app.evaluation.models import Publication
from training_app.extensions import db
from training_app.jobs import schedule
from training_app.jobs.models import JobRun
from training_app.jobs.running import run_job
from training_app.jobs.schedule import JOBS
from training_app.programme.models import TrainingSession

PUBLISH = next(job for job in JOBS if job.name == "publish_answers")


def closed_sessions(number: int) -> list[TrainingSession]:
    sessions = [make_session(f"Course {one}") for one in range(number)]
    for session in sessions:
        answered_by(session, 3)
    db.session.commit()
    return sessions


def outcome() -> str:
    with time_machine.travel(CLOSED, tick=False):
        with transaction():
            db.session.query(JobRun).delete()
        assert run_job(PUBLISH)
    return db.session.get_one(JobRun, PUBLISH.name).outcome


def published() -> list[int]:
    return list(db.session.scalars(select(Publication.session_id).order_by(Publication.id)))


def test_it_publishes_what_closed_and_then_has_nothing_left(in_app):
    sessions = closed_sessions(2)
    assert outcome() == "2 published"
    assert published() == [one.id for one in sessions]
    assert outcome() == "0 published"


def test_a_session_that_cannot_be_published_holds_up_no_other(in_app, monkeypatch):
    first, second = (one.id for one in closed_sessions(2))
    right = schedule.publish_if_due

    def broken(session_id, now):
        made = right(session_id, now)
        if session_id == first:
            raise RuntimeError("the disk is full")
        return made

    monkeypatch.setattr(schedule, "publish_if_due", broken)
    assert outcome() == "1 published, 1 failed"
    assert published() == [second], "the broken one is rolled back whole"
    monkeypatch.undo()
    assert outcome() == "1 published"
    assert published() == [second, first]
