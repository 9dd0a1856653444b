"""What a check is, and how all of them are run over one unchanging view of the database.

Memory is bounded: the database does the sums, rows come in chunks, and a check keeps few of the numbers it finds.
What is broken is named by the numbers of rows: never by a person's name, address or words.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select
from sqlalchemy.exc import DatabaseError

from training_app.demo.models import Demonstration
from training_app.extensions import db

AT_A_TIME = 500
MOST_NAMED = 20


@dataclass(frozen=True)
class Check:
    """One thing that must always hold. `find` gives the numbers of the `what` for which it does not."""

    name: str
    sentence: str
    what: str
    find: Callable[[datetime], Iterable[object]]


@dataclass(frozen=True)
class Unchecked:
    """A check that the database could not answer, and what it said of that."""

    check: Check
    why: str

    def __str__(self) -> str:
        return f"{self.check.name}: {self.check.sentence}\n  could not be checked: {self.why}"


@dataclass(frozen=True)
class Broken:
    """A check that found something: which rows (at most twenty of them named), and how many in all."""

    check: Check
    named: tuple[str, ...]
    number: int

    def __str__(self) -> str:
        more = f" and {self.number - len(self.named):,} more" if self.number > len(self.named) else ""
        return f"{self.check.name}: {self.check.sentence}\n  broken by {self.check.what} {', '.join(self.named)}{more}"


def rows_of(query: Select[Any]) -> Callable[[datetime], Iterator[object]]:
    """A check that one query answers: its first column is the number of what is broken."""

    def find(now: datetime) -> Iterator[object]:
        return streamed(query)

    return find


def rows_at(query: Callable[[datetime], Select[Any]]) -> Callable[[datetime], Iterator[object]]:
    """The same, where the query asks what time it is."""

    def find(now: datetime) -> Iterator[object]:
        return streamed(query(now))

    return find


def streamed(query: Select[Any]) -> Iterator[object]:
    yield from db.session.scalars(query.execution_options(yield_per=AT_A_TIME))


def not_loaded_with_demonstration(at: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """The demonstration stores years of made-up acts in one stroke, without a line of audit for each."""
    return ~select(Demonstration.id).where(Demonstration.loaded_at >= at).exists()


def run(checks: Iterable[Check], now: datetime) -> Iterator[Broken | Unchecked]:
    """Each check that something breaks, or that cannot be made, in the order of the checks."""
    with _one_view():
        for check in checks:
            try:
                with db.session.begin_nested():  # PostgreSQL answers nothing more in a transaction that went wrong
                    found = iter(check.find(now))
                    named = tuple(str(one) for one in islice(found, MOST_NAMED))
                    number = len(named) + sum(1 for _ in found)
            except DatabaseError as error:
                yield Unchecked(check, _in_one_line(error))
                continue
            if number:
                yield Broken(check, named, number)


def _in_one_line(error: DatabaseError) -> str:
    """The database's own first line. The statement is left out; so are its values, which are people's."""
    said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return said[0].rstrip(".")


@contextmanager
def _one_view() -> Iterator[None]:
    """All checks see the database as it was at one moment, however long they take and whoever writes meanwhile."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:  # SQLite begins by itself only where something is written
        db.session.connection().exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        db.session.rollback()
