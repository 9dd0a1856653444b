"""A question that has answers is never edited: each way of trying is refused."""

import pytest
from sqlalchemy import delete, select, update

from tests.evaluation.answers import BEFORE_START, NEXT_DAY, after, answer, attendee
from tests.world.evaluation import make_question
from tests.world.programme import make_session
from training_app.database import transaction
from training_app.errors import Refused
from training_app.evaluation.commands.versions import NewQuestion, new_version
from training_app.evaluation.models import Question
from training_app.evaluation.queries.forms import current_version, version_shown
from training_app.evaluation.rules.answers import QuestionKind
from training_app.extensions import db


@pytest.fixture
def answered(in_app):
    session = make_session()
    answer(session, attendee(session), after({"knowledge": 8}))
    return current_version()


def test_its_words_cannot_be_changed(answered):
    with pytest.raises(Refused, match="Make the next version"), transaction():
        answered.questions[0].text = "What you know"
    assert current_version().questions[0].text == "Your knowledge"


def test_a_question_nobody_rated_is_held_too_because_it_was_asked(answered):
    with pytest.raises(Refused), transaction():
        answered.questions[-1].hint = "Be frank"


def test_it_cannot_be_deleted(answered):
    with pytest.raises(Refused), transaction():
        db.session.delete(answered.questions[-1])


def test_nothing_can_be_added_to_what_people_were_asked(answered):
    with pytest.raises(Refused), transaction():
        make_question(answered, "again")


@pytest.mark.parametrize("statement", [update(Question).values(text="x"), delete(Question)])
def test_not_in_bulk_either(answered, statement):
    with pytest.raises(Refused), transaction():
        db.session.execute(statement)


def test_before_anyone_answered_it_may_still_be_put_right(in_app):
    with transaction():
        current_version().questions[0].text = "What you know"
    assert db.session.scalar(select(Question.text).where(Question.key == "knowledge")) == "What you know"


def test_the_next_version_is_asked_and_the_old_one_stays(answered):
    old = [(question.key, question.text, question.scale_max) for question in answered.questions]
    with transaction():
        new = new_version(
            "standard", {"knowledge": {"text": "What you know"}}, leave_out=["better"],
            add=[NewQuestion("again", QuestionKind.WORDS, "Would you come again?")], actor_id=None, now=NEXT_DAY,
        )
    assert (new.number, current_version().id) == (2, new.id)
    assert [question.key for question in new.questions] == [
        "knowledge", "skills", "confidence", "do_differently", "most_useful", "again",
    ]
    assert [question.position for question in new.questions] == [1, 2, 3, 4, 5, 6]
    assert (new.questions[0].text, new.questions[0].scale_max) == ("What you know", 10)
    first = version_shown(answered.id)
    assert [(question.key, question.text, question.scale_max) for question in first.questions] == old


def test_a_form_that_was_on_someones_screen_is_still_taken(answered):
    with transaction():
        new_version("standard", {}, leave_out=["skills"], actor_id=None, now=NEXT_DAY)
    session = make_session("Neglect")
    assert answer(session, attendee(session), after({"skills": 6}, version=version_shown(answered.id))) == "kept"


@pytest.mark.parametrize(
    "wrong",
    [
        {"changes": {"no_such": {"text": "x"}}},
        {"changes": {"knowledge": {"kind": QuestionKind.WORDS}}},
        {"changes": {}, "leave_out": ["knowledge", "skills", "confidence", "do_differently", "most_useful", "better"]},
        {"changes": {}, "add": [NewQuestion("better", QuestionKind.WORDS, "Better?")]},
    ],
)
def test_a_next_version_that_makes_no_sense_is_refused(in_app, wrong):
    with pytest.raises(Refused), transaction():
        new_version("standard", actor_id=None, now=BEFORE_START, **wrong)
    assert current_version().number == 1
