"""People who came to a session, the answers they give, and what is published of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from tests.world.bookings import make_booking
from tests.world.people import make_person
from tests.world.registers import make_mark
from training_app.agencies.models import Agency
from training_app.bookings.queries.bookings import active_booking
from training_app.database import transaction
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands.answers import Outcome
from training_app.evaluation.models import Comment, InstrumentVersion, RatingPattern
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.results import Answers
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.feedback_codes import feedback_code
from training_app.extensions import db
from training_app.installation import settings
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

# British Summer Time: the usual session from 9:30am to 4pm ends at 3pm UTC.
BEFORE_START = datetime(2026, 6, 11, 8, 29, tzinfo=UTC)
ENDED = datetime(2026, 6, 11, 15, 0, tzinfo=UTC)
NEXT_DAY = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
CLOSED = datetime(2026, 7, 9, 15, 0, tzinfo=UTC)


def attendee(session: TrainingSession, name: str = "A. Practitioner", *, at: Agency | None = None) -> Person:
    person = make_person(name)
    make_mark(session, person, agency=at)
    return person


def after(
    ratings: dict[str, int] | None = None, looking_back: dict[str, int] | None = None,
    words: dict[str, str] | None = None, may_quote: bool = False, version: InstrumentVersion | None = None,
) -> Answers:
    given = {Moment.AFTER: ratings or {}, Moment.LOOKING_BACK: looking_back or {}}
    return Answers(Moment.AFTER, version or current_version(), given, words or {}, may_quote)


def before(ratings: dict[str, int], version: InstrumentVersion | None = None) -> Answers:
    return Answers(Moment.BEFORE, version or current_version(), {Moment.BEFORE: ratings})


def answer(
    session: TrainingSession, person: Person | None, answers: Answers, now: datetime = NEXT_DAY
) -> Outcome:
    # The form before is for those with a booking, so whoever answers it here has one.
    if answers.form is Moment.BEFORE and person and active_booking(session.id, person.id) is None:
        make_booking(session.id, person.id, now=BEFORE_START)
    # What was made so far stays when the answer is refused and its transaction rolled back.
    db.session.commit()
    with transaction():
        return commands.answer(session.id, person.id if person else None, answers, now)


def answered_by(session: TrainingSession, number: int, rating: int = 7, now: datetime = NEXT_DAY) -> None:
    """So many more people came and answered, all with the same rating of their knowledge."""
    for _ in range(number):
        answer(session, attendee(session), after({"knowledge": rating}), now)


@dataclass(frozen=True)
class Row:
    """A published pattern, as the tests write it."""

    question: str
    before: int | None
    looking_back: int | None
    after: int | None
    n: int
    agency: int | None = None


def patterns(session: TrainingSession, version: InstrumentVersion | None = None) -> set[Row]:
    rows = db.session.scalars(select(RatingPattern).where(RatingPattern.session_id == session.id)).all()
    keys = {question.id: question.key for question in (version or current_version()).questions}
    made = [
        Row(keys[row.question_id], row.before, row.looking_back, row.after, row.n, row.agency_id) for row in rows
    ]
    assert len(made) == len(set(made)), "a pattern is stored twice"
    return set(made)


def said(session: TrainingSession, words: str, *, may_quote: bool = True, now: datetime = NEXT_DAY) -> int:
    """Someone came and wrote this; returns the comment's id."""
    answer(session, attendee(session), after(words={"better": words}, may_quote=may_quote), now)
    return db.session.scalars(select(Comment.id).order_by(Comment.id.desc())).first()


def code_of(session_id: int, person_id: int) -> str:
    """The feedback code of one person at one session."""
    return feedback_code(session_id, person_id, settings().secret_key)
