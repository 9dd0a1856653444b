"""From ./run to the first page, in a clone of what is committed."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.houses import Houses
from bench.results import ROUNDS, Figure, Row
from tests.serving import free_port
from tests.setup.program import ROOT

PART = "start"
LONGEST_SECONDS = 600
PAGES = ("/healthz", "/programme")


def measure(houses: Houses) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        clone = Path(folder) / "project"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
        first = _started(clone)
        if first is None:
            yield Row(PART, "first ./run", "not measured: no package registry can be reached from here")
            return
        yield _row("the very first ./run, set-up from the package registries included", [first])
        yield _row("set up, nothing stored yet", [_after_loss(clone, "instance") for _ in range(ROUNDS)])
        yield _row("set up, demonstration there", [_measured(clone) for _ in range(ROUNDS)])


def _after_loss(clone: Path, folder: str) -> dict[str, float]:
    shutil.rmtree(clone / folder)
    return _measured(clone)


def _measured(clone: Path) -> dict[str, float]:
    took = _started(clone)
    assert took is not None, "./run did not answer"
    return took


def _started(clone: Path) -> dict[str, float] | None:
    """Seconds from ./run to the first good answer of each page; None where it ended by itself."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}
    port = free_port()
    began, took = time.monotonic(), dict[str, float]()
    with _ended(
        subprocess.Popen(
            [sys.executable, str(clone / "run"), "--port", str(port)], cwd=clone, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    ) as program:
        for page in PAGES:
            while not _answers(port, page):
                if program.poll() is not None or time.monotonic() - began > LONGEST_SECONDS:
                    return None
                time.sleep(0.02)
            took[page] = time.monotonic() - began
    return took


@contextmanager
def _ended(program: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield program
    finally:
        program.terminate()
        program.wait(30)


def _answers(port: int, page: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", page)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _row(what: str, took: list[dict[str, float]]) -> Row:
    alive, programme = (Figure([one[page] for one in took]) for page in PAGES)
    return Row(
        PART, f"./run: {what}", f"/healthz after {alive} s, /programme after {programme} s",
        numbers={"healthz_seconds": alive.samples, "programme_seconds": programme.samples},
    )
