"""Upgrades in processes that can be killed: `python -m tests.whole.upgrading` forks one for each address it reads.

All is imported before the first fork, so that a kill falls into the upgrade and not into the imports before it.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command

from tests.conftest import settings_for
from tests.whole.migrating import config_of
from training_app import create_app
from training_app.config import ROOT

GOES, ENDED, FAILED = b"goes", b"ended", b"failed"


class Upgrades:
    """Starts them one after the other, and kills them."""

    def __init__(self, program: "subprocess.Popen[bytes]") -> None:
        self.program = program

    def run(self, url: str, seconds: float | None = None) -> tuple[bytes, float]:
        """Upgrade this database; killed with -9 after so many seconds. How it ended, and how long that took."""
        assert self.program.stdin is not None and self.program.stdout is not None
        self.program.stdin.write(f"{url} {'' if seconds is None else seconds}\n".encode())
        self.program.stdin.flush()
        ended, took = self.program.stdout.readline().split()
        return ended, float(took)


@contextmanager
def upgrades() -> Iterator[Upgrades]:
    command = [sys.executable, "-m", "tests.whole.upgrading"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None and program.stdin is not None
        assert program.stdout.readline().strip() == GOES
        yield Upgrades(program)
        program.stdin.close()


def moments(number: int, longest: float) -> list[float]:
    """So many moments in that time, the same at each run."""
    chance = random.Random(20261128)
    return [chance.uniform(0, longest) for _ in range(number)]


def main() -> None:
    create_app(settings_for(Path("nowhere")))
    print(GOES.decode(), flush=True)
    for line in sys.stdin:
        url, _, seconds = line.strip().partition(" ")
        ready, tell = os.pipe()
        number = os.fork()
        if not number:
            _upgrade(url, tell)
        os.close(tell)
        assert os.read(ready, 1)
        os.close(ready)
        began = time.monotonic()
        if seconds:
            time.sleep(float(seconds))
            os.kill(number, signal.SIGKILL)  # it is there until it was waited for
        _, status = os.waitpid(number, 0)
        print((ENDED if status == 0 else FAILED).decode(), time.monotonic() - began, flush=True)


def _upgrade(url: str, tell: int) -> None:
    app = create_app(settings_for(Path("nowhere"), database_url=url))
    with app.app_context():
        config = config_of(app)
        os.write(tell, b".")
        command.upgrade(config, "head")
    os._exit(0)


if __name__ == "__main__":
    main()
