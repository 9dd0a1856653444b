from sqlalchemy import select

from training_app.demo.models import Demonstration
from training_app.extensions import db

# Every page says whether it shows made-up things: put together once.
MARK = select(Demonstration.id).limit(1)


def is_demonstration() -> bool:
    """Does this database carry the demonstration's mark?"""
    return db.session.scalar(MARK) is not None
