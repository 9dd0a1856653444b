"""When each job last ran, for the office."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training_app.extensions import db
from training_app.jobs.models import JobRun
from training_app.jobs.schedule import JOBS


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """A scheduled job and its last run. `began_at` is None if it has not run yet."""

    label: str
    began_at: datetime | None
    ended_at: datetime | None
    outcome: str


def last_runs() -> list[LastRun]:
    """Every job of the schedule, in its order, those that never ran included."""
    found = {run.name: run for run in db.session.scalars(select(JobRun))}
    return [_last_run(job.label, found.get(job.name)) for job in JOBS]


def _last_run(label: str, run: JobRun | None) -> LastRun:
    if run is None:
        return LastRun(label=label, began_at=None, ended_at=None, outcome="")
    return LastRun(label=label, began_at=run.began_at, ended_at=run.ended_at, outcome=run.outcome)
