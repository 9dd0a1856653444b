"""Makes sessions with places, people who hold them, and marks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from sqlalchemy import select

from tests.world.people import agency
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState, new_code
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import Course, SessionPart, SessionTrainer, TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, Format, PartKind, SessionStatus, Strand
from training_app.records.commands import Change
from training_app.registers.commands import marks as commands
from training_app.registers.commands import register as register_commands
from training_app.registers.models import AttendanceMark
from training_app.registers.rules import Mark, SavedMarks, SentRow

DAY = date(2026, 6, 11)
BEFORE = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
# British Summer Time: the session is from 9:30am to 12:30pm.
DURING = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
ENDED = datetime(2026, 6, 11, 11, 30, tzinfo=UTC)
NUMBERS = count(1)


def a_session(
    *, days: tuple[date, ...] = (DAY,), places: int = 30, status: SessionStatus = SessionStatus.PUBLISHED,
    self_paced: bool = False, mode: EvaluationMode = EvaluationMode.STANDARD,
) -> TrainingSession:
    parts = [
        SessionPart(position=turn, kind=PartKind.IN_PERSON, on_day=day, starts_at=time(9, 30), ends_at=time(12, 30))
        for turn, day in enumerate(days, 1)
    ]
    if self_paced:
        parts.append(SessionPart(position=len(parts) + 1, kind=PartKind.E_LEARNING))
    session = TrainingSession(
        course=Course(slug=uuid4().hex, title=f"Core Awareness {next(NUMBERS)}"), strand=Strand.CORE,
        format=Format.IN_PERSON, status=status, first_day=days[0], last_day=days[-1], starts_at=time(9, 30),
        capacity=places, evaluation_mode=mode, parts=parts,
    )
    db.session.add(session)
    db.session.flush()
    return session


def led_by(session: TrainingSession, role: Role = Role.TRAINER) -> User:
    """The test's user of this role leads the session."""
    user = user_of(role)
    db.session.add(SessionTrainer(session_id=session.id, user_id=user.id))
    db.session.flush()
    return user


def user_of(role: Role) -> User:
    return db.session.scalars(select(User).where(User.email == f"{role}@agency.example")).one()


def booked(
    session: TrainingSession, name: str = "B. Practitioner", *, email: str | None = None,
    state: BookingState = BookingState.CONFIRMED, needs: str = "", person: Person | None = None,
) -> Booking:
    person = person or Person(name=name, email=email, created_at=BEFORE)
    place = Booking(
        session_id=session.id, person=person, code=new_code(), booked_at=BEFORE, agency=agency(), needs=needs,
        area=agency().area, post_title="Nurse",
    )
    first = BookingState.CONFIRMED if state is not BookingState.WAITLISTED else state
    number = next(NUMBERS) if state is BookingState.WAITLISTED else None
    place.move_to(first, actor_id=None, now=BEFORE, queue_number=number)
    if state is not first:
        place.move_to(state, actor_id=None, now=BEFORE)
    db.session.add(place)
    db.session.flush()
    return place


def sent(
    session: TrainingSession, person: Person, wanted: Mark | None, *, shown: Mark | None = None, part: int = 0,
    reason: str = "", shown_reason: str = "",
) -> SentRow:
    return SentRow(session.parts[part].id, person.id, shown, shown_reason, wanted, reason)


def save(
    session: TrainingSession, *rows: SentRow, by: int, now: datetime = DURING, is_office: bool = False
) -> SavedMarks:
    db.session.commit()
    with transaction():
        return commands.save_marks(session.id, rows, actor_id=by, now=now, is_office=is_office)


def marks(session: TrainingSession) -> list[AttendanceMark]:
    """Every mark ever made, in order."""
    query = select(AttendanceMark).where(AttendanceMark.session_id == session.id)
    return list(db.session.scalars(query.order_by(AttendanceMark.id)))


def live(session: TrainingSession) -> dict[tuple[str, int], Mark]:
    """What the register says now, by name and part."""
    positions = {part.id: part.position for part in session.parts}
    return {
        (one.person.name, positions[one.part_id]): one.mark for one in marks(session) if one.superseded_at is None
    }


def close(
    session: TrainingSession, *, by: int, now: datetime = ENDED, rest_absent: bool = False, is_office: bool = False
) -> Change:
    db.session.commit()
    with transaction():
        return register_commands.close_register(
            session.id, rest_absent=rest_absent, actor_id=by, now=now, is_office=is_office
        )


def a_day(days: int) -> date:
    return DAY + timedelta(days=days)
