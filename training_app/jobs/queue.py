"""The job queue: huey on SQLite, PostgreSQL or Redis, by address.

Only the worker imports this module. The pages never do: they write rows, and rows are what jobs look for.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import ConfigurationError

from training_app.config import SettingsError
from training_app.jobs.running import run_job
from training_app.jobs.schedule import JOBS, Job

NAME = "training"


def make_queue(url: str) -> Huey:
    """The engine that the address names. Raises SettingsError with one sentence if there is none such."""
    scheme = urlsplit(url).scheme.partition("+")[0]
    usual: dict[str, Any] = {"results": False}
    try:
        if scheme == "sqlite":
            file = Path(url.partition("///")[2])
            file.parent.mkdir(parents=True, exist_ok=True)
            return SqliteHuey(NAME, filename=str(file), timeout=60, **usual)
        if scheme in {"postgresql", "postgres"}:
            return PostgresHuey(NAME, dsn="postgresql://" + url.partition("://")[2], **usual)
        if scheme in {"redis", "rediss"}:
            return RedisHuey(NAME, url=url, **usual)
    except ConfigurationError as error:
        raise SettingsError(f"TRAINING_QUEUE_URL cannot be used: {error}") from None
    raise SettingsError("TRAINING_QUEUE_URL must begin with sqlite:///, postgresql:// or redis://.")


def schedule_jobs(queue: Huey, app: Flask) -> None:
    """Give the queue every job of the schedule, each to be run in a context of its own."""
    for job in JOBS:
        when = crontab(minute=job.minute, hour=job.hour)
        queue.periodic_task(when, name=job.name)(_task(job, app))


def _task(job: Job, app: Flask) -> Any:
    def task() -> None:
        with app.app_context():
            run_job(job)

    return task
