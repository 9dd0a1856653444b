"""One transaction per act: nothing else in the application commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask_sqlalchemy.session import Session
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session

from training_app.database.engine import wait_for_nobody
from training_app.database.trouble import IN_THE_WAY

Outcome = TypeVar("Outcome")


@contextmanager
def transaction(*, waits: bool = True) -> Iterator[scoped_session[Session]]:
    """Commit on a clean exit; roll everything back otherwise.

    Whatever an act wrote (the change, its audit line, its letters) exists together or not at all. One that waits for
    nobody raises OperationalError where another holds what it changes: for what may as well be done later.
    """
    from training_app.extensions import db

    try:
        if not waits:
            wait_for_nobody(db.session.connection())
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def in_transaction(act: Callable[[], Outcome]) -> Outcome:
    """Do the whole act in a transaction of its own; once more if it was only in another's way.

    Two acts that waited for each other are nobody's fault: the database rolls one back, and it goes through the
    second time. What goes wrong twice is raised.
    """
    try:
        with transaction():
            return act()
    except OperationalError as error:
        if not was_in_the_way(error):
            raise
    with transaction():
        return act()


def was_in_the_way(error: OperationalError) -> bool:
    """Was this a deadlock, a failed serialisation, a row that another holds, or SQLite's way of saying so?"""
    state = getattr(error.orig, "sqlstate", None)
    return state in IN_THE_WAY or "database is locked" in str(error.orig)
