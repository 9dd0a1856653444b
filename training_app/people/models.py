from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from training_app.agencies.models import Agency
from training_app.database.base import Base, Generated, Identified
from training_app.words.names import LONGEST_JOB, LONGEST_NAME, LONGEST_SORT_NAME, by_surname

# PostgreSQL's own orders pass over spaces and hyphens; SQLite's compares sign by sign, as the key is made for.
SIGN_BY_SIGN = String(LONGEST_SORT_NAME).with_variant(String(LONGEST_SORT_NAME, collation="C"), "postgresql")


class Person(Identified, Generated, Base):
    """Someone who may attend. Never merged by name: two people may share one.

    `sort_name` follows the name: every list of people is in its order, and the database can cut it into pages.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        Index("uq_person_email", "email", unique=True),
    )

    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    sort_name: Mapped[str] = mapped_column(SIGN_BY_SIGN, default="", server_default="")
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    posts: Mapped[list["Post"]] = relationship(order_by="Post.started_on", back_populates="person")

    @validates("name")
    def _order_by(self, _key: str, name: str) -> str:
        self.sort_name = by_surname(name)
        return name


class Post(Identified, Base):
    """A person's job at an agency, from–to."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR started_on <= ended_on", name="dates_in_order"),
        Index("ix_post_person_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_JOB))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="posts")
    agency: Mapped[Agency] = relationship()
