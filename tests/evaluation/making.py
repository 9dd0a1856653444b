"""Makes sessions, people who came, and their answers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import uuid4

from sqlalchemy import select

from training_app.agencies.models import Agency
from training_app.bookings.models import Booking
from training_app.bookings.queries import active_booking
from training_app.bookings.rules import BookingState, new_code
from training_app.database import transaction
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands.answers import Outcome
from training_app.evaluation.models import InstrumentVersion, RatingPattern
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.results import Answers
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.programme.models import Course, SessionPart, TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, Format, PartKind, SessionStatus, Strand
from training_app.registers.models import AttendanceMark
from training_app.registers.rules import Mark

DAY = date(2026, 6, 11)
# British Summer Time: a session from 9:30am to 4pm ends at 3pm UTC.
BEFORE_START = datetime(2026, 6, 11, 8, 29, tzinfo=UTC)
ENDED = datetime(2026, 6, 11, 15, 0, tzinfo=UTC)
NEXT_DAY = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
CLOSED = datetime(2026, 7, 9, 15, 0, tzinfo=UTC)


def make_session(
    title: str = "Working Together", day: date = DAY, *, mode: EvaluationMode = EvaluationMode.STANDARD,
    status: SessionStatus = SessionStatus.PUBLISHED, starts: time = time(9, 30),
) -> TrainingSession:
    course = db.session.scalar(select(Course).where(Course.title == title))
    session = TrainingSession(
        course=course or Course(slug=uuid4().hex, title=title), strand=Strand.CORE, format=Format.IN_PERSON,
        status=status, first_day=day, last_day=day, starts_at=starts, capacity=24, evaluation_mode=mode,
        parts=[SessionPart(position=1, kind=PartKind.IN_PERSON, on_day=day, starts_at=starts, ends_at=time(16))],
    )
    db.session.add(session)
    db.session.flush()
    return session


def make_person(name: str = "A. Practitioner", *, generated: bool = False) -> Person:
    person = Person(name=name, created_at=BEFORE_START, generated=generated)
    db.session.add(person)
    db.session.flush()
    return person


def agency(number: int = 0) -> Agency:
    return db.session.scalars(select(Agency).order_by(Agency.id).offset(number)).first()


def mark(
    session: TrainingSession, person: Person, what: Mark = Mark.ATTENDED, *, at: Agency | None = None,
    part: SessionPart | None = None,
) -> AttendanceMark:
    row = AttendanceMark(
        session_id=session.id, part_id=(part or session.parts[0]).id, person_id=person.id, mark=what,
        agency_id=at.id if at else None, marked_at=ENDED,
    )
    db.session.add(row)
    db.session.flush()
    return row


def hold_post(person: Person, at: Agency, since: date, until: date | None = None) -> None:
    db.session.add(Post(person_id=person.id, agency_id=at.id, title="Nurse", started_on=since, ended_on=until))
    db.session.flush()


def attendee(session: TrainingSession, name: str = "A. Practitioner", *, at: Agency | None = None) -> Person:
    person = make_person(name)
    mark(session, person, at=at)
    return person


def book(session: TrainingSession, person: Person) -> Booking:
    place = Booking(session_id=session.id, person_id=person.id, code=new_code(), booked_at=BEFORE_START)
    place.move_to(BookingState.CONFIRMED, actor_id=None, now=BEFORE_START)
    db.session.add(place)
    db.session.flush()
    return place


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
        book(session, person)
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
