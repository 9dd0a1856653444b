"""Sessions, drafts and cancelled ones too, and what they are made of: for those who run the programme."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from training_app.accounts.models import User
from training_app.audit.models import AuditEntry
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import Course, Provider, SessionTrainer, TrainingSession, Venue
from training_app.programme.queries.catalogue import text_of
from training_app.programme.queries.sessions import SHOWN, whole_sessions
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import SessionStatus
from training_app.words.names import folded

MOST_WORDS = 200
MOST_LINES = 100
CANCELLED = TrainingSession.status == SessionStatus.CANCELLED
DRAFT = TrainingSession.status == SessionStatus.DRAFT
SHOWS = ("coming", "drafts", "cancelled")


@dataclass(frozen=True)
class SessionSearch:
    """Which sessions the list is to show: to come, drafts, cancelled, or those of a past year."""

    show: str = "coming"
    words: str = ""
    month: str = ""
    year: BusinessYear | None = None

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> "SessionSearch":
        """Raises ValueError where the year is none."""
        show = given.get("show", "")
        return cls(
            show=show if show in SHOWS else "coming",
            words=" ".join(given.get("q", "")[:MOST_WORDS].split()),
            month=given.get("month", "")[:7],
            year=BusinessYear.parse(given["year"]) if given.get("year") else None,
        )

    def to_address(self) -> dict[str, str]:
        values = {
            "show": "" if self.show == "coming" or self.year else self.show,
            "q": self.words,
            "month": self.month,
            "year": str(self.year) if self.year else "",
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class SessionList:
    """What was found, all pages of it, and the months there are to choose from."""

    sessions: Sequence[TrainingSession]
    months: Sequence[date]


def sessions_found(search: SessionSearch, today: date) -> SessionList:
    """The sessions asked for, soonest first; past and cancelled ones latest first."""
    sessions = list(db.session.scalars(whole_sessions().where(_asked(search, today))))
    if search.year or search.show == "cancelled":
        sessions.reverse()
    months = sorted({one.first_day.replace(day=1) for one in sessions})
    wanted = folded(search.words).split()
    found = [one for one in sessions if search.month in ("", f"{one.first_day:%Y-%m}") and _has(one, wanted)]
    return SessionList(found, months)


def _asked(search: SessionSearch, today: date) -> ColumnElement[bool]:
    if search.year:
        return TrainingSession.in_year(search.year) & SHOWN & (TrainingSession.last_day < today)
    if search.show == "drafts":
        return DRAFT
    if search.show == "cancelled":
        return CANCELLED
    return (TrainingSession.last_day >= today) & ~CANCELLED


def _has(session: TrainingSession, words: Sequence[str]) -> bool:
    text = text_of(session) if words else ""
    return all(word in text for word in words)


def any_session(session_id: int) -> TrainingSession:
    """Any session, a draft too. Raises NoResultFound."""
    return db.session.scalars(whole_sessions().where(TrainingSession.id == session_id)).one()


def trainers_of(session_ids: Collection[int]) -> dict[int, list[User]]:
    """Who leads each of these sessions, by name."""
    rows = db.session.execute(
        select(SessionTrainer.session_id, User)
        .join(User, User.id == SessionTrainer.user_id)
        .where(SessionTrainer.session_id.in_(session_ids))
        .options(joinedload(User.person))
        .order_by(SessionTrainer.session_id, User.email)
    )
    found: dict[int, list[User]] = {}
    for session_id, user in rows:
        found.setdefault(session_id, []).append(user)
    return found


@dataclass(frozen=True)
class Line:
    """One act on a session, with the name of who did it; empty for the system itself."""

    entry: AuditEntry
    actor: str


def history_of(session_id: int) -> list[Line]:
    """What was done to a session, latest first."""
    rows = db.session.execute(
        select(AuditEntry, Person.name, User.email)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Person, Person.id == User.person_id)
        .where(AuditEntry.subject_type == "training_session", AuditEntry.subject_id == session_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_LINES)
    )
    return [Line(entry, name or email or "") for entry, name, email in rows]


def courses() -> list[Course]:
    return list(db.session.scalars(select(Course).order_by(Course.title, Course.id)))


def venues() -> list[Venue]:
    return list(db.session.scalars(select(Venue).order_by(Venue.name, Venue.id)))


def providers() -> list[Provider]:
    return list(db.session.scalars(select(Provider).order_by(Provider.name, Provider.id)))


def courses_with_counts() -> list[tuple[Course, int]]:
    """Every course by title, with how many sessions it has, drafts too."""
    query = (
        select(Course, func.count(TrainingSession.id))
        .outerjoin(TrainingSession, TrainingSession.course_id == Course.id)
        .group_by(Course.id)
        .order_by(Course.title, Course.id)
    )
    return [(course, number) for course, number in db.session.execute(query)]
