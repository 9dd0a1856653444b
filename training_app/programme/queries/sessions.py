"""Sessions for the catalogue, for a year's figures and for a calendar. Drafts are shown to nobody here.

What nearly every visitor asks for is written once and kept (`@cache`): to put a query together anew takes longer
than to run it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from training_app.clock import local
from training_app.extensions import db
from training_app.programme.models import (
    BusinessPlan,
    Course,
    Priority,
    SessionPart,
    SessionTrainer,
    TrainingSession,
)
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import SessionStatus

PUBLISHED = TrainingSession.status == SessionStatus.PUBLISHED
SHOWN = TrainingSession.status != SessionStatus.DRAFT
# As lists show them; the course is joined.
BY_DATE = (TrainingSession.first_day, TrainingSession.starts_at, Course.title, TrainingSession.id)


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
        .order_by(*BY_DATE)
    )


def _with_parts() -> LoaderOption:
    return joinedload(TrainingSession.parts).joinedload(SessionPart.venue)


def sessions_of_year(year: BusinessYear, programme_only: bool = True) -> list[TrainingSession]:
    """The sessions of a business year, by their last day; those beside the programme too where asked.

    A cancelled session is not one of the year's.
    """
    query = whole_sessions().where(PUBLISHED, TrainingSession.in_year(year))
    if programme_only:
        query = query.where(TrainingSession.counts_in_programme)
    return list(db.session.scalars(query))


def session_shown(session_id: int) -> TrainingSession:
    """A published or cancelled session. Raises NoResultFound for a draft and for none."""
    return db.session.scalars(_for_page(), {"session_id": session_id}).unique().one()


@cache
def _for_page() -> Select[TrainingSession]:
    wanted = select(TrainingSession).where(SHOWN, TrainingSession.id == bindparam("session_id"))
    return wanted.options(*_whole_page())


def sessions_with_parts(session_ids: Collection[int]) -> dict[int, TrainingSession]:
    """These sessions with their courses and parts, by id."""
    query = (
        select(TrainingSession)
        .where(TrainingSession.id.in_(session_ids))
        .options(selectinload(TrainingSession.parts), selectinload(TrainingSession.course))
    )
    return {one.id: one for one in db.session.scalars(query)}


def course_shown(slug: str) -> Course:
    """A course that has a published session, or a cancelled one: its page and letters lead to the course.

    Raises NoResultFound where there is none.
    """
    has_session = select(TrainingSession.id).where(TrainingSession.course_id == Course.id, SHOWN).exists()
    return db.session.scalars(select(Course).where(Course.slug == slug, has_session)).one()


def sessions_of_course(course_id: int) -> list[TrainingSession]:
    """Every published session of a course, by date."""
    return list(db.session.scalars(whole_sessions().where(PUBLISHED, TrainingSession.course_id == course_id)))


def with_other_dates(session_id: int, today: date) -> tuple[TrainingSession, list[TrainingSession]]:
    """A session as `session_shown` has it, and the others of its course still to come, by date, in the same query."""
    found = db.session.scalars(_with_other_dates(), {"session_id": session_id, "today": today}).unique().all()
    others = [one for one in found if one.id != session_id]
    if len(others) == len(found):
        raise NoResultFound
    return next(one for one in found if one.id == session_id), others


@cache
def _with_other_dates() -> Select[TrainingSession]:
    one = TrainingSession.id == bindparam("session_id")
    published = aliased(TrainingSession)
    its_course = (
        select(published.course_id)
        .where(published.id == bindparam("session_id"), published.status != SessionStatus.DRAFT)
        .scalar_subquery()
    )
    coming = and_(PUBLISHED, TrainingSession.last_day >= bindparam("today"))
    return (
        select(TrainingSession)
        .where(TrainingSession.course_id == its_course, or_(one, coming))
        .options(*_whole_page())
        .order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    )


def _whole_page() -> list[LoaderOption]:
    """All that a session's page says: its parts and priorities are few, so that one query has them."""
    return [
        joinedload(TrainingSession.course), joinedload(TrainingSession.provider), _with_parts(),
        joinedload(TrainingSession.priorities),
    ]


def coming_of_course(course_id: int, today: date, but_not: int = 0) -> list[TrainingSession]:
    """The sessions of a course still to come, by date; one of them may be left out."""
    asked = {"course_id": course_id, "today": today, "but_not": but_not}
    return list(db.session.scalars(_coming_of_course(), asked).unique())


@cache
def _coming_of_course() -> Select[TrainingSession]:
    return (
        select(TrainingSession)
        .where(
            PUBLISHED,
            TrainingSession.course_id == bindparam("course_id"),
            TrainingSession.last_day >= bindparam("today"),
            TrainingSession.id != bindparam("but_not"),
        )
        .options(_with_parts())
        .order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    )


def coming_sessions(today: date) -> list[TrainingSession]:
    """Everything still to come, cancelled ones too: a calendar must learn that a session is off."""
    return list(db.session.scalars(whole_sessions().where(SHOWN, TrainingSession.last_day >= today)))


def sessions_to_begin(now: datetime) -> list[TrainingSession]:
    """The published sessions that people can still book, by date: none of them has begun."""
    query = whole_sessions().where(PUBLISHED, TrainingSession.last_day >= local(now).date())
    return [one for one in db.session.scalars(query) if one.begins_at > now]


def not_over_on(day: date, now: datetime) -> set[int]:
    """The published sessions with their last part on this day that have not come to its end."""
    sessions = db.session.scalars(
        select(TrainingSession).where(PUBLISHED, TrainingSession.last_day == day).options(
            selectinload(TrainingSession.parts)
        )
    )
    return {one.id for one in sessions if not one.is_over(now)}


def to_come_of(sessions: Iterable[TrainingSession], now: datetime) -> set[int]:
    """Which of these published sessions are not over: nobody can know yet how many came to them."""
    sessions, today = list(sessions), local(now).date()
    still = not_over_on(today, now) if any(one.last_day == today for one in sessions) else set()
    return {one.id for one in sessions if one.last_day > today or one.id in still}


def years_with_sessions(until: date, *, cancelled_too: bool = False) -> list[BusinessYear]:
    """The business years with a published session that ended before this day, latest first.

    With `cancelled_too`, also those with none but a cancelled one.
    """
    return [BusinessYear(year) for year in db.session.scalars(_years(cancelled_too), {"until": until})]


@cache
def _years(cancelled_too: bool) -> Select[int]:
    year = TrainingSession.first_calendar_year().label("year")
    ended = TrainingSession.last_day < bindparam("until")
    return select(year).where(SHOWN if cancelled_too else PUBLISHED, ended).distinct().order_by(year.desc())


def priorities_in_force(day: date) -> list[Priority]:
    """The priorities of the plans in force on a day, in their order."""
    query = select(Priority).join(Priority.plan).where(BusinessPlan.starts_on <= day, BusinessPlan.ends_on >= day)
    return list(db.session.scalars(query.order_by(BusinessPlan.starts_on, Priority.position, Priority.id)))


def trainer_ids(session_id: int) -> set[int]:
    query = select(SessionTrainer.user_id).where(SessionTrainer.session_id == session_id)
    return set(db.session.scalars(query))
