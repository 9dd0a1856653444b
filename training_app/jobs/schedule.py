"""What runs by the clock. To add a job, add one line to JOBS.

Each job finds in the database what is to be done and does it, so running one twice, late or not at all loses
nothing: the next run finds the same rows. huey is not imported here; it only tells the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from training_app.database import transaction
from training_app.outbox.commands import close_expired
from training_app.outbox.delivery import deliver_due
from training_app.outbox.queries import queue_state

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One scheduled job. `minute` and `hour` are as in a crontab, in UTC; `run` says what it came to."""

    name: str
    label: str
    every: timedelta
    minute: str = "*"
    hour: str = "*"
    run: Callable[[datetime], str]


def _send_letters(now: datetime) -> str:
    with transaction():
        close_expired(now)
    deliver_due()
    # How the queue stands, not what this run sent: the worker also sends between the runs.
    state = queue_state(now)
    return f"{state.waiting} waiting, {state.failed} not sent"


JOBS = (
    Job(name="send_letters", label="Send letters", every=MINUTE, run=_send_letters),
)
