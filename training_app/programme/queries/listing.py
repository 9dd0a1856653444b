"""The published sessions of a period with what a list says of them, read as plain columns.

The catalogue looks at every session of its period, for each visitor: to make whole rows of sessions, parts and venues
that can be changed would take most of its time.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, select

from training_app.extensions import db
from training_app.programme.models import Course, SessionPart, TrainingSession, Venue
from training_app.programme.results import ListedCourse, ListedPart, ListedSession, ListedVenue
from training_app.programme.rules.sessions import SessionStatus


def published_between(first: date, last: date) -> list[ListedSession]:
    """Every published session that ends within these days, in the catalogue's order."""
    rows = db.session.execute(_published_between(), {"first": first, "last": last})
    return [_session(list(parts)) for _, parts in groupby(rows, key=lambda row: row[0])]


def _session(rows: Sequence[Sequence[Any]]) -> ListedSession:
    """A session from its rows: one for each part."""
    *facts, title = rows[0][:9]
    parts = [
        ListedPart._make([*row[9:13], ListedVenue._make(row[13:]) if row[13] is not None else None])
        for row in rows
        if row[9] is not None
    ]
    return ListedSession._make([*facts, ListedCourse(title), parts])


@cache
def _published_between() -> Select[*tuple[Any, ...]]:
    """A row for each part. The columns stand in the order in which `_session` takes them."""
    return (
        select(
            TrainingSession.id, TrainingSession.strand, TrainingSession.format, TrainingSession.first_day,
            TrainingSession.last_day, TrainingSession.starts_at, TrainingSession.counts_in_programme,
            TrainingSession.no_data_reason, Course.title,
            SessionPart.kind, SessionPart.on_day, SessionPart.starts_at, SessionPart.ends_at,
            Venue.name, Venue.area,
        )
        .select_from(TrainingSession)
        .join(TrainingSession.course)
        .outerjoin(TrainingSession.parts)
        .outerjoin(SessionPart.venue)
        .where(
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.last_day.between(bindparam("first"), bindparam("last")),
        )
        .order_by(
            TrainingSession.first_day, TrainingSession.starts_at, Course.title, TrainingSession.id,
            SessionPart.position,
        )
    )
