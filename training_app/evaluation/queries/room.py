"""The form in the room: which session its code leads to, who gave a booking code, how many have answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState, typed_code
from training_app.evaluation.models import EvaluationCode, Pairing, Response
from training_app.evaluation.queries.forms import (
    EVALUATED,
    came,
    forms_returned,
    has_answered,
    pairs_returned,
    window_of,
)
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import Facts, Moment, Refusal
from training_app.evaluation.rules.room import plain_code
from training_app.extensions import db
from training_app.people.queries import person_with_email
from training_app.programme.models import TrainingSession
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.marks import attendances_by_session, is_closed
from training_app.registers.rules.attendances import Attendances


@dataclass(frozen=True)
class LiveCounts:
    """How a session's evaluation stands. Numbers of people and forms only, nothing of what anyone said."""

    attendances: Attendances
    answered: int
    pairs: int

    @property
    def more_than_came(self) -> bool:
        """Did more people answer than are known to have come? Where nobody knows who came, nothing is said."""
        return self.attendances.number is not None and self.answered > self.attendances.number


def code_of(session_id: int) -> str | None:
    return db.session.scalar(select(EvaluationCode.code).where(EvaluationCode.session_id == session_id))


def is_a_code(typed: str) -> bool:
    """Does this lead to a session?"""
    same_code = select(EvaluationCode.session_id).where(EvaluationCode.code == plain_code(typed))
    return db.session.scalar(same_code) is not None


def session_of_code(typed: str) -> int:
    """The session a code leads to, however it was typed. Raises NoResultFound where it leads nowhere."""
    plain = plain_code(typed)
    return db.session.scalars(select(EvaluationCode.session_id).where(EvaluationCode.code == plain)).one()


def live_counts(session_id: int) -> LiveCounts:
    ids = [session_id]
    return LiveCounts(
        attendances_by_session(ids)[session_id], forms_returned(ids)[session_id], pairs_returned(ids)[session_id]
    )


def why_not_in_the_room(session: TrainingSession, now: datetime) -> Refusal | None:
    """Why nobody can answer by the code now; None where they can."""
    facts = Facts(
        EVALUATED[session.evaluation_mode], session.is_cancelled, session.begins_at,
        rules.window_in_the_room(window_of(session)), answered=False, came=True, booked=False,
    )
    return rules.refusal(Moment.AFTER, facts, now)


def person_meant(session_id: int, typed: str) -> int | None:
    """Who gave this booking code or e-mail, where they have a place at this session or a mark on its register."""
    typed = typed.strip()
    if "@" not in typed:
        return db.session.scalar(
            select(Booking.person_id).where(
                Booking.session_id == session_id, Booking.code == typed_code(typed),
                Booking.state == BookingState.CONFIRMED,
            )
        )
    person = person_with_email(typed)
    if person is None:
        return None
    has_place = select(Booking.id).where(
        Booking.session_id == session_id, Booking.person_id == person.id, Booking.state == BookingState.CONFIRMED
    )
    is_marked = select(AttendanceMark.id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.person_id == person.id,
        AttendanceMark.stands(),
    )
    return person.id if db.session.scalar(select(or_(has_place.exists(), is_marked.exists()))) else None


def was_not_there(session_id: int, person_id: int) -> bool:
    """Does a closed register not name them as having come? Who has answered before it was closed is thanked again."""
    if not is_closed(session_id) or came(session_id, person_id):
        return False
    return not has_answered(session_id, person_id, Moment.AFTER)


def forms_of_strangers(session_id: int) -> int:
    paired = select(Pairing.pairing_id).where(Pairing.session_id == session_id)
    unknown = select(func.count()).where(
        Response.session_id == session_id, Response.moment == Moment.AFTER, Response.pairing_id.not_in(paired)
    )
    return db.session.scalar(unknown) or 0
