"""Letters that ask for answers: one to each person, once, while the form is open, and none to made-up people."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from tests.evaluation.answers import after, answer
from tests.registers.acts import ENDED, book_for, morning_session
from tests.world.people import make_person
from tests.world.programme import make_session
from tests.world.registers import make_mark, make_register_change
from training_app import clock
from training_app.database import transaction
from training_app.evaluation.commands.asking import ask_for_answers
from training_app.evaluation.commands.room import make_code
from training_app.evaluation.models import Asking
from training_app.evaluation.queries.forms import (
    open_evaluations_for,
    people_to_ask,
    sessions_to_ask_about,
    sessions_to_publish,
    window_of,
)
from training_app.evaluation.rules.feedback_codes import feedback_code, in_groups
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.outbox.models import Letter
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.registers.rules.marks import Mark

KEY = "a-key-for-letters"


def ask(session: TrainingSession, now=ENDED) -> int:
    db.session.commit()
    with transaction():
        return ask_for_answers(
            session.id, base_url="https://training.example", site_name="Training", secret_key=KEY, now=now
        )


def asked(session: TrainingSession) -> set[str]:
    return {one.name for one in people_to_ask(session.id)}


def test_whom_the_register_names_and_while_it_is_open_whom_it_expects(in_app):
    session = morning_session()
    names = ("Ann", "Bo", "Cy", "Di")
    people = {name: book_for(session, name, email=f"{name.lower()}@school.example").person for name in names}
    make_mark(session, people["Ann"])
    make_mark(session, people["Bo"], Mark.PART_ATTENDED)
    make_mark(session, people["Cy"], Mark.ABSENT)
    assert asked(session) == {"Ann", "Bo", "Di"}
    make_register_change(session, ENDED)
    assert asked(session) == {"Ann", "Bo"}, "closed, the register is the one truth"


def test_once_each_in_plain_words_with_an_address_that_does_nothing(in_app):
    session = morning_session()
    book_for(session, "Ann", email="ann@school.example")
    book_for(session, "No email")
    assert (ask(session), ask(session), ask(session, ENDED + timedelta(days=3))) == (1, 0, 0)
    letter = db.session.scalars(select(Letter)).one()
    assert letter.recipient == "ann@school.example"
    assert letter.kind == "feedback asked"
    assert letter.subject == f"How was {session.course.title}?"
    assert f"https://training.example/sessions/{session.id}/evaluation\n" in letter.body
    assert "9 July 2026 at 12:30pm" in letter.body
    assert not letter.sealed and letter.attachment is None
    assert "feedback code" not in letter.body, "nobody made a code for the room, so there is no form to give it at"
    assert db.session.scalar(select(func.count()).select_from(Asking)) == 1


def test_where_the_room_has_a_code_each_reads_their_own_feedback_code_and_staff_read_none(in_app):
    """A walk-in, whose e-mail the trainer typed, reads theirs too."""
    session = morning_session()
    people = [book_for(session, name, email=f"{name}@school.example").person for name in ("ann", "bo")]
    people.append(make_person("Walk In", email="walk-in@school.example"))
    make_mark(session, people[-1])
    room_code = make_code(session.id, actor_id=None, now=ENDED)
    assert ask(session) == 3
    own = {one.email: in_groups(feedback_code(session.id, one.id, KEY)) for one in people}
    for letter in db.session.scalars(select(Letter)):
        assert f"https://training.example/e/{room_code}\n" in letter.body
        assert [code for code in own.values() if code in letter.body] == [own[letter.recipient]]
        assert letter.sealed and letter.expires_at == window_of(session).closes_at
        assert own[letter.recipient] not in letter.subject
    assert set(db.session.scalars(select(Letter.body_for_staff()))) == {None}


def test_nobody_who_has_answered_or_was_made_up(in_app):
    session = morning_session()
    ann = book_for(session, "Ann", email="ann@school.example").person
    book_for(session, "Bo", email="bo@school.example").person.generated = True
    make_mark(session, ann)
    answer(session, ann, after({"knowledge": 7}), ENDED)
    assert ask(session) == 0


@pytest.mark.parametrize(
    ("now", "letters"),
    [(ENDED - timedelta(minutes=1), 0), (ENDED, 1), (ENDED + timedelta(days=27), 1), (ENDED + timedelta(days=28), 0)],
)
def test_only_while_the_form_is_open(in_app, now, letters):
    session = morning_session()
    book_for(session, "Ann", email="ann@school.example")
    assert (session.id in sessions_to_ask_about(now)) is bool(letters)
    assert ask(session, now) == letters


@pytest.mark.parametrize(
    "changes",
    [
        {"status": SessionStatus.CANCELLED},
        {"evaluation_mode": EvaluationMode.SEPARATE},
        {"evaluation_mode": EvaluationMode.NONE},
    ],
)
def test_a_session_with_nothing_to_answer_asks_nobody(in_app, changes):
    session = morning_session(**changes)
    book_for(session, "Ann", email="ann@school.example")
    assert sessions_to_ask_about(ENDED) == [] and ask(session) == 0


def test_whoever_is_asked_can_answer(in_app):
    """The letter must not lead to “you did not come” because the register is still open."""
    session = morning_session()
    ann = book_for(session, "Ann", email="ann@school.example").person
    db.session.commit()
    (open_now,) = open_evaluations_for(ann.id, ENDED)
    assert open_now.session.id == session.id
    answer(session, ann, after({"knowledge": 7}), ENDED)
    assert open_evaluations_for(ann.id, ENDED) == []


def test_the_job_asks_and_says_how_many(in_app, time_machine):
    time_machine.move_to(ENDED, tick=False)
    session = morning_session()
    book_for(session, "Ann", email="ann@school.example")
    db.session.commit()
    (job,) = [one for one in JOBS if one.name == "ask_for_answers"]
    assert (job.run(ENDED), job.run(ENDED)) == ("1 asked", "0 asked")
    assert "http://127.0.0.1:8000/sessions/" in db.session.scalars(select(Letter.body)).one()


def test_the_demonstration_asks_nobody(demonstration):
    (job,) = [one for one in JOBS if one.name == "ask_for_answers"]
    with demonstration.app_context():
        assert sessions_to_ask_about(clock.now()), "there is a session to ask about, and everyone at it is made up"
        assert job.run(clock.now()) == "0 asked"


def test_whose_time_would_end_at_christmas_is_asked_and_told_until_people_are_at_work_again(in_app):
    # 28 days after a Friday evening in November is Christmas Day, and the Monday after it a holiday too.
    session = make_session(day=date(2026, 11, 27), ends=time(18))
    person = book_for(session, "Ann", email="ann@school.example").person
    make_mark(session, person)
    late = datetime(2026, 12, 29, 16, 59, tzinfo=UTC)
    assert sessions_to_ask_about(late) == [session.id]
    assert [one.closes_at for one in open_evaluations_for(person.id, late)] == [late + timedelta(minutes=1)]
    assert ask(session, late) == 1
    assert "until 29 December 2026 at 5pm" in db.session.scalars(select(Letter)).one().body
    answer(session, person, after({"knowledge": 7}), late)
    assert sessions_to_publish(late) == [] == sessions_to_ask_about(late + timedelta(minutes=1))
    assert sessions_to_publish(late + timedelta(minutes=1)) == [session.id]
