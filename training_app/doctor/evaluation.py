"""Answers, what joins them, and the published counts of them."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from training_app.audit.models import AuditEntry
from training_app.doctor.checking import AT_A_TIME, Check, not_loaded_with_demonstration, rows_of
from training_app.evaluation.commands.publishing import Pattern, patterns_of
from training_app.evaluation.models import (
    Comment,
    EvaluationAlarm,
    Pairing,
    Publication,
    Question,
    Rating,
    RatingPattern,
    Response,
)
from training_app.evaluation.rules.answers import CommentState, Moment, QuestionKind
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.evaluation.rules.publishing import WhyPublished
from training_app.extensions import db

RELEASED = Comment.state == CommentState.RELEASED
# Counted here once more rather than by the query that publishing asks: the doctor would not see a fault in that.
AFTER_FORMS = (
    select(func.count())
    .where(Response.session_id == Publication.session_id, Response.moment == Moment.AFTER)
    .correlate(Publication)
    .scalar_subquery()
)
BEFORE_FORM = aliased(Response)
# A form that was in doubt may have become a pair after the publishing: the next one counts it.
PAIRS = (
    select(func.count())
    .select_from(Response)
    .join(BEFORE_FORM, and_(BEFORE_FORM.pairing_id == Response.pairing_id, BEFORE_FORM.moment == Moment.BEFORE))
    .where(
        Response.session_id == Publication.session_id, Response.moment == Moment.AFTER, Response.is_in_no_doubt()
    )
    .correlate(Publication)
    .scalar_subquery()
)
JOINED_SINCE = select(EvaluationAlarm.session_id).where(EvaluationAlarm.joined.is_(True))
PAIRS_AS_PUBLISHED = or_(Publication.session_id.not_in(JOINED_SINCE), Publication.pairs == PAIRS)
LATEST = select(func.max(Publication.id)).group_by(Publication.session_id)


def _answered_twice() -> Select[int]:
    paired = select(func.max(Response.id)).where(Response.pairing_id.is_not(None))
    return paired.group_by(Response.pairing_id, Response.moment).having(func.count() > 1)


def _joined_across_sessions() -> Select[int]:
    other = aliased(Response)
    return (
        select(Response.id)
        .join(other, and_(other.pairing_id == Response.pairing_id, other.session_id < Response.session_id))
        .group_by(Response.id)
    )


def _paired_with_another_session() -> Select[int]:
    return (
        select(Response.id)
        .join(Pairing, Pairing.pairing_id == Response.pairing_id)
        .where(Pairing.session_id != Response.session_id)
    )


def _paired_twice() -> Select[int]:
    """Numbers of people: a pairing's own number joins answers to a person, so it is not printed."""
    return select(Pairing.person_id).group_by(Pairing.person_id, Pairing.session_id).having(func.count() > 1)


def _off_the_scale() -> Select[int]:
    outside = or_(Rating.value < Question.scale_min, Rating.value > Question.scale_max)
    return _ratings_where(or_(Question.kind != QuestionKind.RATING, outside))


def _ratings_where(broken) -> Select[int]:  # type: ignore[no-untyped-def]
    return (
        select(Rating.response_id)
        .join(Question, Question.id == Rating.question_id)
        .join(Response, Response.id == Rating.response_id)
        .where(broken)
        .group_by(Rating.response_id)
    )


def _comments_where(broken) -> Select[int]:  # type: ignore[no-untyped-def]
    return (
        select(Comment.id)
        .join(Question, Question.id == Comment.question_id)
        .join(Response, Response.id == Comment.response_id)
        .where(broken)
    )


def _agencies_differ() -> Select[int]:
    """Where two of one person's forms name an agency, as at that day, it is the same."""
    other = aliased(Response)
    return (
        select(Response.id)
        .join(other, and_(other.pairing_id == Response.pairing_id, other.id < Response.id))
        .where(
            other.agency_id != Response.agency_id, Response.moment == Moment.LOOKING_BACK,
            other.moment == Moment.AFTER,
        )
    )


def _miscounted(now: datetime) -> Iterator[object]:
    """Sessions whose latest publishing holds every form and pair there is, and whose counts are not those of the forms.

    One session at a time: what is held in memory is never more than one room of people.
    """
    newer = select(Response.id).where(
        Response.session_id == Publication.session_id, Response.submitted_at > Publication.published_at
    )
    current = (
        select(Publication.session_id)
        .where(
            Publication.id.in_(LATEST), Publication.forms == AFTER_FORMS, PAIRS_AS_PUBLISHED, ~newer.exists()
        )
        .order_by(Publication.session_id)
    )
    last = 0
    while batch := list(db.session.scalars(current.where(Publication.session_id > last).limit(AT_A_TIME))):
        yield from (one for one in batch if _published(one) != patterns_of(one))
        last = batch[-1]


def _published(session_id: int) -> Counter[Pattern]:
    columns = [getattr(RatingPattern, name) for name in Pattern._fields]
    rows = db.session.execute(select(*columns, RatingPattern.n).where(RatingPattern.session_id == session_id))
    found: Counter[Pattern] = Counter()
    for *pattern, n in rows:
        found[Pattern(*pattern)] += n
    return found


def _never_published() -> Select[int]:
    published = select(Publication.id).where(Publication.session_id == RatingPattern.session_id)
    return select(RatingPattern.session_id).where(~published.exists()).group_by(RatingPattern.session_id)


def _published_too_early() -> Select[int]:
    early = Publication.forms < LEAST_FOR_A_FIGURE
    return select(Publication.session_id).where(early, Publication.why != WhyPublished.CLOSE.value)


def _decided_without_audit() -> Select[int]:
    noted = select(AuditEntry.id).where(
        AuditEntry.subject_type == "comment", AuditEntry.subject_id == Comment.id,
        AuditEntry.action == "comment." + cast(Comment.state, String),
    )
    made_up = not_loaded_with_demonstration(Response.submitted_at)
    return _comments_where(and_(Comment.state != CommentState.NEW, ~noted.exists(), made_up))


OTHER_VERSION = Question.version_id != Response.version_id

CHECKS = (
    Check(
        "answered-once", "A person answers once at each moment.", "response", rows_of(_answered_twice())
    ),
    Check(
        "pairing-within-a-session", "What joins a person's forms joins forms of one session.", "response",
        rows_of(_joined_across_sessions()),
    ),
    Check(
        "pairing-of-own-session", "A pairing is of the session that its forms are about.", "response",
        rows_of(_paired_with_another_session()),
    ),
    Check("paired-once", "A person has one pairing for a session.", "person", rows_of(_paired_twice())),
    Check(
        "ratings-on-their-scale", "A rating is within the scale of its question.", "response",
        rows_of(_off_the_scale()),
    ),
    Check(
        "ratings-of-own-version", "A rating answers a question of the version that was asked.", "response",
        rows_of(_ratings_where(OTHER_VERSION)),
    ),
    Check(
        "comments-of-own-version", "Words answer a question in words of the version that was asked.", "comment",
        rows_of(_comments_where(or_(OTHER_VERSION, Question.kind != QuestionKind.WORDS))),
    ),
    Check(
        "answers-know-agency", "The form after and the look back of one person name the same agency.", "response",
        rows_of(_agencies_differ()),
    ),
    Check(
        "published-counts-agree", "Where every form is published, the published counts are those of the forms.",
        "session", _miscounted,
    ),
    Check(
        "published-counts-positive", "A published pattern counts at least one person.", "session",
        rows_of(select(RatingPattern.session_id).where(RatingPattern.n < 1).group_by(RatingPattern.session_id)),
    ),
    Check(
        "counts-were-published", "Published counts come from a publishing that was noted.", "session",
        rows_of(_never_published()),
    ),
    Check(
        "published-forms-are-there", "No publishing holds more forms than were returned.", "session",
        rows_of(
            select(Publication.session_id)
            .where(Publication.forms > AFTER_FORMS)
            .group_by(Publication.session_id)
        ),
    ),
    Check(
        "published-late-enough",
        f"Fewer than {LEAST_FOR_A_FIGURE} forms are published only when the window has closed.", "session",
        rows_of(_published_too_early()),
    ),
    Check(
        "released-with-consent", "Words were released only where the person agreed to be quoted.", "comment",
        rows_of(select(Comment.id).where(RELEASED, ~Comment.may_quote)),
    ),
    Check(
        "released-words-kept", "Released words, and no others, have the wording that is printed.", "comment",
        rows_of(select(Comment.id).where((Comment.released_text.is_not(None)) != RELEASED)),
    ),
    Check(
        "decisions-in-audit", "Who released words or kept them back stands in the audit.", "comment",
        rows_of(_decided_without_audit()),
    ),
)
