from datetime import datetime

from sqlalchemy.orm import Mapped

from training_app.database.base import Base, Identified


class Demonstration(Identified, Base):
    """The mark of a database that holds the demonstration; without it nobody can step into a role."""

    __tablename__ = "demonstration"

    loaded_at: Mapped[datetime]
