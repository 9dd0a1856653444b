"""A made-up programme with published counts, for tests of findings and of the pages that show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from flask import Flask

from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.database import transaction
from training_app.evaluation.models import Publication, Question, RatingPattern, Response
from training_app.evaluation.rules.answers import Moment, QuestionKind
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import Course, SessionTrainer, TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, Format, Strand
from training_app.registers.models import AttendanceMark
from training_app.registers.rules import Mark

SPRING = date(2024, 5, 1)
Pattern = tuple[int | None, int | None]


def add_course(title: str) -> int:
    with transaction() as session:
        course = Course(slug=title.lower().replace(" ", "-"), title=title)
        session.add(course)
        session.flush()
        return course.id


def add_session(course_id: int, day: date = SPRING, **more: object) -> int:
    """A session of 20 attendances by headcount, unless told otherwise."""
    usual: dict[str, object] = {
        "strand": Strand.CORE,
        "format": Format.ONLINE,
        "first_day": day,
        "last_day": day,
        "starts_at": time(9, 30),
        "capacity": 40,
        "headcount": 20,
        "evaluation_mode": EvaluationMode.STANDARD,
    }
    with transaction() as session:
        one = TrainingSession(course_id=course_id, **(usual | more))
        session.add(one)
        session.flush()
        return one.id


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
    now = at or clock.now()
    with transaction() as session:
        questions = session.query(Question).filter_by(kind=QuestionKind.RATING).order_by(Question.position).all()
        for question in questions:
            if items and question.key not in items:
                continue
            for (before, after), n in counts.items():
                session.add(
                    RatingPattern(
                        session_id=session_id,
                        question_id=question.id,
                        before=before,
                        after=after,
                        n=n,
                        looking_back=looking_back,
                    )
                )
        total = sum(counts.values())
        pairs = sum(n for (before, after), n in counts.items() if before is not None and after is not None)
        session.add(Publication(session_id=session_id, published_at=now, forms=total, pairs=pairs, why="closed"))
    if forms:
        add_forms(session_id, total, pairs, generated=generated)


def add_forms(
    session_id: int, forms: int, pairs: int = 0, *, agency_id: int | None = None, generated: bool = False
) -> None:
    """After-forms, the first `pairs` of them with a form before."""
    with transaction() as session:
        version = session.query(Question).first().version_id
        for index in range(forms):
            pairing = uuid4()
            moments = (Moment.BEFORE, Moment.AFTER) if index < pairs else (Moment.AFTER,)
            for moment in moments:
                session.add(
                    Response(
                        session_id=session_id,
                        version_id=version,
                        moment=moment,
                        pairing_id=pairing,
                        agency_id=agency_id,
                        submitted_at=clock.now(),
                        generated=generated,
                    )
                )


def add_marks(session_id: int, people: int, agency_id: int | None, start: int = 0) -> None:
    """People of one agency marked as having come."""
    from training_app.programme.models import SessionPart
    from training_app.programme.rules.sessions import PartKind

    with transaction() as session:
        part = session.query(SessionPart).filter_by(session_id=session_id).first()
        if part is None:
            part = SessionPart(
                session_id=session_id,
                position=1,
                kind=PartKind.ONLINE,
                on_day=SPRING,
                starts_at=time(9),
                ends_at=time(12),
            )
            session.add(part)
            session.flush()
        for index in range(people):
            person = Person(name=f"Person {session_id} {agency_id} {start + index}", created_at=clock.now())
            session.add(person)
            session.flush()
            session.add(
                AttendanceMark(
                    session_id=session_id,
                    part_id=part.id,
                    person_id=person.id,
                    mark=Mark.ATTENDED,
                    agency_id=agency_id,
                    marked_at=clock.now(),
                )
            )


def agencies_of(sector: str) -> list[int]:
    return [one.id for one in db.session.query(Agency).filter_by(sector=sector).order_by(Agency.id)]


def lead(app: Flask, session_id: int, role: Role = Role.TRAINER) -> None:
    """Make the test user of this role the trainer of a session."""
    with app.app_context(), transaction() as session:
        user = session.query(User).filter_by(session_key=f"key-of-{role}").one()
        session.add(SessionTrainer(session_id=session_id, user_id=user.id))


def rose(n: int, by: int = 2, same: int = 0, lower: int = 0) -> dict[Pattern, int]:
    """`n` people of whom so many stayed the same or went down and the rest rose, from 5 or 6."""
    higher = n - same - lower
    counts = {(5, 5 + by): higher // 2, (6, 6 + by + 1): higher - higher // 2, (7, 7): same, (8, 6): lower}
    return {pattern: people for pattern, people in counts.items() if people}


def days(count: int) -> list[date]:
    return [SPRING + timedelta(days=7 * week) for week in range(count)]
