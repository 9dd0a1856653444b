"""The worker: huey's clock for the scheduled jobs, and a postman who looks for letters every two seconds.

The postman asks the database, not the queue. The page that wrote a letter has nothing to tell the worker that
sends it, so no message between them can be lost, and the pages need no queue. One indexed query every two
seconds costs less than keeping such a message safe would.
"""

import gc
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask
from huey import Huey

from training_app.outbox.delivery import Round, deliver_due

LOOK_EVERY = 2.0
# While the mail server is away, letters are not tried one after the other.
LOOK_WHEN_AWAY = 30.0
THREADS = 1
HEALTH_EVERY = 10.0
# For the job in hand, then for the letter in hand. What takes longer is left to its lease.
SECONDS_TO_END = 6.0

log = logging.getLogger(__name__)


class Postman(threading.Thread):
    """Sends what is due, looks again, and finishes the letter in hand when asked to stop."""

    def __init__(self, app: Flask, stopping: threading.Event) -> None:
        super().__init__(name="postman", daemon=True)
        self.app = app
        self.stopping = stopping

    def run(self) -> None:
        pause = 0.0
        while not self.stopping.wait(pause):
            done = self._round()
            pause = LOOK_WHEN_AWAY if done.unreachable else LOOK_EVERY

    def _round(self) -> Round:
        try:
            with self.app.app_context():
                return deliver_due(self.stopping.is_set)
        except Exception as error:
            # The database may be away for a moment; the letters are in it and wait.
            log.error("Looking for letters failed: %s", type(error).__name__)
            return Round(unreachable=True)


def work(app: Flask, queue: Huey, *, clock: bool) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in hand. Of several workers one holds the clock."""
    gc.collect()
    gc.freeze()  # what is here by now stays: the collector need not look through it again and again
    stopping = threading.Event()
    consumer = queue.create_consumer(
        workers=THREADS, periodic=clock, worker_type="thread", max_delay=2.0, shutdown_timeout=SECONDS_TO_END
    )
    consumer.start()
    _on_signals(stopping.set)
    postman = Postman(app, stopping)
    postman.start()
    log.info("Worker started, %s the clock", "with" if clock else "without")
    while not stopping.wait(HEALTH_EVERY):
        consumer.check_worker_health()
    log.info("Worker asked to stop: it finishes what is in hand")
    consumer.stop(graceful=True)
    postman.join(SECONDS_TO_END)
    log.info("Worker stopped")


def _on_signals(stop: Callable[[], None]) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    # After the consumer's start, which sets handlers of its own: SIGTERM would break off the job in hand.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
