"""What must hold of every table: rows that others name exist, nothing is from the future, made-up rows are at home."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, Table, and_, inspect, literal, select

from training_app import tables
from training_app.clock import TOLERANCE
from training_app.database import Base, UtcDateTime
from training_app.demo.models import Demonstration
from training_app.doctor.checking import Check, streamed
from training_app.evaluation.models import Pairing
from training_app.extensions import db

# What is still to come by its nature: when a letter is due, an offer or a code ends, somebody may try again.
STILL_TO_COME = {"due_at", "expires_at", "lease_until", "wait_until"}


def _every_table() -> list[Table]:
    if not tables.__all__:
        raise LookupError("no table is known")
    return list(Base.metadata.sorted_tables)


def _name_of(table: Table) -> Column[object]:
    """A pairing's own number joins answers to a person, so it is not printed: it goes by the person's."""
    if table is Pairing.__table__:
        return table.c.person_id
    return next(iter(table.primary_key.columns))


def _nowhere(now: datetime) -> Iterator[object]:
    """Rows that name a row that is not there, as a restore with its guards off can leave them on any database."""
    for table in _every_table():
        for key in table.foreign_key_constraints:
            named = key.referred_table.alias("named")
            there = select(literal(1)).where(*(one.parent == named.c[one.column.name] for one in key.elements))
            names = and_(*(one.parent.is_not(None) for one in key.elements))
            for row in streamed(select(_name_of(table)).where(names, ~there.exists())):
                yield f"{table.name} {row} (to {key.referred_table.name})"


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


def _not_there(now: datetime) -> Iterator[object]:
    """What the models declare and the database lacks, though it says that every migration was made."""
    look = inspect(db.session.connection())
    there = set(look.get_table_names())
    for table in _every_table():
        if table.name not in there:
            yield table.name
            continue
        stored = {column["name"] for column in look.get_columns(table.name)}
        yield from (f"{table.name}.{column.name}" for column in table.columns if column.name not in stored)


CHECKS = (
    Check("tables-are-there", "Every table and column that the application knows is there.", "table", _not_there),
    Check("rows-named-exist", "Every row that another names is there.", "row", _nowhere),
    Check(
        "nothing-from-the-future",
        "Nothing was done later than now: a clock was ahead. Set it right; jobs and letters then go on by themselves, "
        "and the rest stands as it is until its moment has come.",
        "row", _from_the_future,
    ),
    Check("made-up-only-in-demonstration", "Made-up rows are only in a demonstration.", "row", _made_up),
)
