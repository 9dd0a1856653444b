from collections.abc import Collection
from datetime import date

from sqlalchemy import case, distinct, func, select

from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import RegisterContents
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.attendances import Attendances, attendances_of
from training_app.registers.rules.marks import Mark, RegisterState


def attendances_by_session(session_ids: Collection[int]) -> dict[int, Attendances]:
    """The attendances of each of these sessions: names, else headcount, else no data."""
    # A register on which everyone is marked absent holds names, and nobody came.
    came = case((AttendanceMark.came(), AttendanceMark.person_id))
    names = (
        select(AttendanceMark.session_id, func.count(distinct(came)).label("people"))
        .where(AttendanceMark.stands(), AttendanceMark.session_id.in_(session_ids))
        .group_by(AttendanceMark.session_id)
        .subquery()
    )
    rows = db.session.execute(
        select(TrainingSession.id, names.c.people, TrainingSession.headcount)
        .outerjoin(names, names.c.session_id == TrainingSession.id)
        .where(TrainingSession.id.in_(session_ids))
    )
    return {session_id: attendances_of(people, headcount) for session_id, people, headcount in rows}


def distinct_people(session_ids: Collection[int]) -> int:
    """How many different people the registers of these sessions name as having come."""
    return db.session.scalar(
        select(func.count(distinct(AttendanceMark.person_id))).where(
            AttendanceMark.came(), AttendanceMark.session_id.in_(session_ids)
        )
    ) or 0


def sessions_attended_by(person_id: int) -> list[int]:
    """Ids of the sessions at which the register names this person as having come, latest first."""
    return list(
        db.session.scalars(
            select(TrainingSession.id)
            .join(AttendanceMark, AttendanceMark.session_id == TrainingSession.id)
            .where(AttendanceMark.person_id == person_id, AttendanceMark.came())
            .group_by(TrainingSession.id)
            .order_by(TrainingSession.last_day.desc(), TrainingSession.id.desc())
        )
    )


def marks_of_person(person_id: int, session_ids: Collection[int]) -> dict[int, Mark]:
    """What the registers of these sessions say of this person, by part."""
    rows = db.session.execute(
        select(AttendanceMark.part_id, AttendanceMark.mark).where(
            AttendanceMark.person_id == person_id,
            AttendanceMark.session_id.in_(session_ids),
            AttendanceMark.stands(),
        )
    )
    return {part_id: mark for part_id, mark in rows}


def holds_generated_marks(session_ids: Collection[int]) -> bool:
    """Was any mark on the registers of these sessions made up for a demonstration?"""
    made_up = select(AttendanceMark.id).where(AttendanceMark.generated, AttendanceMark.session_id.in_(session_ids))
    return bool(db.session.scalar(select(made_up.exists())))


def states_of(session_ids: Collection[int]) -> dict[int, RegisterState]:
    """How each register stands that was ever closed. One that is not among them never was: it is open."""
    latest = select(func.max(RegisterChange.id)).where(RegisterChange.session_id.in_(session_ids))
    rows = db.session.execute(
        select(RegisterChange.session_id, RegisterChange.state).where(
            RegisterChange.id.in_(latest.group_by(RegisterChange.session_id))
        )
    )
    return {session_id: state for session_id, state in rows}


def is_closed(session_id: int) -> bool:
    """Is the register of this session closed, so that it is the one truth of who came?"""
    return states_of([session_id]).get(session_id) is RegisterState.CLOSED


def register_contents(session_ids: Collection[int]) -> dict[int, RegisterContents]:
    """What stands on these registers, as the programme asks before a session is changed."""
    marked: dict[int, set[int]] = {one: set() for one in session_ids}
    rows = db.session.execute(
        select(AttendanceMark.session_id, AttendanceMark.part_id)
        .where(AttendanceMark.session_id.in_(session_ids), AttendanceMark.stands())
        .distinct()
    )
    for session_id, part_id in rows:
        marked[session_id].add(part_id)
    states = states_of(session_ids)
    return {
        one: RegisterContents(states.get(one) is RegisterState.CLOSED, frozenset(parts))
        for one, parts in marked.items()
    }


def expected_at(session_id: int) -> list[int]:
    """Ids of those with a confirmed booking whom an open register has not marked yet: nobody knows otherwise."""
    if is_closed(session_id):
        return []
    marked = select(AttendanceMark.person_id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.stands()
    )
    return list(
        db.session.scalars(
            select(Booking.person_id)
            .where(
                Booking.session_id == session_id, Booking.state == BookingState.CONFIRMED,
                Booking.person_id.not_in(marked),
            )
            .order_by(Booking.person_id)
        )
    )


def is_expected(session_id: int, person_id: int) -> bool:
    return person_id in expected_at(session_id)


def people_who_came(session_id: int) -> list[int]:
    """Ids of those whom the register names as having come, to the whole or a part."""
    return list(
        db.session.scalars(
            select(AttendanceMark.person_id)
            .where(AttendanceMark.session_id == session_id, AttendanceMark.came())
            .distinct()
            .order_by(AttendanceMark.person_id)
        )
    )


def sessions_expecting(person_id: int, since: date) -> list[int]:
    """Ids of the sessions since that day that this person had a place at, whose open register has not marked them."""
    latest = (
        select(func.max(RegisterChange.id))
        .where(RegisterChange.session_id == Booking.session_id)
        .correlate(Booking)
        .scalar_subquery()
    )
    closed = select(RegisterChange.id).where(
        RegisterChange.id == latest, RegisterChange.state == RegisterState.CLOSED
    )
    marked = select(AttendanceMark.id).where(
        AttendanceMark.session_id == Booking.session_id, AttendanceMark.person_id == person_id,
        AttendanceMark.stands(),
    )
    return list(
        db.session.scalars(
            select(Booking.session_id)
            .join(TrainingSession, TrainingSession.id == Booking.session_id)
            .where(
                Booking.person_id == person_id, Booking.state == BookingState.CONFIRMED,
                TrainingSession.last_day >= since, ~marked.exists(), ~closed.exists(),
            )
            .order_by(Booking.session_id)
        )
    )
