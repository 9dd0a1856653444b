from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.agencies.models import Agency
from training_app.database.base import Base, Generated, Identified
from training_app.people.models import Person
from training_app.programme.models import Course
from training_app.records.rules import CompletionSource

LIVE = text("withdrawn_at IS NULL")


class Completion(Identified, Generated, Base):
    """Someone completed a course. One that was wrong is withdrawn with its reason, and stays.

    The agency is as at that day. `minutes` is what the session offered; None where nobody knows.
    """

    __tablename__ = "completion"
    __table_args__ = (
        CheckConstraint("(source = 'session') = (session_id IS NOT NULL)", name="session_of_its_source"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes_positive"),
        Index(
            "uq_completion_live", "person_id", "session_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
        Index("ix_completion_session_id", "session_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id"))
    source: Mapped[CompletionSource]
    completed_on: Mapped[date]
    minutes: Mapped[int | None]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_why: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    agency: Mapped[Agency | None] = relationship()
