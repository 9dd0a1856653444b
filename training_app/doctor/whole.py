"""What must hold of every table: rows that others name exist, nothing is from the future, made-up rows are at home."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Column, Table, select, text

from training_app import tables
from training_app.database import Base, UtcDateTime
from training_app.demo.models import Demonstration
from training_app.doctor.checking import Check, streamed
from training_app.extensions import db

# What is still to come by its nature: when a letter is due, an offer or a code ends, somebody may try again.
STILL_TO_COME = {"due_at", "expires_at", "lease_until", "wait_until"}
# Two servers' clocks may differ by a little.
TOLERANCE = timedelta(minutes=5)


def _every_table() -> list[Table]:
    if not tables.__all__:
        raise LookupError("no table is known")
    return list(Base.metadata.sorted_tables)


def _name_of(table: Table) -> Column[object]:
    return next(iter(table.primary_key.columns))


def _nowhere(now: datetime) -> Iterator[object]:
    """Rows that name a row that is not there. PostgreSQL holds its own constraints, and cannot be asked."""
    if db.session.get_bind().dialect.name != "sqlite":
        return
    for table, row, parent, _ in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"{table} {row} (to {parent})"


def _from_the_future(now: datetime) -> Iterator[object]:
    for table in _every_table():
        for column in table.columns:
            if isinstance(column.type, UtcDateTime) and column.name not in STILL_TO_COME:
                for row in streamed(select(_name_of(table)).where(column > now + TOLERANCE)):
                    yield f"{table.name} {row} ({column.name})"


def _made_up(now: datetime) -> Iterator[object]:
    if db.session.scalar(select(Demonstration.id).limit(1)) is not None:
        return
    for table in _every_table():
        if "generated" in table.columns:
            for row in streamed(select(_name_of(table)).where(table.c.generated)):
                yield f"{table.name} {row}"


CHECKS = (
    Check("rows-named-exist", "Every row that another names is there.", "row", _nowhere),
    Check("nothing-from-the-future", "Nothing was done later than now.", "row", _from_the_future),
    Check("made-up-only-in-demonstration", "Made-up rows are only in a demonstration.", "row", _made_up),
)
