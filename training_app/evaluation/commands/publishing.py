"""Publishing: a session's answers are counted into patterns, and only those counts are read afterwards."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from training_app.database import lock_rows
from training_app.evaluation.models import (
    InstrumentVersion,
    Publication,
    Question,
    Rating,
    RatingPattern,
    Response,
)
from training_app.evaluation.queries.forms import (
    forms_returned,
    latest_publication,
    pairs_returned,
    window_of,
)
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.publishing import WhyPublished, why_publish
from training_app.extensions import db
from training_app.programme.models import TrainingSession


def publish_if_due(session_id: int, now: datetime) -> Publication | None:
    """Publish a session's answers where the rule says that it is due; else nothing. Takes the session's lock."""
    lock_rows(TrainingSession, [session_id])
    session = db.session.get_one(TrainingSession, session_id)
    forms = forms_returned([session_id])[session_id]
    if not forms and not _has_any(session_id):
        return None
    held = latest_publication(session_id)
    more_pairs = pairs_returned([session_id])[session_id] - held.pairs if held else 0
    why = why_publish(forms, held.forms if held else None, window_of(session).is_over(now), more_pairs)
    return publish(session_id, why, now) if why else None


def publish(session_id: int, why: WhyPublished, now: datetime) -> Publication:
    """Count a session's answers afresh: one transaction replaces all its patterns and notes the publishing.

    A person's moments are joined by their pairing id. Someone without a form before, or without one after, counts
    with that side empty. Joined across versions of the form where the question's key and scale agree: the pattern
    is then kept under the question of the newest version among that person's answers, so readers add patterns up
    by key and scale. Ratings on another scale stay patterns of their own and are never joined.
    """
    lock_rows(TrainingSession, [session_id])
    patterns = patterns_of(session_id)
    db.session.execute(delete(RatingPattern).where(RatingPattern.session_id == session_id))
    if patterns:
        rows = [{"session_id": session_id, "n": n, **pattern._asdict()} for pattern, n in patterns.items()]
        rows.sort(key=lambda row: [-1 if row[name] is None else row[name] for name in Pattern._fields])
        db.session.execute(insert(RatingPattern), rows)
    ids = [session_id]
    publication = Publication(
        session_id=session_id, published_at=now, forms=forms_returned(ids)[session_id],
        pairs=pairs_returned(ids)[session_id], why=why.value,
    )
    db.session.add(publication)
    db.session.flush()
    return publication


def patterns_of(session_id: int) -> "Counter[Pattern]":
    """What a publishing of this session would count now, and how many people gave each pattern."""
    return Counter(_patterns(_ratings(session_id)))


class Pattern(NamedTuple):
    """One person's ratings of one question at every moment, without the person."""

    agency_id: int | None
    question_id: int
    before: int | None
    looking_back: int | None
    after: int | None
    later: int | None


class Given(NamedTuple):
    """One rating as stored, with what joins it to others."""

    person: object
    moment: Moment
    agency_id: int | None
    question_id: int
    item: tuple[str, int | None, int | None]
    version: int
    value: int


def _ratings(session_id: int) -> Iterable[Given]:
    rows = db.session.execute(
        select(
            Response.pairing_id, Response.alarm_id, Response.id, Response.moment, Response.agency_id, Question.id,
            Question.key, Question.scale_min, Question.scale_max, InstrumentVersion.number, Rating.value,
        )
        .join(Rating, Rating.response_id == Response.id)
        .join(Question, Question.id == Rating.question_id)
        .join(InstrumentVersion, InstrumentVersion.id == Question.version_id)
        .where(Response.session_id == session_id)
    )
    for pairing_id, alarm_id, response_id, moment, agency_id, question_id, key, low, high, version, value in rows:
        # A response that nothing joins to another stands alone; one in doubt is joined to no form before.
        person = (pairing_id, alarm_id) if pairing_id else response_id
        yield Given(person, moment, agency_id, question_id, (key, low, high), version, value)


def _patterns(ratings: Iterable[Given]) -> Iterable[Pattern]:
    of_one: defaultdict[tuple[object, object], list[Given]] = defaultdict(list)
    for given in ratings:
        of_one[given.person, given.item].append(given)
    for answers in of_one.values():
        value = {given.moment: given.value for given in answers}
        yield Pattern(
            agency_id=_agency(answers),
            question_id=max(answers, key=lambda given: (given.version, given.question_id)).question_id,
            before=value.get(Moment.BEFORE),
            looking_back=value.get(Moment.LOOKING_BACK),
            after=value.get(Moment.AFTER),
            later=value.get(Moment.LATER),
        )


# The form after the session was sent when the register was there to say which agency it was on that day.
SUREST_FIRST = (Moment.AFTER, Moment.LOOKING_BACK, Moment.LATER, Moment.BEFORE)


def _agency(answers: list[Given]) -> int | None:
    agencies = {given.moment: given.agency_id for given in answers if given.agency_id is not None}
    return next((agencies[moment] for moment in SUREST_FIRST if moment in agencies), None)


def _has_any(session_id: int) -> bool:
    answered = select(Response.id).where(Response.session_id == session_id)
    return db.session.scalar(select(answered.exists())) or False
