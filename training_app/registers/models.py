from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.agencies.models import Agency
from training_app.agencies.rules import Area
from training_app.database.base import Base, Generated, Identified
from training_app.people.models import Person
from training_app.registers.rules.marks import CAME, Mark, RegisterState
from training_app.words.names import LONGEST_JOB

LIVE = text("superseded_at IS NULL")


class AttendanceMark(Identified, Generated, Base):
    """What the register says of one person at one part. A correction supersedes the earlier mark and keeps it.

    Agency, post and area are as at that day, whatever changes later. Without a booking it is a walk-in. Someone added
    by mistake is `taken_off`: a line that stands at no time, whose reason is the words of whoever took them off.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        Index(
            "uq_attendance_mark_live", "part_id", "person_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
        Index("ix_attendance_mark_session_id", "session_id"),
        Index("ix_attendance_mark_person_id", "person_id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("session_part.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[Mark]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    area: Mapped[Area | None]
    post_title: Mapped[str] = mapped_column(String(LONGEST_JOB), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    taken_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    with_rest: Mapped[bool] = mapped_column(default=False, server_default=false())
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    superseded_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    agency: Mapped[Agency | None] = relationship()

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The clause that picks the marks that stand: those that no correction superseded."""
        return cls.superseded_at.is_(None)

    @classmethod
    def came(cls) -> ColumnElement[bool]:
        """The clause that picks the marks by which someone came, to the whole or a part. Count people, not marks:
        someone who came to both parts of a session came once."""
        return and_(cls.stands(), cls.mark.in_(CAME))


class RegisterChange(Identified, Base):
    """A session's register was closed, or opened again with a reason. The latest says how it stands."""

    __tablename__ = "register_change"
    __table_args__ = (Index("ix_register_change_session_id", "session_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    state: Mapped[RegisterState]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    why: Mapped[str] = mapped_column(String(200), default="")
