from sqlalchemy import select

from training_app.demo.models import Demonstration
from training_app.extensions import db


def is_demonstration() -> bool:
    """Does this database carry the demonstration's mark?"""
    return db.session.scalar(select(Demonstration.id).limit(1)) is not None
