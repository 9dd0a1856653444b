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
from training_app.registers.rules import RegisterState

DAYS_AHEAD = 14
PER_PAGE = 20


@dataclass(frozen=True)
class Registers:
    """Registers of today and the next days, then one page of those of before."""

    coming: Sequence[TrainingSession]
    held: Sequence[TrainingSession]
    held_in_all: int
    states: dict[int, RegisterState]


def registers_of(user_id: int, today: date, page: int, *, sees_all: bool) -> Registers:
    """The registers of the sessions this user leads; of every session where they see all."""
    coming = _within(user_id, sees_all).where(
        TrainingSession.last_day >= today, TrainingSession.first_day <= today + timedelta(days=DAYS_AHEAD)
    )
    held = _within(user_id, sees_all).where(TrainingSession.last_day < today)
    total = db.session.scalar(select(func.count()).select_from(held.order_by(None).subquery())) or 0
    page = min(page, max(1, -(-total // PER_PAGE)))
    soon = db.session.scalars(
        _with_all(coming).order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    ).all()
    before = db.session.scalars(
        _with_all(held)
        .order_by(TrainingSession.last_day.desc(), TrainingSession.starts_at, TrainingSession.id)
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    ).all()
    ids = [one.id for one in (*soon, *before)]
    return Registers(soon, before, total, dict.fromkeys(ids, RegisterState.OPEN) | states_of(ids))


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
