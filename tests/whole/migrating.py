"""Up and down the story of the migrations, and rows stored as an earlier version stored them."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, MetaData, Table, select

from training_app.config import ROOT
from training_app.extensions import db

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))


def config_of(app: Flask) -> Config:
    """What Alembic's commands are given."""
    return app.extensions["migrate"].migrate.get_config()


def store(table: str, **values: object) -> int:
    """A row in a table as it is now, not as the code has it; returns its number."""
    with db.engine.begin() as connection:
        there = _as_it_is(table, connection)
        stored = connection.execute(there.insert().values(**values))
        return stored.inserted_primary_key[0]


def rows(table: str, *columns: str) -> list[tuple[object, ...]]:
    """What these columns of a table hold, in the order of its rows."""
    with db.engine.connect() as connection:
        there = _as_it_is(table, connection)
        found = connection.execute(select(*(there.c[name] for name in columns)).order_by(there.c.id))
        return [tuple(row) for row in found]


def _as_it_is(table: str, connection: Connection) -> Table:
    return Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
