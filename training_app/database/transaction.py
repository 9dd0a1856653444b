"""One transaction per act: nothing else in the application commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session


@contextmanager
def transaction() -> Iterator[scoped_session[Session]]:
    """Commit on a clean exit; roll everything back otherwise.

    Whatever an act wrote (the change, its audit line, its letters) exists together or not at all.
    """
    from training_app.extensions import db

    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
