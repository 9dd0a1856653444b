"""The machine a table was made on, so that nobody compares it with another's."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from tests.postgres import binaries


def load() -> str:
    """How many processes wanted to run, on average of 1, 5 and 15 minutes."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def facts() -> dict[str, str]:
    return {
        "Processor": f"{_model()}, {len(os.sched_getaffinity(0))} cores",
        "Python": f"{platform.python_version()}, gunicorn {version('gunicorn')}, SQLAlchemy {version('sqlalchemy')}",
        "Databases": f"{_postgresql()}; SQLite {sqlite3.sqlite_version}",
    }


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _postgresql() -> str:
    programs = binaries()
    if programs is None:
        return "no PostgreSQL"
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip().replace("postgres (PostgreSQL)", "PostgreSQL")
