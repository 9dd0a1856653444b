"""The application as an installation serves it: gunicorn with its own processes, on a free port of this machine."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.postgres import UNTIL_LEFT_ALONE
from training_app.config import ROOT, Settings

START_SECONDS = 60
# As docs/operating.md says it.
WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Server:
    """A running server. `group` is the process group that holds all of its processes and no other."""

    host: str
    port: int
    group: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def processes(self) -> list[int]:
        """The numbers of gunicorn's processes, the one that keeps the others first."""
        found = []
        for one in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
            try:
                begins, _, rest = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")
            except OSError:  # it ended while we looked
                continue
            if int(rest.split()[2]) == self.group and not begins.endswith("(sh"):
                found.append(one)
        return found

    def faults(self) -> list[str]:
        """What the server wrote of errors, in its own words."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if any(word in line for word in ("[ERROR]", "[CRITICAL]", "ERROR in", "Error"))]


@contextmanager
def served(
    settings: Settings, folder: Path, *, application: str = "wsgi:app", workers: int = WORKERS, threads: int = THREADS,
    environment: Mapping[str, str] | None = None, root: Path = ROOT,
) -> Iterator[Server]:
    """Serve the database of these settings until this block ends; also if the tests are killed.

    `application` may name another module than wsgi.py, which changes something before it serves; `root` another
    folder than this checkout.
    """
    log = folder / "gunicorn.log"
    with socket.socket() as door, log.open("wb") as written:
        door.bind(("127.0.0.1", 0))
        host, port = door.getsockname()
        passed = fcntl.fcntl(door, fcntl.F_DUPFD, 10)  # the shell before gunicorn uses those below itself
        process = subprocess.Popen(
            ["sh", "-c", UNTIL_LEFT_ALONE, sys.executable, "-m", "gunicorn", "--workers", str(workers),
             "--threads", str(threads), "--no-control-socket", "--preload", "--bind", f"fd://{passed}", application],
            stdin=subprocess.PIPE, stdout=written, stderr=written, cwd=root, start_new_session=True,
            pass_fds=[passed], env=_environment(settings, folder) | dict(environment or {}),
        )  # fmt: skip
        os.close(passed)
    try:
        running = Server(host, port, process.pid, log)
        _wait_until_ready(running, process)
        yield running
    finally:
        _end(process)


def free_port() -> int:
    """A port that nothing listens on at this moment, for a server that must be told one before it starts."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    """Nothing of the surrounding installation's settings: only those given."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}
    return usual | {
        "TRAINING_SECRET_KEY": settings.secret_key,
        "TRAINING_DATABASE_URL": settings.database_url,
        "TRAINING_QUEUE_URL": settings.queue_url or f"sqlite:///{folder / 'queue.sqlite3'}",
        "TRAINING_MAIL_FOLDER": str(settings.mail_folder),
        "TRAINING_KEPT_FOLDER": str(settings.kept_folder),
        "TRAINING_BASE_URL": settings.base_url,
    }


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = HTTPConnection(server.host, server.port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            said = answer.read()
            assert answer.status == 200, f"/readyz says {answer.status}: {said[:500]!r}"
            return
        except OSError:  # it does not listen yet
            stopped = process.poll() is not None
            assert not stopped and time.monotonic() < deadline, server.log.read_text(encoding="utf-8")
            time.sleep(0.05)
        finally:
            connection.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop, as it would by itself if the tests were gone; what does not is killed with its whole group."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(START_SECONDS)
