"""Forms, answers, and the counts that are published of them."""

from collections.abc import Mapping
from datetime import datetime

from training_app import clock
from training_app.evaluation.models import (
    InstrumentVersion,
    Publication,
    Question,
    Rating,
    RatingPattern,
    Response,
)
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.rules.answers import Moment, QuestionKind
from training_app.extensions import db


def make_version(number: int = 2) -> InstrumentVersion:
    """A further version of the standard form, without questions."""
    version = InstrumentVersion(instrument="standard", number=number, created_at=clock.now())
    db.session.add(version)
    db.session.flush()
    return version


def make_question(
    version: InstrumentVersion, key: str, *, scale: tuple[int, int] | None = None, position: int | None = None,
    text: str = "How is it?",
) -> Question:
    """The version's last question: a rating on this scale, or one in words."""
    question = Question(
        version_id=version.id, position=position or len(version.questions) + 1, key=key, text=text,
        kind=QuestionKind.RATING if scale else QuestionKind.WORDS, scale_min=scale and scale[0],
        scale_max=scale and scale[1],
    )
    db.session.add(question)
    db.session.flush()
    return question


def make_response(
    session_id: int, moment: Moment = Moment.AFTER, ratings: Mapping[str, int] | None = None, *,
    version: InstrumentVersion | None = None, **columns: object,
) -> Response:
    """Someone's form, with these ratings by the keys of their questions. Nothing joins it to another, unless told."""
    version = version or current_version()
    questions = {question.key: question.id for question in version.questions}
    given = [Rating(question_id=questions[key], value=value) for key, value in (ratings or {}).items()]
    usual = {"session_id": session_id, "version_id": version.id, "moment": moment, "submitted_at": clock.now()}
    response = Response(**usual | columns, ratings=given)
    db.session.add(response)
    db.session.flush()
    return response


def make_pattern(session_id: int, question: Question, *, n: int, **ratings: int | None) -> RatingPattern:
    """So many people gave these ratings: `before=…`, `looking_back=…`, `after=…`, `later=…`."""
    pattern = RatingPattern(session_id=session_id, question_id=question.id, n=n, **ratings)
    db.session.add(pattern)
    db.session.flush()
    return pattern


def make_publication(session_id: int, *, forms: int, pairs: int, at: datetime | None = None) -> Publication:
    publication = Publication(
        session_id=session_id, published_at=at or clock.now(), forms=forms, pairs=pairs, why="closed"
    )
    db.session.add(publication)
    db.session.flush()
    return publication
