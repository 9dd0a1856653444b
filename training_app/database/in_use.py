"""Who has the database open: every connection of the application carries a mark, which ends with it however it ends.

A restore takes the place of a database that nobody has open, and while it lasts nobody may open it. On SQLite the mark
is a lock on a file beside the database, on PostgreSQL a lock of the session: neither outlives a process that is killed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, event

BEING_RESTORED = "The database is being restored, or a restore was broken off."
# “training” as a number: what our sessions lock is nobody else's.
LOCK = int.from_bytes(b"training", "big")
# A process that was killed is gone only after a moment.
SECONDS_FOR_THE_KILLED = 5


class Mark:
    """An open file that holds the lock. A connection that fails as it is made takes its mark with it."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __del__(self) -> None:
        self.end()


_for_as_long_as_we_live: dict[Path, Mark] = {}


class NotReached(Exception):
    """The database server does not answer, in its own words."""


class InUse(Exception):
    """Somebody has the database open, so that nothing may take its place."""


def file_of(engine: Engine) -> Path | None:
    """The SQLite file, past any link to it, as SQLite's own files lie beside it; None on another database."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name).resolve()


def beside(file: Path, ending: str) -> Path:
    """training.sqlite3-wal"""
    return file.with_name(file.name + ending)


def restoring_mark(file: Path) -> Path:
    """There from the moment a restore moves the old database until the new one has taken its place."""
    return beside(file, "-restoring")


def mark_connections(engine: Engine) -> None:
    """Have every connection of this engine carry the mark, and make none while a restore is under way."""
    file = file_of(engine)
    if file is not None:
        _mark_by_file(engine, file)
    elif engine.dialect.name == "postgresql":
        _mark_by_session(engine)


def _mark_by_file(engine: Engine, file: Path) -> None:
    refusal = engine.dialect.dbapi.OperationalError  # type: ignore[union-attr]

    @event.listens_for(engine, "connect")
    def mark(connection: Any, record: Any) -> None:
        try:
            held = _lock(file, fcntl.LOCK_SH)
        except OSError as error:
            raise refusal(f"its folder cannot be written to: {error.strerror}") from None
        if held is None:
            raise refusal(BEING_RESTORED)
        if restoring_mark(file).exists():
            held.end()  # at once: whoever keeps the error would keep the mark
            raise refusal(BEING_RESTORED)
        record.info["in use"] = held

    @event.listens_for(engine, "close")
    def let_go(connection: Any, record: Any) -> None:
        if mark := record.info.pop("in use", None):
            mark.end()


def _mark_by_session(engine: Engine) -> None:
    refusal = engine.dialect.dbapi.OperationalError  # type: ignore[union-attr]

    @event.listens_for(engine, "connect")
    def mark(connection: Any, record: Any) -> None:
        connection.autocommit = True
        marked = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", [LOCK]).fetchone()[0]
        connection.autocommit = False
        if not marked:
            raise refusal(BEING_RESTORED)


def serve(engine: Engine) -> None:
    """Carry the mark for as long as this process lives: what serves pages is at work also before the first request.

    A server on PostgreSQL is marked from its first request on: it may start while its database is away.
    """
    file = file_of(engine)
    if file is not None and file.parent.is_dir() and file not in _for_as_long_as_we_live:
        held = _lock(file, fcntl.LOCK_SH)
        if held is not None:
            _for_as_long_as_we_live[file] = held


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Nobody else has the database open, nor opens it, until this block ends. Raises InUse where somebody has."""
    engine.dispose()
    file = file_of(engine)
    if file is None:
        with _alone_on_server(engine):
            yield
        return
    _for_as_long_as_we_live.pop(file, None)
    given_up = monotonic() + SECONDS_FOR_THE_KILLED
    while (held := _lock(file, fcntl.LOCK_EX)) is None:
        if monotonic() > given_up:
            raise InUse
        sleep(0.1)
    try:
        yield
    finally:
        held.end()


@contextmanager
def _alone_on_server(engine: Engine) -> Iterator[None]:
    import psycopg  # here, since no other command and no page needs it by name

    _, wanted = engine.dialect.create_connect_args(engine.url)
    try:
        reached = psycopg.connect(**wanted, autocommit=True)
    except psycopg.Error as error:
        raise NotReached(str(error).strip().partition("\n")[0] or type(error).__name__) from None
    with reached as connection:
        if not _locked_soon(connection):
            raise InUse
        yield


def _locked_soon(connection: Any) -> bool:
    """The server notices only after a moment that a process was killed, and ends its session then."""
    given_up = monotonic() + SECONDS_FOR_THE_KILLED
    while not connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0]:
        if monotonic() > given_up:
            return False
        sleep(0.1)
    return True


def _lock(file: Path, how: int) -> Mark | None:
    """None where somebody else's is in the way."""
    # Whoever restores may be another user than whoever serves: each can read what the other made, and that is enough.
    mark = beside(file, "-in-use")
    held = os.open(mark, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if os.fstat(held).st_uid == os.geteuid():
            os.fchmod(held, 0o644)  # whatever the umask took away
        fcntl.flock(held, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return Mark(held)
