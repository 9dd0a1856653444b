"""A made-up programme with published counts, for tests of findings and of the pages that show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import Flask

from tests.world.evaluation import make_pattern, make_publication, make_response
from tests.world.people import make_person
from tests.world.programme import make_course, make_part, make_session_without_parts, make_trainer
from tests.world.registers import make_mark
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.database import transaction
from training_app.evaluation.models import Question
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.rules.answers import Moment, QuestionKind
from training_app.extensions import db
from training_app.programme.models import Course, TrainingSession
from training_app.programme.rules.sessions import Format, PartKind

SPRING = date(2024, 5, 1)
Pattern = tuple[int | None, int | None]


def add_course(title: str) -> int:
    with transaction():
        return make_course(title, slug=title.lower().replace(" ", "-")).id


def add_session(course_id: int, day: date = SPRING, **more: object) -> int:
    """A session of 20 attendances by headcount, unless told otherwise."""
    usual = {"format": Format.ONLINE, "capacity": 40, "headcount": 20}
    with transaction():
        course = db.session.get_one(Course, course_id)
        return make_session_without_parts(course=course, day=day, **usual | more).id


def publish(
    session_id: int,
    patterns: Mapping[Pattern, int] | Sequence[Pattern],
    *,
    items: Sequence[str] = (),
    looking_back: int | None = None,
    forms: bool = True,
    at: datetime | None = None,
    generated: bool = False,
) -> None:
    """Store published counts, and (unless not `forms`) the forms they came from: each pattern on every question."""
    counts = patterns if isinstance(patterns, Mapping) else {one: list(patterns).count(one) for one in patterns}
    with transaction() as session:
        questions = session.query(Question).filter_by(kind=QuestionKind.RATING).order_by(Question.position).all()
        for question in questions:
            if items and question.key not in items:
                continue
            for (before, after), n in counts.items():
                make_pattern(session_id, question, n=n, before=before, after=after, looking_back=looking_back)
        total = sum(counts.values())
        pairs = sum(n for (before, after), n in counts.items() if before is not None and after is not None)
        make_publication(session_id, forms=total, pairs=pairs, at=at)
    if forms:
        add_forms(session_id, total, pairs, generated=generated)


def add_forms(
    session_id: int, forms: int, pairs: int = 0, *, agency_id: int | None = None, generated: bool = False
) -> None:
    """After-forms, the first `pairs` of them with a form before."""
    with transaction():
        version = current_version()
        for index in range(forms):
            pairing = uuid4()
            moments = (Moment.BEFORE, Moment.AFTER) if index < pairs else (Moment.AFTER,)
            for moment in moments:
                made = {"pairing_id": pairing, "agency_id": agency_id, "generated": generated}
                make_response(session_id, moment, version=version, **made)


def add_marks(session_id: int, people: int, agency_id: int | None, start: int = 0) -> None:
    """People of one agency marked as having come."""
    with transaction():
        session = db.session.get_one(TrainingSession, session_id)
        if not session.parts:
            make_part(session, SPRING, kind=PartKind.ONLINE)
        for index in range(people):
            person = make_person(f"Person {session_id} {agency_id} {start + index}")
            make_mark(session, person, agency_id=agency_id)


def agencies_of(sector: str) -> list[int]:
    return [one.id for one in db.session.query(Agency).filter_by(sector=sector).order_by(Agency.id)]


def lead(app: Flask, session_id: int, role: Role = Role.TRAINER) -> None:
    """Make the test user of this role the trainer of a session."""
    with app.app_context(), transaction():
        make_trainer(session_id, user_of(role).id)


def rose(n: int, by: int = 2, same: int = 0, lower: int = 0) -> dict[Pattern, int]:
    """`n` people of whom so many stayed the same or went down and the rest rose, from 5 or 6."""
    higher = n - same - lower
    counts = {(5, 5 + by): higher // 2, (6, 6 + by + 1): higher - higher // 2, (7, 7): same, (8, 6): lower}
    return {pattern: people for pattern, people in counts.items() if people}


def days(count: int) -> list[date]:
    return [SPRING + timedelta(days=7 * week) for week in range(count)]
