from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    cast,
    extract,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app import clock
from training_app.agencies.rules import Area
from training_app.clock import LOCAL_ZONE
from training_app.database.base import Base, Identified
from training_app.programme.results import ListedSession
from training_app.programme.rules.business_year import FIRST_MONTH, BusinessYear
from training_app.programme.rules.parts import first_start, last_end
from training_app.programme.rules.sessions import (
    EvaluationMode,
    Format,
    PartKind,
    SessionField,
    SessionStatus,
    Strand,
)


class Provider(Identified, Base):
    """Who delivers. One that has closed stays, with the day it ended."""

    __tablename__ = "provider"

    name: Mapped[str] = mapped_column(String(160), unique=True)
    ended_on: Mapped[date | None]


class Venue(Identified, Base):
    """Where. `area` is the council area it stands in; an online room belongs to all.

    `address` is in lines, for everyone to read: street, postcode, how to get in.
    """

    __tablename__ = "venue"

    name: Mapped[str] = mapped_column(String(160), unique=True)
    area: Mapped[Area | None]
    is_online: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(Text, default="", server_default="")


class BusinessPlan(Identified, Base):
    """The partnerships' plan for some years, with the priorities in force while it runs."""

    __tablename__ = "business_plan"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)

    name: Mapped[str] = mapped_column(String(40), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    priorities: Mapped[list["Priority"]] = relationship(order_by="Priority.position", back_populates="plan")


class Priority(Identified, Base):
    __tablename__ = "priority"
    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("business_plan.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(160))
    plan: Mapped[BusinessPlan] = relationship(back_populates="priorities")
    aliases: Mapped[list["PriorityAlias"]] = relationship(order_by="PriorityAlias.name")


class PriorityAlias(Identified, Base):
    """Another name of one priority, as documents of the time print it."""

    __tablename__ = "priority_alias"
    __table_args__ = (UniqueConstraint("priority_id", "name"),)

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    name: Mapped[str] = mapped_column(String(160))


class Course(Identified, Base):
    """A catalogue entry. What is counted in a year is its sessions."""

    __tablename__ = "course"

    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    sessions: Mapped[list["TrainingSession"]] = relationship(
        order_by="TrainingSession.first_day, TrainingSession.id", back_populates="course"
    )


session_priority = Table(
    "session_priority",
    Base.metadata,
    Column("session_id", ForeignKey("training_session.id"), primary_key=True),
    Column("priority_id", ForeignKey("priority.id"), primary_key=True),
)


class TrainingSession(Identified, Base):
    """One run of a course. It belongs to the business year of its last part.

    `headcount` is a stated number for a session whose register holds no names; `no_data_reason` says why there is
    neither. Both empty: nobody has said yet. Unknown is never zero. `joining` tells how to join online: only whoever
    has a place reads it, and the office. `changed_at` and `revision` say when it last changed and how often, so that
    calendars follow.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("headcount IS NULL OR no_data_reason IS NULL", name="headcount_or_no_data"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        UniqueConstraint("course_id", "first_day", "starts_at"),
        Index("ix_training_session_last_day", "last_day"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    strand: Mapped[Strand]
    format: Mapped[Format]
    status: Mapped[SessionStatus] = mapped_column(default=SessionStatus.PUBLISHED)
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts_at: Mapped[time]
    capacity: Mapped[int]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    counts_in_programme: Mapped[bool] = mapped_column(default=True)
    evaluation_mode: Mapped[EvaluationMode] = mapped_column(default=EvaluationMode.STANDARD)
    headcount: Mapped[int | None]
    no_data_reason: Mapped[str | None] = mapped_column(Text)
    priority_text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    joining: Mapped[str] = mapped_column(Text, default="", server_default="")
    imported_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    course: Mapped[Course] = relationship(back_populates="sessions")
    provider: Mapped[Provider | None] = relationship()
    parts: Mapped[list["SessionPart"]] = relationship(
        order_by="SessionPart.position", back_populates="session", cascade="all, delete-orphan"
    )
    priorities: Mapped[list[Priority]] = relationship(secondary=session_priority, order_by=Priority.position)

    @property
    def business_year(self) -> BusinessYear:
        return BusinessYear.of(self.last_day)

    @classmethod
    def in_year(cls, year: BusinessYear) -> ColumnElement[bool]:
        """The clause that picks the sessions of a business year, as `business_year` has it."""
        return cls.last_day.between(year.first_day, year.last_day)

    @classmethod
    def first_calendar_year(cls) -> ColumnElement[int]:
        """The calendar year in which a session's business year began, worked out by the database."""
        before_april = case((extract("month", cls.last_day) < FIRST_MONTH, 1), else_=0)
        return cast(extract("year", cls.last_day) - before_april, Integer)

    @property
    def is_draft(self) -> bool:
        return self.status is SessionStatus.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.status is SessionStatus.CANCELLED

    @property
    def dated_parts(self) -> "list[SessionPart]":
        return [part for part in self.parts if not part.is_self_paced]

    @property
    def is_self_paced(self) -> bool:
        """Is it e-learning alone? Then its first and last day are the time there is for it."""
        return not self.dated_parts

    @property
    def begins_at(self) -> datetime:
        """The start of its first dated part; of a session without one, the start it states."""
        return datetime.combine(*first_start(self.parts, self.first_day, self.starts_at), LOCAL_ZONE)

    @property
    def ends_at(self) -> datetime:
        """The end of its last dated part, as people in England read it off a clock; without one, of its last day."""
        return datetime.combine(*last_end(self.parts, self.last_day), LOCAL_ZONE)

    def note_revision(self, now: datetime) -> None:
        """It is not what it was, or is called otherwise: whoever keeps a copy of it is to take the new one."""
        self.changed_at = now
        self.revision += 1

    def is_over(self, now: datetime) -> bool:
        """Has its last part come to its end?"""
        return self.ends_at <= now


# A session to be changed, or as a list has read it: what wording describes.
Described = TrainingSession | ListedSession


class SessionPart(Identified, Base):
    """A piece of a session: dated (local date and times in Europe/London) or self-paced (no times)."""

    __tablename__ = "session_part"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        CheckConstraint(
            "(on_day IS NULL) = (starts_at IS NULL) AND (on_day IS NULL) = (ends_at IS NULL)", name="dated_or_not"
        ),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="times_in_order"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    position: Mapped[int]
    kind: Mapped[PartKind]
    on_day: Mapped[date | None]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    session: Mapped[TrainingSession] = relationship(back_populates="parts")
    venue: Mapped[Venue | None] = relationship()

    @property
    def is_self_paced(self) -> bool:
        return self.on_day is None


class SessionTrainer(Identified, Base):
    """A user who leads a session, and may therefore see what its participants said together."""

    __tablename__ = "session_trainer"
    __table_args__ = (UniqueConstraint("session_id", "user_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)


class FieldSetByHand(Identified, Base):
    """A field of a session that somebody set on a page, with who did so last: a programme file does not change it."""

    __tablename__ = "session_field_set"
    __table_args__ = (UniqueConstraint("session_id", "field"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    field: Mapped[SessionField]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SessionMovedFrom(Identified, Base):
    """A day and start that the office moved a session away from: a programme file may still name it by them."""

    __tablename__ = "session_moved_from"
    __table_args__ = (UniqueConstraint("session_id", "first_day", "starts_at"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    first_day: Mapped[date]
    starts_at: Mapped[time]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
