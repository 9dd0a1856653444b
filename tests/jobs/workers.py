"""Workers: as processes of their own on an installation that a test shares with them, or as threads."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from training_app import clock
from training_app.config import ROOT
from training_app.database import transaction
from training_app.installation import of
from training_app.jobs import commands
from training_app.jobs.schedule import MINUTE, Job


@dataclass
class Workplace:
    """An application on its own database, and the environment its worker runs in."""

    app: Flask
    environment: dict[str, str]
    log: Path
    root: Path = ROOT
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "flask", "worker", *options],
                env=self.environment, cwd=self.root, stdout=log, stderr=log, start_new_session=True,
            )
        self.started.append(worker)
        return worker

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def workplace(app: Flask, folder: Path, *, root: Path = ROOT, **settings: str) -> Iterator[Workplace]:
    """Whatever it started is ended with it."""
    given = of(app).settings
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}
    environment = kept | {
        "FLASK_APP": str(root / "wsgi.py"),
        "TRAINING_SECRET_KEY": given.secret_key,
        "TRAINING_DATABASE_URL": given.database_url,
        "TRAINING_QUEUE_URL": f"sqlite:///{folder / 'worker-queue.sqlite3'}",
        "TRAINING_MAIL_FOLDER": str(given.mail_folder),
    } | settings
    place = Workplace(app, environment, folder / "worker.log", root)
    try:
        yield place
    finally:
        for worker in place.started:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
            worker.wait()


def wait_until(true: Callable[[], bool], seconds: float, place: Workplace) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        in_time = time.monotonic() < deadline
        assert in_time, f"not within {seconds} s; the worker said: {place.printed[-2000:]}"
        time.sleep(0.01)


def begin_at_once(app: Flask, workers: int) -> list[bool]:
    """So many workers begin a job at the same moment; what each was told."""
    begun: list[bool] = []
    together = threading.Barrier(workers)

    def work() -> None:
        with app.app_context():
            together.wait()
            with transaction():
                begun.append(commands.begin("a_job", clock.now(), MINUTE))

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return begun


def a_job(run: Callable[[datetime], str], every: timedelta = MINUTE) -> Job:
    return Job(name="a_job", label="A job", every=every, run=run)
