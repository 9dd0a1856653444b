from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    select,
    text,
)
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    mapped_column,
    object_session,
    relationship,
)

from training_app.agencies.models import Agency
from training_app.database.base import Base, Generated, Identified
from training_app.errors import Refused
from training_app.evaluation.rules.alarms import AlarmKind
from training_app.evaluation.rules.answers import CommentState, Moment, QuestionKind


class InstrumentVersion(Identified, Base):
    """One version of a questionnaire. Once answered it is never edited: a change makes the next version."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("instrument", "number"),)

    instrument: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    created_at: Mapped[datetime]
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position", back_populates="version")


class Question(Identified, Base):
    """One question of one version. `key` ties the same question together across versions.

    Ratings are whole numbers from `scale_min` to `scale_max`; questions in words have neither.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("(kind = 'rating') = (scale_min IS NOT NULL)", name="ratings_have_a_scale"),
        CheckConstraint("(scale_min IS NULL) = (scale_max IS NULL)", name="scale_has_both_ends"),
        CheckConstraint("scale_min IS NULL OR scale_min < scale_max", name="scale_in_order"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind]
    text: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(300), default="")
    low_label: Mapped[str] = mapped_column(String(60), default="")
    high_label: Mapped[str] = mapped_column(String(60), default="")
    scale_min: Mapped[int | None]
    scale_max: Mapped[int | None]
    version: Mapped[InstrumentVersion] = relationship(back_populates="questions")


class Pairing(Base):
    """The one place that joins answers to a person. Erasing a person deletes this row and keeps the answers."""

    __tablename__ = "pairing"
    __table_args__ = (UniqueConstraint("person_id", "session_id"),)

    pairing_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)


class Response(Identified, Generated, Base):
    """One person's answers at one moment. It names nobody: only `pairing_id` joins its moments.

    One sent by a feedback code while something was to be looked at names the alarm that puts it in doubt: it counts,
    and makes no pair until whoever looks at that alarm says so.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("pairing_id", "moment"),
        Index("ix_response_session_id_moment", "session_id", "moment"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    moment: Mapped[Moment]
    pairing_id: Mapped[UUID | None] = mapped_column(Uuid)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    submitted_at: Mapped[datetime]
    alarm_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_alarm.id"))
    ratings: Mapped[list["Rating"]] = relationship(back_populates="response", order_by="Rating.question_id")
    comments: Mapped[list["Comment"]] = relationship(back_populates="response", order_by="Comment.question_id")
    agency: Mapped[Agency | None] = relationship()

    @classmethod
    def is_returned(cls) -> ColumnElement[bool]:
        """Is it one of the forms returned, as a session's and a course's number of them counts?"""
        return cls.moment == Moment.AFTER

    @classmethod
    def is_in_no_doubt(cls) -> ColumnElement[bool]:
        """The clause that picks those which make a pair with a form before."""
        return cls.alarm_id.is_(None)


class Rating(Base):
    """A rating given. A question left out has no row: missing is not a number."""

    __tablename__ = "rating"

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    value: Mapped[int]
    response: Mapped[Response] = relationship(back_populates="ratings")


class Comment(Identified, Base):
    """Words someone wrote. Printed only where they agreed to be quoted and the office released them, perhaps redacted.

    Addresses call it by `public_id`: row numbers follow arrival, so two neighbours would be one person's words.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id"),
        CheckConstraint("state <> 'released' OR may_quote", name="released_only_with_consent"),
        CheckConstraint("(state = 'released') = (released_text IS NOT NULL)", name="released_has_text"),
    )

    public_id: Mapped[UUID] = mapped_column(Uuid, unique=True, default=uuid4)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    text: Mapped[str] = mapped_column(Text)
    may_quote: Mapped[bool] = mapped_column(default=False)
    state: Mapped[CommentState] = mapped_column(default=CommentState.NEW, index=True)
    released_text: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    response: Mapped[Response] = relationship(back_populates="comments")
    question: Mapped[Question] = relationship()


class Publication(Identified, Base):
    """One publishing of a session's answers: when, how many forms and pairs the counts hold, and why then."""

    __tablename__ = "publication"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    published_at: Mapped[datetime]
    forms: Mapped[int]
    pairs: Mapped[int]
    why: Mapped[str] = mapped_column(String(40))


class RatingPattern(Identified, Base):
    """How many people of one agency gave this pattern of ratings to one question: the sufficient statistic.

    A rating not given is empty. Counts add, name nobody and survive the erasure of a person.
    """

    __tablename__ = "rating_pattern"
    __table_args__ = (
        Index("ix_rating_pattern_session_id", "session_id"),
        CheckConstraint("n > 0", name="n_positive"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    before: Mapped[int | None]
    looking_back: Mapped[int | None]
    after: Mapped[int | None]
    later: Mapped[int | None]
    n: Mapped[int]


ANSWERED = "A question that has answers is never edited. Make the next version of the form instead."


@event.listens_for(Question, "before_update")
@event.listens_for(Question, "before_delete")
def _keep_answered_question(mapper: Mapper[Any], connection: Connection, question: Question) -> None:
    session = object_session(question)
    changed = session is None or question in session.deleted or session.is_modified(question)
    if changed and _is_answered(connection, question.version_id):
        raise Refused(ANSWERED)


@event.listens_for(Question, "before_insert")
def _keep_answered_version(mapper: Mapper[Any], connection: Connection, question: Question) -> None:
    """A question more would change what the people who answered were asked."""
    if _is_answered(connection, question.version_id):
        raise Refused(ANSWERED)


@event.listens_for(Session, "do_orm_execute")
def _no_questions_in_bulk(state: ORMExecuteState) -> None:
    """Bulk statements pass by the two guards above, so questions are not changed by them at all."""
    mapper = state.bind_mapper
    if (state.is_update or state.is_delete) and mapper is not None and mapper.class_ is Question:
        raise Refused(ANSWERED)


def _is_answered(connection: Connection, version_id: int) -> bool:
    answered = select(Response.id).where(Response.version_id == version_id)
    return bool(connection.scalar(select(answered.exists())))


class EvaluationCode(Base):
    """The short code on the trainer's screen that leads people in the room to the session's form.

    `wrong_codes`: how many feedback codes that are nobody's were typed there since `wrong_since`.
    """

    __tablename__ = "evaluation_code"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    made_at: Mapped[datetime]
    wrong_codes: Mapped[int] = mapped_column(default=0, server_default="0")
    wrong_since: Mapped[datetime | None]


class EvaluationAlarm(Identified, Base):
    """Forms came by the room's code as people do not send them. Until somebody has looked, codes make no pairs.

    `joined` is what they decided of the forms that came by a feedback code meanwhile.
    """

    __tablename__ = "evaluation_alarm"
    __table_args__ = (
        Index(
            "uq_evaluation_alarm_open", "session_id", "kind", unique=True, sqlite_where=text("looked_at IS NULL"),
            postgresql_where=text("looked_at IS NULL"),
        ),
        CheckConstraint("(looked_at IS NULL) = (joined IS NULL)", name="looked_at_means_decided"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    kind: Mapped[AlarmKind]
    raised_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    joined: Mapped[bool | None]

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """The clause that picks what nobody has looked at yet."""
        return cls.looked_at.is_(None)


class Asking(Identified, Base):
    """A letter asked a person for their answers about a session, once."""

    __tablename__ = "asking"
    __table_args__ = (UniqueConstraint("session_id", "person_id", "moment"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moment: Mapped[Moment]
    asked_at: Mapped[datetime]
