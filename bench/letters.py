"""What it costs the worker and the database to send a letter of a booking, to a mail server that takes all of them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from smtplib import SMTP

from flask import Flask

from bench.houses import House
from bench.processes import cpu_seconds_with_ended
from tests.conftest import settings_for
from tests.serving import free_port
from training_app import create_app
from training_app.extensions import db
from training_app.outbox.delivery import deliver_due

START_SECONDS = 30


@dataclass(frozen=True)
class Sent:
    """Processor time of one letter."""

    worker_ms: float
    database_ms: float


@contextmanager
def post_office(house: House) -> Iterator[Flask]:
    """The same installation with a mail server, which runs in a process of its own."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    )
    app = create_app(settings_for(
        house.folder, database_url=house.settings.database_url, smtp_url=f"smtp://127.0.0.1:{port}"
    ))
    try:
        _wait_for(port)
        yield app
    finally:
        server.terminate()
        server.wait()
        with app.app_context():
            db.engine.dispose()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            with SMTP("127.0.0.1", port, timeout=2):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def send_all(app: Flask, postmaster: int) -> Sent:
    """Send every letter that waits, as the worker does. Raises RuntimeError where one was not taken, or none waits."""
    database, own = cpu_seconds_with_ended(postmaster), time.process_time()
    with app.app_context():
        done = deliver_due()
        db.session.remove()
    worker, database = time.process_time() - own, cpu_seconds_with_ended(postmaster) - database
    if done.failed or not done.sent:
        raise RuntimeError(f"the letters did not all go out: {done}")
    return Sent(1000 * worker / done.sent, 1000 * database / done.sent)
