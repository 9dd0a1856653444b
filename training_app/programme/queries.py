"""Sessions for the catalogue, for a year's figures and for a calendar. Drafts are shown to nobody here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from training_app.agencies.rules import Area
from training_app.extensions import db
from training_app.programme.models import Course, SessionPart, TrainingSession
from training_app.programme.naming import folded
from training_app.programme.rules import BusinessYear, Format, SessionStatus, TimeOfDay
from training_app.programme.searching import DSL, CatalogueSearch, Entry, months_of

PAGE_SIZE = 20
PUBLISHED = TrainingSession.status == SessionStatus.PUBLISHED
SHOWN = TrainingSession.status != SessionStatus.DRAFT


@dataclass(frozen=True)
class Chip:
    """A quick filter: the search it leads to, and how many sessions that finds."""

    label: str
    search: CatalogueSearch
    count: int
    current: bool


@dataclass(frozen=True)
class Catalogue:
    """One page of what a search found; the last, where a higher one was asked for.

    `online_instead`: how many it would find online, where it asked for a place.
    """

    sessions: Sequence[TrainingSession]
    page: int
    total: int
    chips: Sequence[Chip]
    months: Sequence[date]
    online_instead: int
    in_period: int
    in_programme: int


def whole_sessions() -> Select[TrainingSession]:
    """Sessions with all that a page says of them, in a handful of queries however many they are."""
    return (
        select(TrainingSession)
        .join(TrainingSession.course)
        .options(
            contains_eager(TrainingSession.course),
            joinedload(TrainingSession.provider),
            selectinload(TrainingSession.parts).joinedload(SessionPart.venue),
            selectinload(TrainingSession.priorities),
        )
        .order_by(TrainingSession.first_day, TrainingSession.starts_at, Course.title, TrainingSession.id)
    )


def _in_year(year: BusinessYear) -> ColumnElement[bool]:
    return TrainingSession.last_day.between(year.first_day, year.last_day)


def sessions_of_year(year: BusinessYear, programme_only: bool = True) -> list[TrainingSession]:
    """The sessions of a business year, by their last day; those beside the programme too where asked.

    A cancelled session is not one of the year's.
    """
    query = whole_sessions().where(PUBLISHED, _in_year(year))
    if programme_only:
        query = query.where(TrainingSession.counts_in_programme)
    return list(db.session.scalars(query))


def catalogue(search: CatalogueSearch, today: date, page: int = 1, size: int = PAGE_SIZE) -> Catalogue:
    """Sessions to come, or of the year that is asked for, sifted by the search."""
    period = TrainingSession.last_day >= today if search.year is None else _in_year(search.year)
    sessions = list(db.session.scalars(whole_sessions().where(PUBLISHED, period)))
    entries = {session.id: entry_of(session) for session in sessions}
    found = [session for session in sessions if search.finds(entries[session.id])]
    page = min(page, max(1, -(-len(found) // size)))
    entries_here = list(entries.values())
    return Catalogue(
        sessions=found[(page - 1) * size : page * size],
        page=page,
        total=len(found),
        chips=_chips(search, entries_here),
        months=months_of(entries_here),
        online_instead=search.online.count(entries_here) if search.area else 0,
        in_period=len(sessions),
        in_programme=sum(session.counts_in_programme for session in sessions),
    )


def _chips(search: CatalogueSearch, entries: Sequence[Entry]) -> list[Chip]:
    quick = [
        ("All", search.only()),
        ("Evenings", search.only(time=TimeOfDay.EVENING)),
        ("Online", search.only(format=Format.ONLINE)),
        ("DSL", search.only(strand=DSL)),
        ("Rutland", search.only(area=Area.RUTLAND)),
    ]
    return [Chip(label, one, one.count(entries), current=one == search) for label, one in quick]


def entry_of(session: TrainingSession) -> Entry:
    """What the search knows of a session."""
    venues = [part.venue for part in session.parts if part.venue]
    said = [
        session.course.title,
        session.course.summary,
        session.provider.name if session.provider else "",
        *(priority.name for priority in session.priorities),
        *(venue.name for venue in venues),
    ]
    return Entry(
        text=folded(" ".join(said)),
        strand=session.strand,
        format=session.format,
        first_day=session.first_day,
        starts_at=session.starts_at,
        areas=frozenset(venue.area for venue in venues if venue.area),
    )


def session_shown(session_id: int) -> TrainingSession:
    """A published or cancelled session. Raises NoResultFound for a draft and for none."""
    return db.session.scalars(whole_sessions().where(SHOWN, TrainingSession.id == session_id)).one()


def course_shown(slug: str) -> Course:
    """A course that has a published session. Raises NoResultFound where there is none."""
    has_session = select(TrainingSession.id).where(TrainingSession.course_id == Course.id, PUBLISHED).exists()
    return db.session.scalars(select(Course).where(Course.slug == slug, has_session)).one()


def sessions_of_course(course_id: int) -> list[TrainingSession]:
    """Every published session of a course, by date."""
    return list(db.session.scalars(whole_sessions().where(PUBLISHED, TrainingSession.course_id == course_id)))


def coming_of_course(course_id: int, today: date, but_not: int | None = None) -> list[TrainingSession]:
    """The sessions of a course still to come, by date; one of them may be left out."""
    query = whole_sessions().where(
        PUBLISHED, TrainingSession.course_id == course_id, TrainingSession.last_day >= today
    )
    return list(db.session.scalars(query.where(TrainingSession.id != (but_not or 0))))


def coming_sessions(today: date) -> list[TrainingSession]:
    """Everything still to come, cancelled ones too: a calendar must learn that a session is off."""
    return list(db.session.scalars(whole_sessions().where(SHOWN, TrainingSession.last_day >= today)))


def years_with_sessions(until: date) -> list[BusinessYear]:
    """The business years with a published session that ended before this day, latest first."""
    days = select(TrainingSession.last_day).where(PUBLISHED, TrainingSession.last_day < until).distinct()
    return sorted({BusinessYear.of(day) for day in db.session.scalars(days)}, reverse=True)
