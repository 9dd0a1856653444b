"""Courses, their sessions, and what sessions are made of."""

from collections.abc import Sequence
from datetime import date, time
from itertools import count
from uuid import uuid4

from sqlalchemy import select

from training_app.agencies.rules import Area
from training_app.extensions import db
from training_app.programme.models import (
    Course,
    Provider,
    SessionPart,
    SessionTrainer,
    TrainingSession,
    Venue,
)
from training_app.programme.rules.sessions import Format, PartKind, Strand

DAY = date(2026, 6, 11)
STARTS, ENDS = time(9, 30), time(16)
NUMBERS = count(1)


def make_course(title: str | None = None, **columns: object) -> Course:
    course = Course(**{"title": title or f"Course {next(NUMBERS)}", "slug": uuid4().hex} | columns)
    db.session.add(course)
    db.session.flush()
    return course


def make_venue(name: str = "City Hall", *, area: Area = Area.LEICESTER, **columns: object) -> Venue:
    venue = Venue(name=name, area=area, **columns)
    db.session.add(venue)
    db.session.flush()
    return venue


def make_provider(name: str = "Training pool", **columns: object) -> Provider:
    provider = Provider(name=name, **columns)
    db.session.add(provider)
    db.session.flush()
    return provider


def make_session(
    title: str = "Working Together", day: date = DAY, *, days: Sequence[date] = (), starts: time = STARTS,
    ends: time = ENDS, course: Course | None = None, **columns: object,
) -> TrainingSession:
    """A published session of the course with this title: from 9:30am to 4pm on this day, or on each of these days."""
    days = tuple(days) or (day,)
    session = _session(title, course, {"first_day": days[0], "last_day": days[-1], "starts_at": starts} | columns)
    for each in days:
        make_part(session, each, starts=starts, ends=ends)
    return session


def make_session_without_parts(
    title: str = "Working Together", day: date = DAY, *, course: Course | None = None, **columns: object
) -> TrainingSession:
    """One whose register was kept elsewhere: it has a day, perhaps a headcount, and nothing more."""
    return _session(title, course, {"first_day": day, "last_day": day, "starts_at": STARTS} | columns)


def _session(title: str, course: Course | None, columns: dict[str, object]) -> TrainingSession:
    course = course or db.session.scalar(select(Course).where(Course.title == title)) or make_course(title)
    usual = {"course": course, "strand": Strand.CORE, "format": Format.IN_PERSON, "capacity": 24}
    session = TrainingSession(**usual | columns)
    db.session.add(session)
    db.session.flush()
    return session


def make_part(
    session: TrainingSession, day: date, *, starts: time = STARTS, ends: time = ENDS,
    kind: PartKind = PartKind.IN_PERSON, **columns: object,
) -> SessionPart:
    """The next part, with a day and its hours. The session's own days stay as they are."""
    return _part(session, {"kind": kind, "on_day": day, "starts_at": starts, "ends_at": ends} | columns)


def make_self_paced_part(session: TrainingSession) -> SessionPart:
    """The next part is e-learning, without a day."""
    return _part(session, {"kind": PartKind.E_LEARNING})


def _part(session: TrainingSession, columns: dict[str, object]) -> SessionPart:
    part = SessionPart(position=len(session.parts) + 1, **columns)
    session.parts.append(part)
    db.session.flush()
    return part


def make_trainer(session_id: int, user_id: int) -> SessionTrainer:
    """This user leads the session."""
    trainer = SessionTrainer(session_id=session_id, user_id=user_id)
    db.session.add(trainer)
    db.session.flush()
    return trainer
