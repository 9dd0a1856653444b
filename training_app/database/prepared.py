"""Connections to PostgreSQL on which a statement that was planned once stays so from page to page.

psycopg has the server prepare what a connection asks often, and forgets all of it at a ROLLBACK. Every page that only
reads would end with one, so that each of its statements was planned anew each time, which takes longer than to run it.
Where nothing was done but reading, a COMMIT ends the transaction just as a ROLLBACK does, and what is prepared stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import Dialect, Engine, event

# What leaves nothing behind, however the transaction ends.
ONLY_READS = ("SELECT", "SHOW", "SET LOCAL")


class WatchedCursor(psycopg.Cursor[TupleRow]):
    """Notes with its connection whatever is more than reading."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> "WatchedCursor":
        if not isinstance(query, str) or not query.lstrip().startswith(ONLY_READS):
            self._has_written()
        return super().execute(query, params, **how)

    def executemany(self, query: Any, params_seq: Any, **how: Any) -> None:
        self._has_written()
        super().executemany(query, params_seq, **how)

    def stream(self, query: Any, params: Any = None, **how: Any) -> Iterator[TupleRow]:
        self._has_written()
        return super().stream(query, params, **how)

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **how: Any) -> Iterator[psycopg.Copy]:
        self._has_written()
        with super().copy(statement, params, **how) as copying:
            yield copying

    def _has_written(self) -> None:
        connection = self.connection
        assert isinstance(connection, WatchedConnection)
        if not connection.autocommit:  # else it is over already
            connection.has_written = True


class WatchedConnection(psycopg.Connection[TupleRow]):
    """Ends a transaction that only read with a COMMIT, so that its statements stay prepared."""

    has_written = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.cursor_factory = WatchedCursor

    def commit(self) -> None:
        super().commit()
        self.has_written = False

    def rollback(self) -> None:
        if self.has_written or self.info.transaction_status is not TransactionStatus.INTRANS:
            super().rollback()
        else:
            super().commit()
        self.has_written = False


def keep_statements_prepared(engine: Engine) -> None:
    """Have every connection of this engine, to PostgreSQL, be such a one."""
    event.listen(engine, "do_connect", _connect)


def _connect(dialect: Dialect, record: Any, arguments: list[Any], named: dict[str, Any]) -> WatchedConnection:
    return WatchedConnection.connect(*arguments, **named)
