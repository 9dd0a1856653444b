"""What is done with a register: people book a morning, a trainer marks them, the register is closed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from sqlalchemy import select

from tests.world.bookings import make_booking
from tests.world.people import agency, make_person
from tests.world.programme import make_self_paced_part, make_session, make_trainer
from tests.world.signing_in import user_of
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.records.commands import Change
from training_app.registers.commands import marks as commands
from training_app.registers.commands import register as register_commands
from training_app.registers.commands.walk_ins import WalkIn, add_walk_in
from training_app.registers.models import AttendanceMark
from training_app.registers.rules.marks import Mark, SavedMarks, SentRow

DAY = date(2026, 6, 11)
BEFORE = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
# British Summer Time: the session is from 9:30am to 12:30pm.
DURING = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
ENDED = datetime(2026, 6, 11, 11, 30, tzinfo=UTC)
NUMBERS = count(1)


def morning_session(*, days: tuple[date, ...] = (DAY,), self_paced: bool = False, **columns: object) -> TrainingSession:
    """A session of a course of its own, on each of these mornings; perhaps with e-learning to end with."""
    title = f"Core Awareness {next(NUMBERS)}"
    session = make_session(title, days=days, ends=time(12, 30), **{"capacity": 30} | columns)
    if self_paced:
        make_self_paced_part(session)
    return session


def let_lead(session: TrainingSession, role: Role = Role.TRAINER) -> User:
    """The tests' user of this role leads the session."""
    user = user_of(role)
    make_trainer(session.id, user.id)
    return user


def book_for(
    session: TrainingSession, name: str = "B. Practitioner", *, email: str | None = None,
    state: BookingState = BookingState.CONFIRMED, needs: str = "", person: Person | None = None,
) -> Booking:
    """Someone with this name, or this person, has a place or is in this state instead."""
    person = person or make_person(name, email=email)
    waits = state is BookingState.WAITLISTED
    states = [state] if waits or state is BookingState.CONFIRMED else [BookingState.CONFIRMED, state]
    at = {"agency": agency(), "area": agency().area, "post_title": "Nurse"}
    return make_booking(session.id, person.id, states, now=BEFORE, needs=needs, **at)


def register_walk_in(
    session: TrainingSession, name: str = "I. Practitioner", *, by: int, email: str = "",
    on_page: tuple[int, ...] = (), at: int = 0, part: int = 0, now: datetime = DURING, **said: object,
) -> Person:
    """Someone of the agency with this number came without a booking."""
    walk_in = WalkIn(
        name=name, agency_id=agency(at).id, part_id=session.parts[part].id, post_title="Youth worker", email=email,
        on_page=on_page, **said,
    )
    db.session.commit()
    with transaction():
        return add_walk_in(session.id, walk_in, actor_id=by, now=now, is_office=False)


def sent_row(
    session: TrainingSession, person: Person, wanted: Mark | None, *, on_page: Mark | None = None, part: int = 0,
    reason: str = "", reason_on_page: str = "",
) -> SentRow:
    """What the page sends of one person: the mark that was chosen, and the one that it showed before."""
    return SentRow(session.parts[part].id, person.id, on_page, reason_on_page, wanted, reason)


def save(
    session: TrainingSession, *rows: SentRow, by: int, now: datetime = DURING, is_office: bool = False,
    **for_all: int,
) -> SavedMarks:
    db.session.commit()
    with transaction():
        return commands.save_marks(session.id, rows, actor_id=by, now=now, is_office=is_office, **for_all)


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
