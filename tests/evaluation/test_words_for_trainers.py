"""Released words reach the trainers of the course, mixed by course and year, and nobody who teaches another one."""

import pytest

from tests.evaluation.answers import NEXT_DAY, after, answer, answered_by, attendee, said
from tests.guards import XHTML, words_of
from tests.registers.acts import let_lead
from tests.world.programme import make_session
from tests.world.signing_in import user_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import comments
from training_app.evaluation.commands.versions import new_version
from training_app.evaluation.models import Comment
from training_app.evaluation.queries.comments import number_of_words_for_trainer, words_for_trainer
from training_app.evaluation.rules.answers import LEAST_FORMS_FOR_TRAINERS, WhyWithheld
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.business_year import BusinessYear

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


@pytest.fixture
def many(app, browser_of, day_after):
    """Two courses with 13 people each who answered every question in words, all of it released in a shuffled order."""
    browser, _ = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    with app.app_context():
        for title in ("Working Together", "Attachment"):
            session = make_session(title)
            with transaction():
                let_lead(session)
            for number in range(13):
                words = {key: f"{title} {key} {number:02}" for key in QUESTIONS}
                answer(session, attendee(session), after(words=words, may_quote=True))
        for one in sorted(db.session.query(Comment).all(), key=lambda one: one.public_id.hex[::-1]):
            _release(one.id, one.text)
    return browser


QUESTIONS = {
    "do_differently": "What will you do differently?", "most_useful": "What was most useful?",
    "better": "What would have made it better?",
}


def read_on(browser) -> list[tuple[str, str, str]]:
    """Course, question and words of every comment, over all the pages as they stand."""
    read, at = [], PATH
    while at:
        page = browser.get(at)
        title = question = ""
        for one in page.tree.iter(f"{XHTML}h2", f"{XHTML}h3", f"{XHTML}blockquote"):
            words = words_of(one)
            if one.tag.endswith("h2"):
                title = words
            elif one.tag.endswith("h3"):
                question = words
            else:
                read.append((title, question, words))
        at = page.links.get("Next page of comments")
    return read


def test_words_stand_by_course_and_by_the_questions_place_in_the_form_over_all_pages(app, many):
    read = read_on(many)
    assert len(read) == len(set(read)) == 2 * 3 * 13
    headings = list(dict.fromkeys((title, question) for title, question, _ in read))
    courses = ("Attachment, 2026-27", "Working Together, 2026-27")
    assert headings == [(course, question) for course in courses for question in QUESTIONS.values()]
    assert read == read_on(many), "the same at each look"


def test_within_a_question_neither_time_nor_alphabet_orders_them(app, many):
    read = [words for title, question, words in read_on(many) if title.startswith("Attach") and "better" in question]
    with app.app_context():
        named = {one.released_text: one.public_id.hex for one in db.session.query(Comment).all()}
        arrived = [one.released_text for one in db.session.query(Comment).order_by(Comment.id) if one.text in read]
    assert read == sorted(read, key=named.__getitem__) and read != arrived


def test_a_question_that_moved_in_the_next_version_has_one_heading(app, many):
    with app.app_context():
        with transaction():
            new_version("standard", {}, leave_out=["knowledge", "do_differently"], actor_id=None, now=NEXT_DAY)
        session = db.session.query(TrainingSession).first()
        answer(session, attendee(session), after(words={"better": "Later", "most_useful": "On"}, may_quote=True))
        for one in db.session.query(Comment).filter(Comment.text.in_(["Later", "On"])).all():
            _release(one.id, one.text)
    headings = [one[:2] for one in read_on(many)]
    runs = [one for one, before in zip(headings, [None, *headings], strict=False) if one != before]
    assert len(runs) == len(set(runs)) == 6


def test_only_one_page_of_them_is_read(app, many):
    year = BusinessYear(2026)
    with app.app_context():
        user_id = user_of(Role.TRAINER).id
        assert number_of_words_for_trainer(user_id, year) == 78
        read = words_for_trainer(user_id, year, first=70, most=20)
        assert len(read) == 8 and read == words_for_trainer(user_id, year, first=0, most=78)[70:]


@pytest.mark.parametrize(
    ("role", "to", "said_there"),
    [(Role.TRAINER, "/registers", "My sessions"), (Role.OFFICE, "/registers", "Registers"),
     (Role.REVIEWER, "/impact", "Impact")],
)
def test_the_way_back_leads_to_a_page_and_no_old_address(browser_of, role, to, said_there):
    browser = browser_of(role)
    back = next(
        one for one in browser.get(PATH).tree.iter(f"{XHTML}a") if "govuk-back-link" in (one.get("class") or "")
    )
    assert (back.get("href"), words_of(back)) == (to, said_there)
    assert browser.get(to).status == 200
