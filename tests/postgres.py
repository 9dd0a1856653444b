"""A throw-away PostgreSQL of the machine's own binaries, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

OWNER = "training"
START_SECONDS = 60
# The server ends (SIGINT: “fast”) when our end of the pipe closes, and so even if the tests are killed.
UNTIL_LEFT_ALONE = """exec 3<&0
"$0" "$@" & server=$!
{ read -r _ <&3; kill -INT $server 2>/dev/null; } &
wait $server"""


def binaries() -> Path | None:
    """The folder that holds initdb and postgres, of the newest version there is; None where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()],
    )
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent, *found] if on_path else found
    complete = [one for one in found if (one / "initdb").exists() and (one / "postgres").exists()]
    return complete[-1] if complete else None


class Cluster:
    """A running PostgreSQL server that nobody else can reach."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = count(1)

    def new_database(self, like: str = "") -> str:
        """Make an empty database, or a copy of one that nobody is using; returns its address as a setting holds it."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name(like) or 'template0'}")
        return self.address(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def make_again(self, address: str, like: str) -> None:
        """Put a copy of one database in the place of another; nobody may be using either."""
        name = _name(address)
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name(like)}")

    def address(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={self._socket}"


def _name(address: str) -> str:
    return urlsplit(address).path.strip("/")


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """Start a server that ends with this block."""
    # Not pytest's folder: a socket's path must be short, and another user must be able to walk to it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_owner = _not_root()
    if as_owner:
        os.chown(folder, as_owner["user"], as_owner["group"])
    server: subprocess.Popen[bytes] | None = None
    try:
        _initialise(programs, folder, as_owner)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["sh", "-c", UNTIL_LEFT_ALONE, programs / "postgres", "-D", folder / "data", "-k", folder, "-F",
                 "-c", "listen_addresses=", "-c", "max_connections=360", "-c", "shared_buffers=16MB"],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, **as_owner,
            )  # fmt: skip
        running = Cluster(folder)
        _wait_for(running, server, folder / "log")
        yield running
    finally:
        if server is not None and server.stdin is not None:
            server.stdin.close()
            server.wait(START_SECONDS)
        # Each database is three hundred files, and this takes them away in a fraction of Python's time.
        subprocess.run(["rm", "-rf", folder], check=False)


def _not_root() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root becomes the user postgres, or nobody where there is none."""
    if os.geteuid() != 0:
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, as_owner: dict[str, Any]) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", OWNER, "-A", "trust", "-E", "UTF8",
               "--locale=C", "--no-sync"]  # fmt: skip
    outcome = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **as_owner)
    assert outcome.returncode == 0, outcome.stderr


def _wait_for(running: Cluster, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(running.address("postgres"), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            stopped = server.poll() is not None
            assert not stopped and time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.05)
