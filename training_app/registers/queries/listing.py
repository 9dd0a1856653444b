"""The sessions whose registers a person keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from training_app.extensions import db
from training_app.programme.models import SessionPart, SessionTrainer, TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.registers.queries.marks import states_of
from training_app.registers.rules.marks import RegisterState

LISTED_AHEAD = timedelta(weeks=2)


@dataclass(frozen=True)
class Registers:
    """Registers of today and the next days, then some of those of before."""

    coming: Sequence[TrainingSession]
    past: Sequence[TrainingSession]
    states: dict[int, RegisterState]


def past_registers(user_id: int, today: date, *, sees_all: bool) -> int:
    """How many of their registers are of sessions that are over."""
    past = _within(user_id, sees_all).where(TrainingSession.last_day < today)
    return db.session.scalar(select(func.count()).select_from(past.subquery())) or 0


def registers_of(user_id: int, today: date, *, sees_all: bool, after: int, most: int) -> Registers:
    """The registers of the sessions this user leads; of every session where they see all.

    Of past sessions, the latest first, at most so many `after` the first ones.
    """
    coming = _within(user_id, sees_all).where(
        TrainingSession.last_day >= today, TrainingSession.first_day <= today + LISTED_AHEAD
    )
    past = _within(user_id, sees_all).where(TrainingSession.last_day < today)
    soon = db.session.scalars(
        _with_all(coming).order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    ).all()
    before = db.session.scalars(
        _with_all(past)
        .order_by(TrainingSession.last_day.desc(), TrainingSession.starts_at, TrainingSession.id)
        .offset(after)
        .limit(most)
    ).all()
    ids = [one.id for one in (*soon, *before)]
    return Registers(soon, before, dict.fromkeys(ids, RegisterState.OPEN) | states_of(ids))


def _within(user_id: int, sees_all: bool) -> Select[TrainingSession]:
    query = select(TrainingSession).where(TrainingSession.status == SessionStatus.PUBLISHED)
    if sees_all:
        return query
    led = SessionTrainer.session_id == TrainingSession.id, SessionTrainer.user_id == user_id
    return query.where(select(SessionTrainer.id).where(*led).exists())


def _with_all(query: Select[TrainingSession]) -> Select[TrainingSession]:
    return query.options(
        joinedload(TrainingSession.course), selectinload(TrainingSession.parts).joinedload(SessionPart.venue)
    )
