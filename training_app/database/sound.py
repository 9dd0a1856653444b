"""Is the database itself sound? Asked in full by the doctor, at a glance by /readyz."""

import sqlite3
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from training_app.database.in_use import BEING_RESTORED, file_of

# What SQLite says, and PostgreSQL's classes of it: a page or an index that cannot be, no room.
SAYS_DAMAGED = ("disk image is malformed", "malformed database schema", "disk i/o error")
STATES_DAMAGED = {"XX001", "XX002"}
SAYS_FULL, STATES_FULL = ("database or disk is full", "no space left"), {"53100"}
# It did not get to an answer: the time was over, or somebody else had the file for themselves.
NO_ANSWER = ("interrupted", "locked")
# A glance goes over the whole file at most so often in one process, and at most for so long.
BETWEEN_GLANCES, LONGEST_GLANCE = 600.0, 0.5
STEPS = 10_000
_glanced_at: dict[tuple[Path, int], float] = {}


class Trouble(Enum):
    """What is wrong with the database itself, and not with what was asked of it."""

    DAMAGED = auto()
    FULL = auto()
    RESTORING = auto()


def what_is_wrong(error: SQLAlchemyError) -> Trouble | None:
    """Whether an error means that the database itself is at fault; None if it means something else."""
    cause = getattr(error, "orig", None) or error
    said, state = str(cause).lower(), getattr(cause, "sqlstate", None)
    if BEING_RESTORED.lower() in said:
        return Trouble.RESTORING
    if state in STATES_FULL or any(one in said for one in SAYS_FULL):
        return Trouble.FULL
    return Trouble.DAMAGED if state in STATES_DAMAGED or any(one in said for one in SAYS_DAMAGED) else None


def damage(file: Path, *, thorough: bool = True, seconds: float | None = None) -> str:
    """What SQLite finds wrong in this file, in its own words; empty where nothing is, or not within the seconds."""
    check = "integrity_check" if thorough else "quick_check"
    try:
        # A connection of its own: another one's pages may be in its memory as they were.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=60)) as connection:
            if seconds is not None:
                ends = monotonic() + seconds
                connection.set_progress_handler(lambda: monotonic() > ends, STEPS)
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(5)")]
    except sqlite3.DatabaseError as error:
        return "" if any(one in str(error) for one in NO_ANSWER) else str(error)
    return "" if found == ["ok"] else "; ".join(" ".join(one.split()) for one in found)


def is_damaged_at_a_glance(engine: Engine) -> bool:
    """Does SQLite find the file malformed? Cheap enough to be asked often: most times it was asked a moment ago."""
    file = file_of(engine)
    if file is None:
        return False
    this_one = (file, file.stat().st_ino)
    last = _glanced_at.get(this_one)
    if last is not None and monotonic() - last < BETWEEN_GLANCES:
        return False
    if damage(file, thorough=False, seconds=LONGEST_GLANCE):
        return True
    _glanced_at[this_one] = monotonic()
    return False
