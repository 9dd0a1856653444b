"""Reads of words: what the office has to read, and what may be printed.

Words are content, and two things pull apart. Someone has to read them soon, because they may tell of a child at
risk; and in a small group one could guess who wrote them. So the office reads every comment from the first form on, but
never with a name, an agency or the time it was sent, and in an order that does not keep one person's words together.
A comment of a session with fewer than five forms is shown with its course and without its date.

The same where words are printed: released comments of fewer than five forms are not printed at all, and where their
course has fewer than five forms among the sessions asked for, they are printed without the course's title.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, type_coerce
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from training_app.evaluation.models import Comment, Question, Response
from training_app.evaluation.queries.forms import forms_returned
from training_app.evaluation.rules.answers import LEAST_FORMS_FOR_TRAINERS, LEAST_FORMS_TO_NAME, CommentState
from training_app.extensions import db
from training_app.programme.models import Course, SessionTrainer, TrainingSession
from training_app.programme.rules.business_year import BusinessYear

PER_PAGE = 20


@dataclass(frozen=True)
class CommentToRead:
    """Words as the office sees them. `day` is None where the session has too few forms to be told.

    Pages call it by `public_id`; its row number follows arrival and is shown to nobody.
    """

    row_id: int
    public_id: UUID
    course_title: str
    day: date | None
    question: str
    text: str
    may_quote: bool
    state: CommentState
    released_text: str | None
    generated: bool


@dataclass(frozen=True)
class ReleasedComment:
    """Words that may be printed. `course_title` is None where the course has too few forms to be told."""

    course_title: str | None
    question: str
    words: str
    generated: bool


IN_ORDER = (Course.title, Question.position, Comment.text, Comment.public_id)
"""By course. By date would tell the dates that are not shown."""


def how_many(course: str = "") -> dict[CommentState, int]:
    """How many comments there are in each state, of the course with this address or of all."""
    rows = db.session.execute(
        select(Comment.state, func.count())
        .join(Response, Response.id == Comment.response_id)
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(*_of(course))
        .group_by(Comment.state)
    )
    return dict.fromkeys(CommentState, 0) | {state: number for state, number in rows}


def courses_commented_on() -> list[tuple[str, str]]:
    """Address and title of every course that somebody wrote about, by title."""
    rows = db.session.execute(
        select(Course.slug, Course.title)
        .join(TrainingSession, TrainingSession.course_id == Course.id)
        .join(Response, Response.session_id == TrainingSession.id)
        .join(Comment, Comment.response_id == Response.id)
        .distinct()
        .order_by(Course.title)
    )
    return [(slug, title) for slug, title in rows]


def comments_in(state: CommentState, page: int, course: str = "") -> list[CommentToRead]:
    """One page of the comments in this state, of the course with this address or of all."""
    return _read(
        _to_read()
        .where(Comment.state == state, *_of(course))
        .order_by(*IN_ORDER)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )


def neighbours(comment: CommentToRead, course: str = "") -> tuple[UUID | None, UUID | None]:
    """The comments before and after this one in the list it stands in."""
    return _beside(comment, Comment.state == comment.state, *_of(course))


def next_to_read(comment: CommentToRead, course: str = "") -> UUID | None:
    """What is read after this one was decided: the next that waits in the list, else the first; None: all read."""
    _, following = _beside(comment, or_(Comment.state == CommentState.NEW, Comment.id == comment.row_id), *_of(course))
    if following is not None:
        return following
    first = _to_read().with_only_columns(Comment.public_id).order_by(*IN_ORDER).limit(1)
    return db.session.scalar(
        first.where(Comment.state == CommentState.NEW, Comment.id != comment.row_id, *_of(course))
    )


def is_a_comment(public_id: UUID) -> bool:
    return db.session.scalar(select(Comment.id).where(Comment.public_id == public_id)) is not None


def _beside(comment: CommentToRead, *listed_are: ColumnElement[bool]) -> tuple[UUID | None, UUID | None]:
    name = Comment.public_id.type
    listed = (
        _to_read()
        .with_only_columns(
            Comment.public_id.label("own"),
            type_coerce(func.lag(Comment.public_id).over(order_by=IN_ORDER), name).label("before"),
            type_coerce(func.lead(Comment.public_id).over(order_by=IN_ORDER), name).label("after"),
        )
        .where(*listed_are)
        .subquery()
    )
    row = db.session.execute(
        select(listed.c.before, listed.c.after).where(listed.c.own == comment.public_id)
    ).one_or_none()
    return (row.before, row.after) if row else (None, None)


def _of(course: str) -> list[ColumnElement[bool]]:
    return [Course.slug == course] if course else []


def comment_to_read(public_id: UUID) -> CommentToRead:
    """Raises NoResultFound."""
    found = _read(_to_read().where(Comment.public_id == public_id))
    if not found:
        raise NoResultFound
    return found[0]


def _to_read() -> Select[Comment, str, bool, int, date, str]:
    return (
        select(Comment, Question.text, Response.generated, TrainingSession.id, TrainingSession.last_day, Course.title)
        .join(Question, Question.id == Comment.question_id)
        .join(Response, Response.id == Comment.response_id)
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
    )


def _read(query: Select[Comment, str, bool, int, date, str]) -> list[CommentToRead]:
    rows = db.session.execute(query).all()
    forms = forms_returned({session_id for _, _, _, session_id, _, _ in rows})
    return [
        CommentToRead(
            row_id=comment.id,
            public_id=comment.public_id,
            course_title=course_title,
            day=day if forms[session_id] >= LEAST_FORMS_TO_NAME else None,
            question=question,
            text=comment.text,
            may_quote=comment.may_quote,
            state=comment.state,
            released_text=comment.released_text,
            generated=generated,
        )
        for comment, question, generated, session_id, day, course_title in rows
    ]


def released_comments(session_ids: Collection[int]) -> list[ReleasedComment]:
    """The words the office released of these sessions, by course and question; none where too few people answered."""
    forms = forms_returned(session_ids)
    if sum(forms.values()) < LEAST_FORMS_TO_NAME:
        return []
    rows = db.session.execute(
        select(
            Response.session_id, TrainingSession.course_id, Course.title, Question.text, Comment.released_text,
            Response.generated,
        )
        .join(Response, Response.id == Comment.response_id)
        .join(Question, Question.id == Comment.question_id)
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(Response.session_id.in_(session_ids), Comment.state == CommentState.RELEASED)
        .order_by(Course.title, Question.position, Comment.released_text, Comment.public_id)
    ).all()
    of_course = _forms_by_course(forms)
    told = [
        ReleasedComment(
            title if of_course[course_id] >= LEAST_FORMS_TO_NAME else None, question, words or "", generated
        )
        for _, course_id, title, question, words, generated in rows
    ]
    # Those without a title come last and by their words, so that their place in the list tells no title either.
    return [one for one in told if one.course_title] + sorted(
        (one for one in told if not one.course_title), key=lambda one: (one.question, one.words)
    )


def years_with_words_for(user_id: int) -> list[BusinessYear]:
    """The years in which courses this user teaches have released words, the latest first."""
    first = TrainingSession.first_calendar_year()
    rows = db.session.scalars(
        select(first)
        .join(Response, Response.session_id == TrainingSession.id)
        .join(Comment, Comment.response_id == Response.id)
        .where(_of_a_course_taught_by(user_id), Comment.state == CommentState.RELEASED)
        .distinct()
        .order_by(first.desc())
    )
    return [BusinessYear(one) for one in rows]


def number_of_words_for_trainer(user_id: int, year: BusinessYear) -> int:
    return db.session.scalar(_words_for_trainer(user_id, year).with_only_columns(func.count())) or 0


def words_for_trainer(user_id: int, year: BusinessYear, *, first: int, most: int) -> list[ReleasedComment]:
    """So many, from the first on, of what was released of the courses this user teaches, in a year.

    All their sessions of the year are mixed, whoever led them. By course, then by the question's place in the form
    (where versions differ, the first it had), then by a random name that stays: neither by when it was written nor so
    that the words of one person keep their place from question to question.
    """
    place = func.min(Question.position).over(partition_by=(Course.id, Question.text))
    rows = db.session.execute(
        _words_for_trainer(user_id, year)
        .order_by(Course.title, place, Question.text, Comment.public_id)
        .limit(most)
        .offset(first)
    )
    return [ReleasedComment(title, question, words or "", generated) for title, question, words, generated in rows]


def _words_for_trainer(user_id: int, year: BusinessYear) -> Select[str, str, str | None, bool]:
    """A course with too few forms is left out: of somebody's few courses it would be known without its title."""
    with_enough = (
        select(TrainingSession.course_id)
        .join(Response, Response.session_id == TrainingSession.id)
        .where(_of_a_course_taught_by(user_id), TrainingSession.in_year(year), Response.is_returned())
        .group_by(TrainingSession.course_id)
        .having(func.count() >= LEAST_FORMS_FOR_TRAINERS)
    )
    return (
        select(Course.title, Question.text, Comment.released_text, Response.generated)
        .join(Response, Response.id == Comment.response_id)
        .join(Question, Question.id == Comment.question_id)
        .join(TrainingSession, TrainingSession.id == Response.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(
            Course.id.in_(with_enough), TrainingSession.in_year(year), Comment.state == CommentState.RELEASED
        )
    )


def _of_a_course_taught_by(user_id: int) -> ColumnElement[bool]:
    led = select(SessionTrainer.session_id).where(SessionTrainer.user_id == user_id)
    taught = aliased(TrainingSession)
    return TrainingSession.course_id.in_(select(taught.course_id).where(taught.id.in_(led)))


def _forms_by_course(forms: dict[int, int]) -> Counter[int]:
    courses = db.session.execute(
        select(TrainingSession.id, TrainingSession.course_id).where(TrainingSession.id.in_(forms))
    )
    total: Counter[int] = Counter()
    for session_id, course_id in courses:
        total[course_id] += forms[session_id]
    return total
