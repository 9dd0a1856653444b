"""A session's register as a sheet: everyone with a confirmed booking and every walk-in, part by part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, union
from sqlalchemy.orm import joinedload, selectinload

from training_app.bookings.models import Booking, BookingChange
from training_app.bookings.rules import BookingState
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import SessionPart, SessionTrainer, TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.everyone_else import Press, presses_of
from training_app.registers.rules.marks import CAME, Mark, RegisterFacts, RegisterState, is_open_for_marks

Key = tuple[int, int]
"""A part and a person."""


@dataclass(frozen=True)
class Row:
    """One person at one part."""

    part_id: int
    person_id: int
    name: str
    post_title: str
    agency: str
    needs: str
    is_walk_in: bool
    mark: Mark | None
    reason: str


@dataclass(frozen=True)
class PartOfSheet:
    """Everyone of one part, and how many have which mark. `presses`: when everyone else was marked at once, as far as
    those marks stand.
    """

    part: SessionPart
    rows: Sequence[Row]
    open_for_marks: bool
    presses: Sequence[Press] = ()

    def number(self, mark: Mark | None) -> int:
        return sum(row.mark is mark for row in self.rows)

    @property
    def unmarked(self) -> int:
        return self.number(None)

    @property
    def rest(self) -> int:
        """How many with a place are unmarked: whom the button for everyone else marks."""
        return sum(row.mark is None and not row.is_walk_in for row in self.rows)

    @property
    def latest_press(self) -> Press | None:
        """The press of that button which can be undone next."""
        return self.presses[-1] if self.presses else None


@dataclass(frozen=True)
class Sheet:
    """The whole register as it stands."""

    session: TrainingSession
    state: RegisterState
    changes: Sequence[RegisterChange]
    parts: Sequence[PartOfSheet]
    last_marked_at: datetime | None
    marks: dict[Key, AttendanceMark] = field(repr=False)
    bookings: dict[int, Booking] = field(repr=False)

    @property
    def facts(self) -> RegisterFacts:
        return RegisterFacts(
            cancelled=self.session.is_cancelled, state=self.state,
            first_day=self.session.first_day, last_day=self.session.last_day,
        )

    @property
    def people(self) -> int:
        return len(self.person_ids)

    @property
    def person_ids(self) -> set[int]:
        return {row.person_id for one in self.parts for row in one.rows}

    @property
    def unmarked(self) -> int:
        return sum(one.unmarked for one in self.parts)

    @property
    def came(self) -> int:
        """How many different people came to any part."""
        return len({person_id for (_, person_id), mark in self.marks.items() if mark.mark in CAME})

    @property
    def walk_in_ids(self) -> set[int]:
        return {row.person_id for one in self.parts for row in one.rows if row.is_walk_in}


def session_to_mark(session_id: int, user_id: int, *, sees_all: bool) -> TrainingSession:
    """A session whose register this user may open: one they lead, any where they see all. Else NoResultFound."""
    query = (
        select(TrainingSession)
        .where(TrainingSession.id == session_id, TrainingSession.status != SessionStatus.DRAFT)
        .options(
            joinedload(TrainingSession.course),
            selectinload(TrainingSession.parts).joinedload(SessionPart.venue),
        )
    )
    if not sees_all:
        led = SessionTrainer.session_id == TrainingSession.id, SessionTrainer.user_id == user_id
        query = query.where(select(SessionTrainer.id).where(*led).exists())
    return db.session.scalars(query).one()


def parts_to_mark(session: TrainingSession) -> list[SessionPart]:
    """The parts a register is kept of: those with a day. Where none has one, all: e-learning is marked when done."""
    dated = [part for part in session.parts if not part.is_self_paced]
    return dated or list(session.parts)


def parts_open_for_marks(session: TrainingSession, today: date) -> list[SessionPart]:
    return [part for part in parts_to_mark(session) if is_open_for_marks(part.on_day, today)]


def changes_of(session_id: int) -> Sequence[RegisterChange]:
    """When the register was closed and opened again, the first time first."""
    query = select(RegisterChange).where(RegisterChange.session_id == session_id).order_by(RegisterChange.id)
    return db.session.scalars(query).all()


def marks_that_stand(session_id: int) -> dict[Key, AttendanceMark]:
    query = (
        select(AttendanceMark)
        .where(AttendanceMark.session_id == session_id, AttendanceMark.stands())
        .options(joinedload(AttendanceMark.person), joinedload(AttendanceMark.agency))
        .order_by(AttendanceMark.id)
    )
    return {(one.part_id, one.person_id): one for one in db.session.scalars(query)}


def confirmed_bookings(session_id: int) -> dict[int, Booking]:
    """Confirmed bookings by person."""
    query = (
        select(Booking)
        .where(Booking.session_id == session_id, Booking.state == BookingState.CONFIRMED)
        .options(joinedload(Booking.person), joinedload(Booking.agency))
        .order_by(Booking.id)
    )
    return {one.person_id: one for one in db.session.scalars(query)}


def names_ever_on(session_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """What those of these people are called, by surname, who are or once were on this register.

    The ids come from a form: whoever never had a place there nor a mark is not named, whatever the form says.
    """
    had_a_place = (
        select(Booking.person_id)
        .join(BookingChange, BookingChange.booking_id == Booking.id)
        .where(Booking.session_id == session_id, BookingChange.to_state == BookingState.CONFIRMED)
    )
    marked = select(AttendanceMark.person_id).where(AttendanceMark.session_id == session_id)
    query = (
        select(Person.id, Person.name)
        .where(Person.id.in_(sorted(set(person_ids))), Person.id.in_(union(had_a_place, marked)))
        .order_by(Person.sort_name, Person.id)
    )
    return {number: name for number, name in db.session.execute(query)}


def sheet_of(session: TrainingSession, today: date) -> Sheet:
    """Everyone on the register: those with a place, then walk-ins; each by surname."""
    marks, bookings = marks_that_stand(session.id), confirmed_bookings(session.id)
    changes, presses = changes_of(session.id), presses_of(marks.values())
    marked_people = {mark.person_id: mark for mark in marks.values()}
    people = sorted(
        {*bookings, *marked_people},
        key=lambda one: (_is_walk_in(one, bookings, marked_people), *_place(one, bookings, marked_people)),
    )
    parts = [
        PartOfSheet(
            part,
            [_row(part.id, one, marks, bookings, marked_people) for one in people],
            open_for_marks=is_open_for_marks(part.on_day, today),
            presses=[one for one in presses if one.part_id == part.id],
        )
        for part in parts_to_mark(session)
    ]
    return Sheet(
        session, changes[-1].state if changes else RegisterState.OPEN, changes, parts,
        max((mark.marked_at for mark in marks.values()), default=None), marks, bookings,
    )


def _is_walk_in(person_id: int, bookings: dict[int, Booking], marked: dict[int, AttendanceMark]) -> bool:
    return person_id not in bookings and marked[person_id].booking_id is None


def _place(person_id: int, bookings: dict[int, Booking], marked: dict[int, AttendanceMark]) -> tuple[str, int]:
    person = bookings[person_id].person if person_id in bookings else marked[person_id].person
    return person.sort_name, person_id


def _row(
    part_id: int, person_id: int, marks: dict[Key, AttendanceMark], bookings: dict[int, Booking],
    marked: dict[int, AttendanceMark],
) -> Row:
    booking, mark = bookings.get(person_id), marks.get((part_id, person_id))
    # What the register copied stands before what the booking copied: it is of that day.
    as_at = marked.get(person_id) or booking
    assert as_at is not None
    return Row(
        part_id=part_id, person_id=person_id, name=as_at.person.name, post_title=as_at.post_title,
        agency=as_at.agency.name if as_at.agency else "", needs=booking.needs if booking else "",
        is_walk_in=_is_walk_in(person_id, bookings, marked), mark=mark.mark if mark else None,
        reason=mark.reason if mark else "",
    )


def marks_ever(session_id: int) -> Sequence[AttendanceMark]:
    """Every mark ever made at this session, corrected ones too, latest first."""
    query = (
        select(AttendanceMark)
        .where(AttendanceMark.session_id == session_id)
        .options(joinedload(AttendanceMark.person))
        .order_by(AttendanceMark.marked_at.desc(), AttendanceMark.id.desc())
    )
    return db.session.scalars(query).all()
