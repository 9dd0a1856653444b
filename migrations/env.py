"""Runs migrations through the application's own engine, on SQLite (in batches) and on PostgreSQL."""

from alembic import context
from flask import current_app
from sqlalchemy import event

from training_app import tables  # noqa: F401  (every model is imported with it)
from training_app.cli.one_sentence import reached
from training_app.database import UtcDateTime
from training_app.database.engine import take_all_the_time

database = current_app.extensions["migrate"].db


def ours(obj, name, type_, reflected, compare_to):  # type: ignore[no-untyped-def]
    """The job queue keeps tables of its own in the same database; they are not for us to drop."""
    return not (type_ == "table" and name.startswith("huey"))


def plain_type(kind, obj, autogen_context):  # type: ignore[no-untyped-def]
    """A migration must not import the application: an instant is written as the column it is."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(obj, UtcDateTime) else False


def run() -> None:
    take_all_the_time(database.engine)
    with reached() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
            # By itself the driver begins only where a row is written, and a migration that is killed would leave the
            # tables it had made: the next one could not make them again.
            event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=ours,
            render_item=plain_type,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        # The connection goes back to the pool, and what uses it next relies on foreign keys.
        connection.invalidate()


run()
