"""The form in the room: which session its code leads to, who can be there, how many have answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import joinedload

from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.evaluation.models import EvaluationAlarm, EvaluationCode, Pairing, Response
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
from training_app.evaluation.rules.room import could_be_there, plain_code, strangers_left
from training_app.extensions import db
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


def people_here(session_id: int) -> list[int]:
    """Who has a place at this session or a mark on its register: they alone have a feedback code that is taken."""
    booked = select(Booking.person_id).where(
        Booking.session_id == session_id, Booking.state == BookingState.CONFIRMED
    )
    marked = select(AttendanceMark.person_id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.stands()
    )
    return sorted(db.session.scalars(booked.union(marked)))


def is_here(session_id: int, person_id: int | None) -> bool:
    return person_id is not None and person_id in people_here(session_id)


def was_not_there(session_id: int, person_id: int) -> bool:
    """Does a closed register not name them as having come? Who has answered before it was closed is thanked again."""
    if not is_closed(session_id) or came(session_id, person_id):
        return False
    return not has_answered(session_id, person_id, Moment.AFTER)


def strangers_still_taken(session_id: int) -> int:
    """How many more forms of people nobody knows this session takes."""
    known = _after_forms(session_id).where(Response.pairing_id.in_(_pairings(session_id)))
    return strangers_left(
        people_there_at_most(session_id), known_answered=db.session.scalar(known) or 0,
        strangers=forms_of_strangers(session_id),
    )


def people_there_at_most(session_id: int) -> int:
    confirmed = select(Booking.person_id).where(
        Booking.session_id == session_id, Booking.state == BookingState.CONFIRMED
    )
    walk_ins = select(func.count(distinct(AttendanceMark.person_id))).where(
        AttendanceMark.session_id == session_id, AttendanceMark.came(), AttendanceMark.person_id.not_in(confirmed)
    )
    return could_be_there(
        attendances_by_session([session_id])[session_id], is_closed=is_closed(session_id),
        confirmed=db.session.scalar(select(func.count()).select_from(confirmed.subquery())) or 0,
        walk_ins=db.session.scalar(walk_ins) or 0,
    )


def forms_of_strangers(session_id: int, since: datetime | None = None) -> int:
    unknown = _after_forms(session_id).where(Response.pairing_id.not_in(_pairings(session_id)))
    if since is not None:
        unknown = unknown.where(Response.submitted_at > since)
    return db.session.scalar(unknown) or 0


def _after_forms(session_id: int) -> Select[int]:
    return select(func.count()).where(Response.session_id == session_id, Response.moment == Moment.AFTER)


def _pairings(session_id: int) -> Select[UUID]:
    return select(Pairing.pairing_id).where(Pairing.session_id == session_id)


def open_alarms(session_ids: Collection[int]) -> dict[int, list[EvaluationAlarm]]:
    """What somebody is to look at, by session, the first raised at the head."""
    rows = db.session.scalars(
        select(EvaluationAlarm)
        .where(EvaluationAlarm.session_id.in_(session_ids), EvaluationAlarm.is_open())
        .order_by(EvaluationAlarm.id)
    )
    found: dict[int, list[EvaluationAlarm]] = {}
    for alarm in rows:
        found.setdefault(alarm.session_id, []).append(alarm)
    return found


def feedback_alarms(session_ids: Collection[int]) -> dict[int, list[str]]:
    """The same in sentences."""
    return {one: [alarm.kind.sentence for alarm in alarms] for one, alarms in open_alarms(session_ids).items()}


def sessions_to_look_at(most: int) -> Sequence[TrainingSession]:
    """The sessions with something that nobody has looked at, the latest first."""
    waiting = select(EvaluationAlarm.session_id).where(EvaluationAlarm.is_open())
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(waiting))
        .options(joinedload(TrainingSession.course))
        .order_by(TrainingSession.first_day.desc(), TrainingSession.id.desc())
        .limit(most)
    ).all()
