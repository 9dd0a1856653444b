"""flask worker"""

import logging

import click
from flask import current_app
from flask.cli import with_appcontext

from training_app.config import SettingsError
from training_app.installation import of

log = logging.getLogger(__name__)


@click.command("worker")
@click.option("--no-clock", is_flag=True, help="Leave the scheduled jobs to another worker.")
@with_appcontext
def worker(no_clock: bool) -> None:
    """Send letters as they come and run the scheduled jobs, until told to stop."""
    # Here, so that no other command and no page imports the queue.
    from training_app.jobs.queue import make_queue, schedule_jobs
    from training_app.jobs.worker import work

    logging.getLogger("training_app").setLevel(logging.INFO)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        queue = make_queue(of(app).settings.queue_url)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    for sentence in of(app).settings.in_clear:
        log.warning(sentence)
    schedule_jobs(queue, app)
    work(app, queue, clock=not no_clock)


shell_commands = (worker,)
