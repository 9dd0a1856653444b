"""Loads the demonstration: the programme of 2024-25, the people and answers made up for it, and the year to come."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.clock import local
from training_app.demo.answers import Answers, Form
from training_app.demo.bookings import book_coming_sessions
from training_app.demo.coming import as_file, coming_half_year, recently_held
from training_app.demo.descriptions import describe_courses
from training_app.demo.facts import state_facts
from training_app.demo.models import Demonstration
from training_app.demo.people import Crowd, Someone, take_register
from training_app.demo.ratings import TARGETS_2024_25, paired_ratings, spread
from training_app.demo.registers import close_registers, hold_today
from training_app.demo.users import make_users
from training_app.errors import Refused
from training_app.evaluation.commands.publishing import publish
from training_app.evaluation.models import Response
from training_app.evaluation.queries.forms import current_version, window_of
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.evaluation.rules.publishing import WhyPublished
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.files.loading import import_programme
from training_app.programme.models import SessionTrainer, TrainingSession
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode, Strand

FILES = Path(__file__).parent / "programme"
YEAR = BusinessYear(2024)
FORMS_2024_25 = 288
# Too many came, or came online, for names to be taken: these keep a headcount.
HEADCOUNT_ONLY = ("Conference on Child Sexual Abuse", "Curious Practitioner", "Elective Home Education")
# None of 1 to 7: their later publishing would hide the figures of the session that waits for the participant.
RECENT_FORMS = (0, 9, 12, 10, 11, 8, 14)


def holds_anything() -> bool:
    """Does the database hold anything beyond its reference data?"""
    tables = (TrainingSession, Person, User, Response)
    return any(db.session.scalar(select(exists().select_from(table))) for table in tables)


def load_demonstration(now: datetime) -> None:
    """Fill an empty database and mark it as a demonstration.

    Raises Refused where the database holds a session, a person, a user or an answer.
    """
    if holds_anything():
        raise Refused("The database is not empty: the demonstration is loaded into an empty one only.")
    db.session.add(Demonstration(loaded_at=now))
    crowd = Crowd(Random("people 2024-25"), now)
    users = make_users(crowd, now)
    administrator, _ = users[Role.OFFICE]
    trainer, _ = users[Role.TRAINER]
    _load_year(administrator, now)
    answers = Answers(current_version(), Random("answers 2024-25"), administrator.id)
    registers = _take_registers(crowd, trainer.id)
    _answer_year(registers, answers, now)
    state_facts(actor_id=administrator.id, now=now)
    _load_this_year(crowd, answers, users, now)
    hold_today(crowd, trainer, answers, now)
    close_registers(trainer.id, now)
    db.session.flush()


def _load_year(administrator: User, now: datetime) -> None:
    for name, beside in (("programme_2024_25.csv", False), ("outside_88_2024_25.csv", True)):
        import_programme(FILES / name, beside_programme=beside, actor_id=administrator.id, now=now)


def _sessions(first: date, last: date) -> Sequence[TrainingSession]:
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.last_day.between(first, last), TrainingSession.counts_in_programme)
        .options(selectinload(TrainingSession.parts), selectinload(TrainingSession.course))
        .order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    ).all()


def _take_registers(crowd: Crowd, trainer_id: int) -> dict[TrainingSession, list[Someone | None]]:
    """Who came to each session that has data; None for everyone of whom only the number is known."""
    registers: dict[TrainingSession, list[Someone | None]] = {}
    for session in _sessions(YEAR.first_day, YEAR.last_day):
        if session.headcount is None:
            continue
        if session.course.title.startswith(HEADCOUNT_ONLY):
            registers[session] = [None] * session.headcount
            continue
        dsl = session.strand in {Strand.DSL_INITIAL, Strand.DSL_REFRESHER}
        came = crowd.gather(session.headcount, dsl=dsl)
        here = {one.person_id for one in came}
        missed = [one for one in crowd.gather(crowd.rng.randrange(4)) if one.person_id not in here]
        take_register(session, came, missed, trainer_id)
        registers[session] = list(came)
        if crowd.rng.random() < 0.25:
            db.session.add(SessionTrainer(session_id=session.id, user_id=trainer_id))
    return registers


def _answer_year(
    registers: Mapping[TrainingSession, list[Someone | None]], answers: Answers, now: datetime
) -> None:
    """288 people who answered before and after, spread so that most sessions have few."""
    sessions = [one for one in registers if one.evaluation_mode is EvaluationMode.STANDARD]
    rng = Random("spread 2024-25")
    pairs = paired_ratings(FORMS_2024_25, TARGETS_2024_25, Random("ratings 2024-25"))
    shares = spread(FORMS_2024_25, [len(registers[one]) for one in sessions], rng)
    for session, share in zip(sessions, shares, strict=True):
        answered = rng.sample(registers[session], share)
        ended_at = window_of(session).opens_at
        answers.write([Form(session.id, ended_at, one, pairs.pop()) for one in answered])
        if share:
            publish(session.id, WhyPublished.CLOSE, now=now)


def _load_this_year(
    crowd: Crowd, answers: Answers, users: Mapping[Role, tuple[User, Someone]], now: datetime
) -> None:
    """Sessions to come, and a few just held: one of them waits for the demonstration participant's answers."""
    today = local(now).date()
    trainer, _ = users[Role.TRAINER]
    _, participant = users[Role.PRACTITIONER]
    held_rows = recently_held(today)
    rows = as_file([*held_rows, *coming_half_year(today)])
    import_programme(rows, beside_programme=False, actor_id=None, now=now)
    describe_courses()
    keys = {(row["course_title"], row["session_date"]) for row in held_rows}
    past = [
        one
        for one in _sessions(today - timedelta(days=70), today)
        if (one.course.title, one.first_day.isoformat()) in keys and window_of(one).opens_at < now
    ]
    *others, waiting = past
    rng = Random("this year")
    for session, forms in zip(reversed(others), RECENT_FORMS, strict=False):
        came = crowd.gather(forms + 4 + rng.randrange(6))
        _hold(session, came, trainer.id)
        _answer_recent(session, rng.sample(came, forms), answers, rng, now)
    came = [participant, *crowd.gather(13)]
    _hold(waiting, came, trainer.id)
    _wait_for_one_more(waiting, came, answers, rng)
    # Sessions that may have begun are left alone: the first of those to come is some days away.
    coming = _sessions(today + timedelta(days=2), today + timedelta(days=366))
    book_coming_sessions(coming, participant, crowd, now)


def _hold(session: TrainingSession, came: Sequence[Someone], trainer_id: int) -> None:
    # The office has the register now, so there is no reason for missing data any more.
    session.no_data_reason = None
    take_register(session, came, [], trainer_id)
    db.session.add(SessionTrainer(session_id=session.id, user_id=trainer_id))


def _answer_recent(
    session: TrainingSession, people: Sequence[Someone], answers: Answers, rng: Random, now: datetime
) -> None:
    window = window_of(session)
    pairs = paired_ratings(len(people), TARGETS_2024_25, rng)
    answers.write(
        [
            Form(session.id, window.opens_at, one, pair, looking_back=rng.random() < 0.5)
            for one, pair in zip(people, pairs, strict=True)
        ]
    )
    if window.closes_at <= now:
        publish(session.id, WhyPublished.CLOSE, now=now)
    elif len(people) >= LEAST_FOR_A_FIGURE:
        publish(session.id, WhyPublished.FIRST, now=now)


def _wait_for_one_more(
    session: TrainingSession, came: Sequence[Someone], answers: Answers, rng: Random
) -> None:
    """All but one answered whom a figure needs; with the participant's form the session's figures appear."""
    participant, *others = came
    window = window_of(session)
    first, *pairs = paired_ratings(LEAST_FOR_A_FIGURE, TARGETS_2024_25, rng)
    forms = [Form(session.id, window.opens_at, participant, first, moments=(Moment.BEFORE,))]
    forms += [Form(session.id, window.opens_at, one, pair) for one, pair in zip(others, pairs, strict=False)]
    answers.write(forms)
