"""What is the matter with a database that did not do what it was asked: busy with somebody else, or away."""

from enum import Enum, auto

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from training_app.database.in_use import BEING_RESTORED

# What PostgreSQL calls a deadlock, two transactions that cannot be put in order, and a row that another holds.
IN_THE_WAY = {"40P01", "40001", "55P03"}
# A statement that took too long, and more connections than the server takes.
BUSY = IN_THE_WAY | {"57014", "53300"}
# Of SQLite only words tell.
SQLITE_BUSY = ("database is locked", "database table is locked")
SQLITE_AWAY = (
    "unable to open database file", "file is not a database", "disk i/o error", "disk image is malformed",
    "database or disk is full", "readonly database", "folder cannot be written to", BEING_RESTORED.lower(),
)


class Trouble(Enum):
    BUSY = auto()
    AWAY = auto()


def trouble_of(error: SQLAlchemyError) -> Trouble | None:
    """What is the matter; None where it is a fault of ours."""
    if isinstance(error, PoolTimeout):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return None
    state, words = getattr(error.orig, "sqlstate", None), str(error.orig).lower()
    if state in BUSY or any(one in words for one in SQLITE_BUSY):
        return Trouble.BUSY
    # 08: the connection broke; 57P: the server is stopping or starting.
    if error.connection_invalidated or (state or "").startswith(("08", "57P")):
        return Trouble.AWAY
    never_connected = hasattr(error.orig, "sqlstate") and state is None and type(error.orig).__name__ in {
        "OperationalError", "ConnectionTimeout", "InterfaceError",
    }
    return Trouble.AWAY if never_connected or any(one in words for one in SQLITE_AWAY) else None
