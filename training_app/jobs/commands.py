"""Keeping when each job began, ended, and how."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from training_app.extensions import db
from training_app.jobs.models import JobRun


def begin(name: str, now: datetime, every: timedelta) -> bool:
    """Note that the job begins. False if it began a moment ago: a second clock ticks for the same run.

    What began long after now began by a clock that was wrong, and that is no reason to wait for its time to come.
    """
    too_recent, too_far_ahead = now - every / 2, now + every / 2
    begun = db.session.execute(
        update(JobRun)
        .where(JobRun.name == name, or_(JobRun.began_at <= too_recent, JobRun.began_at >= too_far_ahead))
        .values(began_at=now, ended_at=None, outcome="")
        .returning(JobRun.name)
    ).scalar()
    if begun is not None:
        return True
    if db.session.get(JobRun, name) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(JobRun(name=name, began_at=now))
    except IntegrityError:
        return False
    return True


def end(name: str, now: datetime, outcome: str) -> None:
    """Note that the job's run ended, and how."""
    db.session.execute(update(JobRun).where(JobRun.name == name).values(ended_at=now, outcome=outcome))
