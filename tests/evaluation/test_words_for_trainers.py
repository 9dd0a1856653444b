"""Released words reach the trainers of the course, mixed by course and year, and nobody who teaches another one."""

import pytest

from tests.evaluation.answers import answered_by, said
from tests.registers.acts import let_lead
from tests.world.programme import make_session
from tests.world.signing_in import user_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import comments
from training_app.evaluation.models import Comment
from training_app.evaluation.rules.answers import LEAST_FORMS_FOR_TRAINERS, WhyWithheld
from training_app.extensions import db
from training_app.programme.models import TrainingSession

RELEASED, UNREAD, HELD, ELSEWHERE = "The role play helped", "More time please", "It was Bob", "Another course entirely"
PATH = "/my-sessions/words"


def _release(comment_id: int, words: str) -> None:
    with transaction():
        comments.release(comment_id, words, user_of(Role.OFFICE).id, clock.now())


@pytest.fixture
def trainer(app, browser_of, day_after):
    """Leads a session of a course with words of every kind, and there are words about another course."""
    browser, _ = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    with app.app_context():
        own, other = make_session(), make_session("Other course")
        with transaction():
            let_lead(own)
        answered_by(own, LEAST_FORMS_FOR_TRAINERS - 3)
        answered_by(other, LEAST_FORMS_FOR_TRAINERS)
        _release(said(own, RELEASED), RELEASED)
        said(own, UNREAD)
        held = said(own, HELD)
        with transaction():
            comments.withhold(held, next(iter(WhyWithheld)), user_of(Role.OFFICE).id, clock.now())
        _release(said(other, ELSEWHERE), ELSEWHERE)
    return browser


def test_a_trainer_reads_what_was_released_of_their_course_alone(trainer):
    page = trainer.get("/registers")
    assert page.links["Read what people wrote about the courses you teach"] == PATH
    page = trainer.get(PATH)
    assert RELEASED in page.text
    for words in (UNREAD, HELD, ELSEWHERE, "Other course"):
        assert words not in page.text


def test_words_taken_back_are_gone(app, trainer):
    with app.app_context(), transaction():
        one = db.session.query(Comment).filter_by(released_text=RELEASED).one()
        comments.withhold(one.id, WhyWithheld.WITHDRAWN, user_of(Role.OFFICE).id, clock.now())
    assert RELEASED not in trainer.get(PATH).text


def test_too_few_forms_show_no_words(app, browser_of, day_after):
    browser, _ = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    with app.app_context():
        few = make_session()
        with transaction():
            let_lead(few)
        answered_by(few, LEAST_FORMS_FOR_TRAINERS - 2)
        _release(said(few, RELEASED), RELEASED)
        session_id = few.id
    assert RELEASED not in browser.get(PATH).text
    with app.app_context():
        answered_by(db.session.get_one(TrainingSession, session_id), 1)
    assert RELEASED in browser.get(PATH).text


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR])
def test_nobody_else_opens_the_page(browser_of, role):
    assert RELEASED not in browser_of(role).get(PATH, status=403).text


def test_whoever_leads_nothing_reads_nothing(trainer, browser_of):
    page = browser_of(Role.REVIEWER).get(PATH)
    assert "No words to read yet" in page.text and RELEASED not in page.text


def test_an_odd_year_in_the_address_is_the_newest_one(trainer):
    for asked in ("1999-00", "x", "2026-27"):
        assert RELEASED in trainer.get(f"{PATH}?year={asked}").text
