"""Sessions, drafts and cancelled ones too, and what they are made of: for those who run the programme."""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, extract, false, func, select, true
from sqlalchemy.orm import contains_eager

from training_app.accounts.models import User
from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person
from training_app.programme.models import Course, Provider, SessionTrainer, TrainingSession, Venue
from training_app.programme.queries.catalogue import those_with
from training_app.programme.queries.sessions import BY_DATE, SHOWN, whole_sessions
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import SessionStatus

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
class SessionsFound:
    """How many sessions a search found, and the months there are to choose from. They are read a page at a time.

    `shown_for`: the words that were guessed, where nothing fits those that were typed.
    """

    total: int
    months: Sequence[date]
    query: Select[TrainingSession]
    shown_for: str = ""

    def read(self, after: int, most: int) -> list[TrainingSession]:
        """At most so many whole sessions, `after` the first ones."""
        return list(db.session.scalars(self.query.offset(after).limit(most)))


def sessions_found(search: SessionSearch, today: date) -> SessionsFound:
    """The sessions asked for, soonest first; past and cancelled ones latest first."""
    asked = _asked(search, today)
    fitting, shown_for = those_with(search.words, asked)
    wanted = asked & _in_month(search.month)
    if fitting is not None:
        wanted &= TrainingSession.id.in_(fitting)
    order = [column.desc() for column in BY_DATE] if search.year or search.show == "cancelled" else BY_DATE
    query = whole_sessions().where(wanted).order_by(None).order_by(*order)
    total = db.session.scalar(select(func.count()).select_from(TrainingSession).where(wanted)) or 0
    return SessionsFound(total, _months(asked), query, shown_for)


def _months(asked: ColumnElement[bool]) -> list[date]:
    """The months in which these sessions begin, in order."""
    begun = extract("year", TrainingSession.first_day), extract("month", TrainingSession.first_day)
    rows = db.session.execute(select(*begun).where(asked).distinct().order_by(*begun))
    return [date(int(year), int(month), 1) for year, month in rows]


def _asked(search: SessionSearch, today: date) -> ColumnElement[bool]:
    if search.year:
        return TrainingSession.in_year(search.year) & SHOWN & (TrainingSession.last_day < today)
    if search.show == "drafts":
        return DRAFT
    if search.show == "cancelled":
        return CANCELLED
    return (TrainingSession.last_day >= today) & ~CANCELLED


def _in_month(month: str) -> ColumnElement[bool]:
    """Does a session begin in this month (2027-05)? None does in what is no month; all do where none is asked for."""
    if not month:
        return true()
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return false()
    return TrainingSession.first_day.between(first, first.replace(day=monthrange(first.year, first.month)[1]))


def any_session(session_id: int) -> TrainingSession:
    """Any session, a draft too. Raises NoResultFound."""
    return db.session.scalars(whole_sessions().where(TrainingSession.id == session_id)).one()


def trainers_of(session_ids: Collection[int]) -> dict[int, list[User]]:
    """Who leads each of these sessions, by surname."""
    rows = db.session.execute(
        select(SessionTrainer.session_id, User)
        .join(User, User.id == SessionTrainer.user_id)
        .outerjoin(User.person)
        .where(SessionTrainer.session_id.in_(session_ids))
        .options(contains_eager(User.person))
        .order_by(SessionTrainer.session_id, Person.sort_name, User.email)
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


@dataclass(frozen=True)
class LetterToRead:
    """A letter about a booking of a session. `body` is None where it is not for staff."""

    id: int
    recipient: str
    subject: str
    queued_at: datetime
    body: str | None


def _about(session_id: int) -> ColumnElement[bool]:
    """The clause that picks the letters about the bookings of a session."""
    return Letter.about.in_(select(Booking.filed_under).where(Booking.session_id == session_id))


def number_of_letters_about(session_id: int) -> int:
    return db.session.scalar(select(func.count(Letter.id)).where(_about(session_id))) or 0


def letters_about(session_id: int, after: int, most: int) -> list[LetterToRead]:
    """At most so many letters about a session's bookings, newest first, `after` the first ones."""
    query = select(Letter.id, Letter.recipient, Letter.subject, Letter.queued_at, Letter.body_for_staff())
    rows = db.session.execute(query.where(_about(session_id)).order_by(Letter.id.desc()).offset(after).limit(most))
    return [LetterToRead(*row) for row in rows]


def course(course_id: int) -> Course:
    """Raises NoResultFound for none, as the two below do."""
    return db.session.get_one(Course, course_id)


def venue(venue_id: int) -> Venue:
    return db.session.get_one(Venue, venue_id)


def provider(provider_id: int) -> Provider:
    return db.session.get_one(Provider, provider_id)


def courses() -> list[Course]:
    return list(db.session.scalars(select(Course).order_by(Course.title, Course.id)))


def venues() -> list[Venue]:
    return list(db.session.scalars(select(Venue).order_by(Venue.name, Venue.id)))


def providers() -> list[Provider]:
    return list(db.session.scalars(_providers()))


def providers_to_choose(day: date, chosen_id: int | None) -> list[Provider]:
    """Those that are open on this day, and the one that is chosen already."""
    is_open = Provider.ended_on.is_(None) | (Provider.ended_on >= day)
    return list(db.session.scalars(_providers().where(is_open | (Provider.id == chosen_id))))


def _providers() -> Select[Provider]:
    return select(Provider).order_by(Provider.name, Provider.id)


def courses_with_counts() -> list[tuple[Course, int]]:
    """Every course by title, with how many sessions it has, drafts too."""
    query = (
        select(Course, func.count(TrainingSession.id))
        .outerjoin(TrainingSession, TrainingSession.course_id == Course.id)
        .group_by(Course.id)
        .order_by(Course.title, Course.id)
    )
    return [(course, number) for course, number in db.session.execute(query)]
