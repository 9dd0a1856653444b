"""What people have completed. One that was withdrawn is no longer read."""

from collections.abc import Sequence

from sqlalchemy import select

from training_app.extensions import db
from training_app.records.models import Completion


def completions_of_session(session_id: int) -> Sequence[Completion]:
    """The live completions that a session's register wrote, in the order they were written."""
    query = select(Completion).where(Completion.session_id == session_id, Completion.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Completion.id)).all()
