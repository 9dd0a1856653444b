"""Grouped reads of the published counts of ratings, and of who came and answered.

Only `Response` rows are counted here, never read: what people said comes from `RatingPattern` alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import and_, case, distinct, func, select

from training_app.agencies.models import Agency
from training_app.agencies.rules import Sector
from training_app.evaluation.models import Publication, Question, RatingPattern, Response
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.impact import RatingTable
from training_app.programme.models import Course, SessionTrainer, TrainingSession
from training_app.programme.queries.sessions import PUBLISHED
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.models import AttendanceMark

ItemKey = tuple[str, int, int]
"""A question across versions: its key and its scale. The same key on another scale is another question."""


def people_by_session_and_item(year: BusinessYear) -> Iterator[tuple[int, ItemKey, int, int]]:
    """For each session and question, how many rated both before and after, and both looking back and after."""
    paired = and_(RatingPattern.before.is_not(None), RatingPattern.after.is_not(None))
    looked_back = RatingPattern.looking_back.is_not(None)
    question = (Question.key, Question.scale_min, Question.scale_max)
    rows = db.session.execute(
        select(
            RatingPattern.session_id,
            *question,
            func.sum(case((paired, RatingPattern.n), else_=0)),
            func.sum(case((looked_back, RatingPattern.n), else_=0)),
        )
        .join(Question)
        .join(TrainingSession, TrainingSession.id == RatingPattern.session_id)
        .where(
            PUBLISHED, TrainingSession.in_year(year), TrainingSession.evaluation_mode == EvaluationMode.STANDARD
        )
        .group_by(RatingPattern.session_id, *question)
    )
    for session_id, key, low, high, pairs, looking_back in rows:
        yield session_id, _item(key, low, high), int(pairs), int(looking_back)


def tables(session_ids: Collection[int]) -> dict[ItemKey, tuple[RatingTable, RatingTable]]:
    """For each question, in the order it is asked: before × after, and looking back × after."""
    question = (Question.key, Question.scale_min, Question.scale_max)
    ratings = (RatingPattern.before, RatingPattern.looking_back, RatingPattern.after)
    rows = db.session.execute(
        select(*question, *ratings, func.sum(RatingPattern.n), func.min(Question.position))
        .join(Question)
        .where(RatingPattern.session_id.in_(session_ids))
        .group_by(*question, *ratings)
    )
    places: dict[ItemKey, int] = {}
    true: dict[ItemKey, Counter[tuple[int | None, int | None]]] = {}
    back: dict[ItemKey, Counter[tuple[int | None, int | None]]] = {}
    for key, low, high, before, looking_back, after, n, position in rows:
        item = _item(key, low, high)
        places[item] = min(position, places.get(item, position))
        true.setdefault(item, Counter())[before, after] += int(n)
        back.setdefault(item, Counter())[looking_back, after] += int(n)
    return {
        item: (RatingTable.from_counts(true[item], item[1:]), RatingTable.from_counts(back[item], item[1:]))
        for item in sorted(places, key=lambda one: (places[one], one))
    }


def _item(key: str, low: int | None, high: int | None) -> ItemKey:
    if low is None or high is None:
        raise ValueError(f"ratings of “{key}” have no scale")
    return key, low, high


def published(session_ids: Collection[int]) -> tuple[datetime | None, int]:
    """When any of these sessions was last published, and how many forms the latest publishing of each holds."""
    latest = (
        select(func.max(Publication.id)).where(Publication.session_id.in_(session_ids)).group_by(Publication.session_id)
    )
    at, forms = db.session.execute(
        select(func.max(Publication.published_at), func.coalesce(func.sum(Publication.forms), 0)).where(
            Publication.id.in_(latest)
        )
    ).one()
    return at, int(forms)


def sectors(session_ids: Collection[int]) -> dict[Sector | None, tuple[int, int]]:
    """By sector of the agency as at that day: how many the registers name as having come, and how many answered."""
    came = db.session.execute(
        select(AttendanceMark.session_id, Agency.sector, func.count(distinct(AttendanceMark.person_id)))
        .outerjoin(Agency, Agency.id == AttendanceMark.agency_id)
        .where(AttendanceMark.session_id.in_(session_ids), AttendanceMark.came())
        .group_by(AttendanceMark.session_id, Agency.sector)
    )
    answered = db.session.execute(
        select(Agency.sector, func.count())
        .select_from(Response)
        .outerjoin(Agency, Agency.id == Response.agency_id)
        .where(Response.session_id.in_(session_ids), Response.moment == Moment.AFTER)
        .group_by(Agency.sector)
    )
    totals: dict[Sector | None, tuple[int, int]] = {}
    for _, sector, people in came:
        totals[sector] = (totals.get(sector, (0, 0))[0] + people, 0)
    for sector, forms in answered:
        totals[sector] = (totals.get(sector, (0, 0))[0], forms)
    return totals


def years() -> list[tuple[int, int]]:
    """Every business year that has had or will have a session, newest first: its first calendar year and sessions."""
    # Worked out in a query of its own: PostgreSQL does not know two expressions with parameters for the same.
    started = select(TrainingSession.first_calendar_year().label("year")).where(PUBLISHED).subquery()
    rows = db.session.execute(
        select(started.c.year, func.count()).group_by(started.c.year).order_by(started.c.year.desc())
    )
    return [(year, sessions) for year, sessions in rows]


def newest_published_year() -> int | None:
    """The first calendar year of the newest business year with published answers from its programme."""
    return db.session.scalar(
        select(func.max(TrainingSession.first_calendar_year())).where(
            PUBLISHED,
            TrainingSession.counts_in_programme,
            select(RatingPattern.id).where(RatingPattern.session_id == TrainingSession.id).exists(),
        )
    )


def sessions_led_by(user_id: int) -> frozenset[int]:
    """Ids of the sessions this user leads."""
    return frozenset(db.session.scalars(select(SessionTrainer.session_id).where(SessionTrainer.user_id == user_id)))


def course_id_of(slug: str) -> int:
    """The course with this address. NoResultFound where there is none."""
    return db.session.scalars(select(Course.id).where(Course.slug == slug)).one()


def published_sessions(session_ids: Collection[int]) -> set[int]:
    """Which of these sessions have had answers published."""
    return set(
        db.session.scalars(
            select(Publication.session_id).where(Publication.session_id.in_(session_ids)).distinct()
        )
    )
