"""The sessions whose registers a person keeps: one list, what is on today first, cut into pages by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from training_app.extensions import db
from training_app.programme.models import SessionPart, SessionTrainer, TrainingSession
from training_app.programme.queries.catalogue import those_with
from training_app.programme.rules.sessions import SessionStatus
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.queries.marks import attendances_by_session, states_of
from training_app.registers.rules.attendances import Standing
from training_app.registers.rules.marks import RegisterState

MOST_WORDS = 200


class Group(IntEnum):
    """Where a session stands in the list, in this order."""

    TODAY = 0
    TO_DO = 1
    COMING = 2
    DONE = 3

    @property
    def label(self) -> str:
        return {0: "Today", 1: "To do", 2: "Coming", 3: "Done"}[self.value]

    @property
    def address(self) -> str:
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class RegisterSearch:
    """Which registers the list is to show: all, or those of one group; perhaps only those with these words."""

    group: Group | None = None
    words: str = ""

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> "RegisterSearch":
        group = next((one for one in Group if one.address == given.get("show")), None)
        return cls(group, " ".join(given.get("q", "")[:MOST_WORDS].split()))

    def to_address(self) -> dict[str, str]:
        values = {"show": self.group.address if self.group is not None else "", "q": self.words}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class RegistersFound:
    """How many registers a search found. They are read a page at a time. `shown_for`: the words that were guessed,
    where nothing fits those that were typed.
    """

    total: int
    query: Select[TrainingSession, int]
    shown_for: str = ""

    def read(self, after: int, most: int) -> list[tuple[Group, TrainingSession]]:
        """At most so many, `after` the first ones: today, then what is to do, what comes, and what is done."""
        rows = db.session.execute(self.query.offset(after).limit(most))
        return [(Group(group), session) for session, group in rows]


def registers_found(search: RegisterSearch, user_id: int, today: date, *, sees_all: bool) -> RegistersFound:
    """The registers of the sessions this user leads; of every session where they see all."""
    wanted = _within(user_id, sees_all)
    group = _group(today)
    # A slip is held against every session, whichever group is shown, so that each says the same of it.
    fitting, shown_for = those_with(search.words, wanted)
    if fitting is not None:
        wanted &= TrainingSession.id.in_(fitting)
    if search.group is not None:
        wanted &= group == search.group
    soonest_first = case((group.in_((Group.TODAY, Group.COMING)), TrainingSession.first_day))
    query = (
        select(TrainingSession, group)
        .where(wanted)
        .order_by(
            group, soonest_first, TrainingSession.last_day.desc(), TrainingSession.starts_at, TrainingSession.id
        )
        .options(
            joinedload(TrainingSession.course), selectinload(TrainingSession.parts).joinedload(SessionPart.venue)
        )
    )
    total = db.session.scalar(select(func.count()).select_from(TrainingSession).where(wanted)) or 0
    return RegistersFound(total, query, shown_for)


def standings_of(sessions: Sequence[TrainingSession], now: datetime) -> dict[int, Standing]:
    """What is to be said of each of these registers, by session."""
    ids = [one.id for one in sessions]
    states, attendances = states_of(ids), attendances_by_session(ids)
    return {
        one.id: Standing(
            one.is_cancelled, one.first_day, one.is_over(now), states.get(one.id, RegisterState.OPEN),
            attendances[one.id], one.no_data_reason,
        )
        for one in sessions
    }


def _within(user_id: int, sees_all: bool) -> ColumnElement[bool]:
    published = TrainingSession.status == SessionStatus.PUBLISHED
    led = SessionTrainer.session_id == TrainingSession.id, SessionTrainer.user_id == user_id
    return published if sees_all else published & select(SessionTrainer.id).where(*led).exists()


def _group(today: date) -> ColumnElement[int]:
    return case(
        (TrainingSession.first_day > today, Group.COMING),
        (_is_on(today), Group.TODAY),
        (TrainingSession.last_day >= today, Group.COMING),  # between two of its days
        (_is_settled(), Group.DONE),
        else_=Group.TO_DO,
    )


def _is_on(today: date) -> ColumnElement[bool]:
    """Is one of its parts today? E-learning alone is on all the time there is for it."""
    dated = (
        select(SessionPart.id)
        .where(SessionPart.session_id == TrainingSession.id, SessionPart.on_day.is_not(None))
        .correlate(TrainingSession)
    )
    within = TrainingSession.first_day <= today, TrainingSession.last_day >= today
    return dated.where(SessionPart.on_day == today).exists() | and_(~dated.exists(), *within)


def _is_settled() -> ColumnElement[bool]:
    """Nothing is to do any more: it is closed, or no names were taken and what is known instead was said."""
    latest = (
        select(func.max(RegisterChange.id))
        .where(RegisterChange.session_id == TrainingSession.id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    closed = select(RegisterChange.id).where(
        RegisterChange.id == latest, RegisterChange.state == RegisterState.CLOSED
    )
    names = select(AttendanceMark.id).where(AttendanceMark.session_id == TrainingSession.id, AttendanceMark.stands())
    said = TrainingSession.headcount.is_not(None) | TrainingSession.no_data_reason.is_not(None)
    return closed.exists() | (said & ~names.exists())
