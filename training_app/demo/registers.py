"""A register to take today, and the registers of before, closed: made up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from training_app.accounts.models import User
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState, new_code
from training_app.clock import LOCAL_ZONE, local
from training_app.demo.answers import Answers, Form
from training_app.demo.people import Crowd, Someone
from training_app.demo.ratings import TARGETS_2024_25, paired_ratings
from training_app.evaluation.commands.room import make_code
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.programme.models import Course, SessionPart, SessionTrainer, TrainingSession, Venue
from training_app.programme.rules.parts import minutes_together
from training_app.programme.rules.sessions import Format, PartKind, Strand
from training_app.records.models import Completion
from training_app.records.rules import CompletionSource
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.marks import TRAINERS_CHANGE_FOR, Mark, RegisterState

TITLE = "Core Awareness in Safeguarding Children and Young People"
PLACE = "Loughborough (church hall)"
PEOPLE, BEFORE_FORMS = 30, 12
NEEDS = {3: "Step-free seat near the front", 17: "Hearing loop"}
MADE_UP = "Made up for the demonstration"
BEGAN, LASTS = timedelta(hours=1), timedelta(hours=3)
LATEST_END = time(23, 59)


def hold_today(crowd: Crowd, trainer: User, answers: Answers, now: datetime) -> TrainingSession:
    """A session that began an hour ago, with a full list of bookings and nobody marked yet."""
    session = _session_today(now)
    db.session.add(SessionTrainer(session_id=session.id, user_id=trainer.id))
    people, rng = crowd.gather(PEOPLE), Random("today")
    for turn, one in enumerate(people):
        _book(session, one, now - timedelta(days=40 - turn, hours=turn % 7), NEEDS.get(turn, ""), rng)
    began = datetime.combine(session.first_day, session.starts_at, LOCAL_ZONE)
    pairs = paired_ratings(BEFORE_FORMS, TARGETS_2024_25, rng)
    answers.write(
        [
            Form(session.id, began, one, pair, moments=(Moment.BEFORE,))
            for one, pair in zip(rng.sample(people, BEFORE_FORMS), pairs, strict=True)
        ]
    )
    make_code(session.id, actor_id=trainer.id, now=now)
    return session


def _session_today(now: datetime) -> TrainingSession:
    day, starts, ends = hours_today(now)
    course = db.session.scalars(select(Course).where(Course.title == TITLE)).one()
    venue = db.session.scalar(select(Venue).where(Venue.name == PLACE))
    session = TrainingSession(
        course_id=course.id, strand=Strand.CORE, format=Format.IN_PERSON, first_day=day, last_day=day,
        starts_at=starts, capacity=PEOPLE, source="demonstration", note=MADE_UP,
        parts=[
            SessionPart(
                position=1, kind=PartKind.IN_PERSON, on_day=day, starts_at=starts, ends_at=ends,
                venue_id=venue.id if venue else None,
            )
        ],
    )
    db.session.add(session)
    db.session.flush()
    return session


def hours_today(now: datetime) -> tuple[date, time, time]:
    """Today's date, and hours that began about an hour ago, on the half hour, and do not pass midnight."""
    here = local(now)
    begins = max(here - BEGAN, here.replace(hour=0, minute=0))
    begins = begins.replace(minute=begins.minute // 30 * 30, second=0, microsecond=0)
    ends = begins + LASTS
    return here.date(), begins.time(), ends.time() if ends.date() == here.date() else LATEST_END


def _book(session: TrainingSession, one: Someone, at: datetime, needs: str, rng: Random) -> None:
    booking = Booking(
        session_id=session.id, person_id=one.person_id, code=new_code(rng.choice), booked_at=at,
        agency_id=one.agency_id, area=one.area, post_title=one.post_title, needs=needs, generated=True,
    )
    booking.move_to(BookingState.CONFIRMED, actor_id=None, now=at)
    db.session.add(booking)


def close_registers(actor_id: int, now: datetime) -> None:
    """Registers older than a week are closed, and the learning record says what they say."""
    last = local(now).date() - TRAINERS_CHANGE_FOR
    named = select(AttendanceMark.session_id).distinct()
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(named), TrainingSession.last_day < last)
        .options(selectinload(TrainingSession.parts))
        .order_by(TrainingSession.id)
    ).all()
    marks = db.session.scalars(
        select(AttendanceMark)
        .where(AttendanceMark.session_id.in_([one.id for one in sessions]), AttendanceMark.stands())
        .order_by(AttendanceMark.id)
    ).all()
    rows = [row for session in sessions for row in _completions(session, marks, actor_id)]
    db.session.add_all(
        RegisterChange(session_id=one.id, state=RegisterState.CLOSED, at=_closed_at(one), actor_id=actor_id)
        for one in sessions
    )
    if rows:
        db.session.execute(insert(Completion), rows)
    db.session.flush()


def _closed_at(session: TrainingSession) -> datetime:
    return datetime.combine(session.last_day + timedelta(days=1), time(9), LOCAL_ZONE)


def _completions(
    session: TrainingSession, marks: Sequence[AttendanceMark], actor_id: int
) -> list[dict[str, object]]:
    dated = sum(not part.is_self_paced for part in session.parts)
    whole: dict[int, list[AttendanceMark]] = {}
    for mark in marks:
        if mark.session_id == session.id and mark.mark is Mark.ATTENDED:
            whole.setdefault(mark.person_id, []).append(mark)
    return [
        {
            "person_id": person_id, "course_id": session.course_id, "session_id": session.id,
            "source": CompletionSource.SESSION, "completed_on": session.last_day,
            "minutes": minutes_together(session.parts),
            "agency_id": marks[0].agency_id, "recorded_at": _closed_at(session), "recorded_by_id": actor_id,
            "withdrawn_why": "", "generated": True,
        }
        for person_id, marks in whole.items()
        if len(marks) == dated
    ]
