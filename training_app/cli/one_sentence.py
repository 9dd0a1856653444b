"""What a command says where the database is away or behind: one sentence with what to do, and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import update_wrapper
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from training_app.database.engine import take_all_the_time
from training_app.database.migrated import MigrationState, migration_state
from training_app.database.sound import Trouble, what_is_wrong
from training_app.database.transaction import was_in_the_way
from training_app.extensions import db

BEHIND = "The database is not up to date: run flask db upgrade."
UNKNOWN = "The database was made by a newer version of this application: bring the application up to date."
DAMAGED = (
    "The database is damaged, or its disk is failing: stop the service, and put the last good backup in its place with "
    "flask restore."
)
FULL = "The disk is full: free some space, then try again."
RESTORING = "The database is being restored, or a restore was broken off: wait for it, or run flask restore again."
SAID = {Trouble.DAMAGED: DAMAGED, Trouble.FULL: FULL, Trouble.RESTORING: RESTORING}
BUSY = "The database is busy with something else: try again in a minute."


def needing_the_database(command: click.Command) -> click.Command:
    """The same command (or every command of a group), which asks after the database before it does anything."""
    asking = copy(command)
    if isinstance(asking, click.Group):
        asking.commands = {name: needing_the_database(one) for name, one in asking.commands.items()}
    elif act := command.callback:

        @with_appcontext
        def ask_first(*given: Any, **named: Any) -> Any:
            with _one_sentence():
                return act(*given, **named)

        asking.callback = update_wrapper(ask_first, act)
    return asking


def reached() -> Connection:
    """A connection to the database, or a sentence for whoever typed the command."""
    try:
        return db.engine.connect()
    except SQLAlchemyError as error:
        if wrong := what_is_wrong(error):
            raise click.ClickException(SAID[wrong]) from None
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
        raise click.ClickException(
            f"The database does not answer: check that it runs and that TRAINING_DATABASE_URL is right ({said})."
        ) from None


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Before the command and where it breaks off: a database may go away, or be half migrated, at any moment."""
    _insist_on_the_database()
    with sayable():
        try:
            yield
        except SQLAlchemyError as error:
            db.session.rollback()
            _insist_on_the_database()
            if isinstance(error, OperationalError) and was_in_the_way(error):
                raise click.ClickException(BUSY) from None
            raise


@contextmanager
def sayable() -> Iterator[None]:
    """What a damaged file, a full disk or a restore comes to, in a sentence; any other error is let through."""
    try:
        yield
    except SQLAlchemyError as error:
        wrong = what_is_wrong(error)
        if wrong is None:
            raise
        raise click.ClickException(SAID[wrong]) from None


def _insist_on_the_database() -> None:
    take_all_the_time(db.engine)
    with sayable(), reached() as connection:
        state = migration_state(connection)
    if state is not MigrationState.CURRENT:
        raise click.ClickException(BEHIND if state is MigrationState.BEHIND else UNKNOWN)
