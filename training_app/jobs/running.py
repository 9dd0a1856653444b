"""One run of a scheduled job: noted, done in its own transactions, noted."""

import logging
from traceback import format_tb

from training_app import clock
from training_app.database import transaction
from training_app.jobs import commands
from training_app.jobs.schedule import Job

log = logging.getLogger(__name__)


def run_job(job: Job) -> bool:
    """Run the job now, in the application context at hand. False if it ran a moment ago.

    A failure is noted with the job and ends this run only: the rows it was to work on are still there.
    """
    with transaction():
        if not commands.begin(job.name, clock.now(), job.every):
            return False
    try:
        outcome = job.run(clock.now())
    except Exception as error:
        # The kind of error and the place only: its words may quote somebody's data.
        kind, where = type(error).__name__, "".join(format_tb(error.__traceback__))
        log.error("Job %s failed: %s\n%s", job.name, kind, where)
        outcome = f"Failed: {kind}"
    with transaction():
        commands.end(job.name, clock.now(), outcome)
    return True

