"""Grouped reads of answers: how many forms and pairs a session has, and the published counts of ratings.

Only `Response` rows are counted here, never read: what people said comes from `RatingPattern` alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from training_app.evaluation.models import Publication, Question, RatingPattern, Response
from training_app.evaluation.rules import Moment
from training_app.extensions import db
from training_app.impact import RatingTable
from training_app.programme.models import TrainingSession
from training_app.programme.rules import BusinessYear, EvaluationMode, SessionStatus

ItemKey = tuple[str, int, int]
"""A question across versions: its key and its scale. The same key on another scale is another question."""

HELD = TrainingSession.status == SessionStatus.PUBLISHED


def in_year(year: BusinessYear) -> ColumnElement[bool]:
    return and_(HELD, TrainingSession.last_day.between(year.first_day, year.last_day))


def forms_by_session(year: BusinessYear) -> dict[int, tuple[int, bool]]:
    """After-forms returned, and whether any of them was made up."""
    rows = db.session.execute(
        select(Response.session_id, func.count(), func.max(case((Response.generated, 1), else_=0)))
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .where(in_year(year), Response.moment == Moment.AFTER)
        .group_by(Response.session_id)
    )
    return {session_id: (forms, bool(generated)) for session_id, forms, generated in rows}


def pairs_by_session(year: BusinessYear) -> dict[int, int]:
    """People with a form before and a form after."""
    before = aliased(Response)
    rows = db.session.execute(
        select(Response.session_id, func.count())
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .join(before, and_(before.pairing_id == Response.pairing_id, before.moment == Moment.BEFORE))
        .where(in_year(year), Response.moment == Moment.AFTER)
        .group_by(Response.session_id)
    )
    return {session_id: pairs for session_id, pairs in rows}


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
        .where(in_year(year), TrainingSession.evaluation_mode == EvaluationMode.STANDARD)
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
        select(func.max(Publication.id))
        .where(Publication.session_id.in_(session_ids))
        .group_by(Publication.session_id)
    )
    at, forms = db.session.execute(
        select(func.max(Publication.published_at), func.coalesce(func.sum(Publication.forms), 0)).where(
            Publication.id.in_(latest)
        )
    ).one()
    return at, int(forms)
