from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    false,
    literal,
    select,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.agencies.models import Agency
from training_app.agencies.rules import Area
from training_app.bookings.rules import ACTIVE, HOLDING, BookingState, OfferOutcome, may_move
from training_app.database.base import Base, Generated, Identified, enum_column
from training_app.errors import InvalidTransition
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.words.names import LONGEST_JOB

IS_ACTIVE = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(ACTIVE))))
UNANSWERED = text("outcome IS NULL")
FILED_UNDER = "booking "


class Booking(Identified, Generated, Base):
    """One person's booking of one session. Its state changes by `move_to` alone, and every change is kept.

    Agency, post and area are as at the day of booking. `queue_number` orders the waiting list: it is given under
    the session's lock, so that list is the order in which people really asked. `passed_over`, while waiting: they said
    no to a place that is free now, or missed it, and are asked again when another comes free. `calendar_sequence`
    begins with 1 and rises with every further act that letters tell of: the entries they put into a calendar or take
    out bear it.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index(
            "uq_booking_active", "session_id", "person_id", unique=True, sqlite_where=IS_ACTIVE,
            postgresql_where=IS_ACTIVE,
        ),
        Index("ix_booking_session_id_state", "session_id", "state"),
        Index("ix_booking_person_id", "person_id"),
        CheckConstraint(
            "(overbooked_by_id IS NULL) = (overbooked_why = '')", name="overbooked_by_someone_with_a_reason"
        ),
        CheckConstraint("(state = 'waitlisted') = (queue_number IS NOT NULL)", name="queued_while_waiting"),
        UniqueConstraint("session_id", "queue_number"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[BookingState]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    booked_at: Mapped[datetime]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    queue_number: Mapped[int | None]
    keeps_waiting: Mapped[bool] = mapped_column(default=False)
    passed_over: Mapped[bool] = mapped_column(default=False, server_default=false())
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    area: Mapped[Area | None]
    post_title: Mapped[str] = mapped_column(String(LONGEST_JOB), default="")
    needs: Mapped[str] = mapped_column(Text, default="")
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    overbooked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    overbooked_why: Mapped[str] = mapped_column(String(200), default="")
    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person] = relationship()
    agency: Mapped[Agency | None] = relationship()
    changes: Mapped[list["BookingChange"]] = relationship(order_by="BookingChange.id", back_populates="booking")
    offers: Mapped[list["Offer"]] = relationship(order_by="Offer.id", back_populates="booking")
    calendar_entries: Mapped[list["CalendarEntry"]] = relationship(
        order_by="CalendarEntry.on_day, CalendarEntry.id", back_populates="booking"
    )

    @property
    def is_over(self) -> bool:
        return self.state not in ACTIVE

    @property
    def holds_a_place(self) -> bool:
        return self.state in HOLDING

    @hybrid_property
    def filed_under(self) -> str:
        """What letters about it are said to be `about`: booking 12."""
        return f"{FILED_UNDER}{self.id}"

    @filed_under.inplace.expression
    @classmethod
    def _filed_under(cls) -> ColumnElement[str]:
        return literal(FILED_UNDER) + cast(cls.id, String)

    @classmethod
    def keeps_needs_of(cls, last_day: date) -> ColumnElement[bool]:
        """Does it still hold what would help the person, of a session that ended on that day or before?"""
        ended = select(TrainingSession.id).where(TrainingSession.last_day <= last_day)
        return (cls.needs != "") & cls.session_id.in_(ended)

    @property
    def live_offer(self) -> "Offer | None":
        """The offer that waits for an answer; its time may be over."""
        return next((one for one in self.offers if one.outcome is None), None)

    def overbook(self, actor_id: int | None, why: str) -> None:
        """Name who gave this place beyond the capacity, and why; nobody and no reason take the name off."""
        self.overbooked_by_id, self.overbooked_why = actor_id, why

    def move_to(
        self,
        state: BookingState,
        *,
        actor_id: int | None,
        now: datetime,
        why: str = "",
        queue_number: int | None = None,
    ) -> None:
        """The only way a booking changes state; each change is kept with who, when and why.

        A booking that goes to wait is given its number on the waiting list. Raises InvalidTransition where the table of
        transitions does not allow the change.
        """
        before = self.state
        if not may_move(before, state):
            raise InvalidTransition(f"A booking cannot go from {before or 'nothing'} to {state}.")
        self.state = state
        self.queue_number = queue_number if state is BookingState.WAITLISTED else None
        self.passed_over = False
        self.changes.append(BookingChange(from_state=before, to_state=state, at=now, actor_id=actor_id, why=why))


class BookingChange(Identified, Base):
    """One change of a booking's state. `actor_id` None is the system itself."""

    __tablename__ = "booking_change"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    from_state: Mapped[BookingState | None] = mapped_column(enum_column(BookingState, "from_state"))
    to_state: Mapped[BookingState] = mapped_column(enum_column(BookingState, "to_state"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    why: Mapped[str] = mapped_column(String(200), default="")
    booking: Mapped[Booking] = relationship(back_populates="changes")


class Offer(Identified, Base):
    """A freed place, offered to the next on the waiting list until `expires_at`. Answered once."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("uq_offer_live", "booking_id", unique=True, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered_with_an_outcome"),
        Index("ix_offer_expires_at", "expires_at"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[OfferOutcome | None]
    answered_at: Mapped[datetime | None]
    booking: Mapped[Booking] = relationship(back_populates="offers")


class CalendarEntry(Identified, Base):
    """A day of a session as letters put it into the person's own calendar, where `uid` is its name for ever.

    `part_id` is the number of its part, which may be gone by now, and no other part of the session has it; none for an
    entry that is of no part any more. `stands`: it was put in, and no letter has taken it out.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (UniqueConstraint("booking_id", "uid"), UniqueConstraint("booking_id", "part_id"))

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    part_id: Mapped[int | None]
    uid: Mapped[str] = mapped_column(String(320))
    on_day: Mapped[date]
    stands: Mapped[bool]
    booking: Mapped[Booking] = relationship(back_populates="calendar_entries")
