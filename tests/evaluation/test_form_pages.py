"""The form as a person meets it: without JavaScript, on a phone, sent once, nothing lost."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.browser import XHTML, Browser
from tests.evaluation.answers import CLOSED, ENDED, NEXT_DAY, answered_by
from tests.guards import words_of
from tests.world.programme import make_session
from tests.world.registers import make_mark
from tests.world.signing_in import sign_in, user_of
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands.versions import new_version
from training_app.evaluation.models import Comment, Publication, Rating, Response
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.registers.models import AttendanceMark
from training_app.registers.rules.marks import Mark


def address(session_id: int) -> str:
    return f"/sessions/{session_id}/evaluation"


def test_the_form_asks_three_ratings_looking_back_and_three_questions_in_words(participant):
    browser, session_id = participant
    page = browser.get(address(session_id))
    legends = [words_of(one) for one in page.tree.iter(f"{XHTML}legend")]
    assert legends == [
        "Your knowledgeKnowing the signs that a child may not be safe",
        "Your skillsActing on a worry: talking, recording, referring",
        "Your confidenceDoing it in your own job, tomorrow",
        "Your knowledge, before the session", "Your skills, before the session",
        "Your confidence, before the session",
    ]
    radios = [one for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "radio"]
    assert len(radios) == 6 * 11, "ten numbers and “I’d rather not say”"
    assert not any(one.get("checked") is not None for one in radios), "nothing is chosen for people"
    headings = [words_of(one) for one in page.tree.iter(f"{XHTML}h2")]
    assert headings == ["Before, as you see it now (optional)", "In your words (optional)"]
    boxes = list(page.tree.iter(f"{XHTML}textarea"))
    assert len(boxes) == 3
    assert page.text.count("if a child is at risk, use the link at the foot of this page") == 1, "once is enough"
    (consent,) = [one for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "checkbox"]
    assert consent.get("checked") is None


def test_it_is_sent_once_and_says_what_happens_next(app, participant):
    browser, session_id = participant
    page = browser.get(address(session_id))
    typed = {
        "after_knowledge": 8, "after_skills": "", "looking_back_knowledge": 5,
        "words_better": "More time for <questions>", "may_quote": "y",
    }
    sent = browser.send(page, typed)
    thanks = browser.follow(sent)
    assert thanks.heading == "Thank you"
    assert "What happens next" in thanks.text
    with app.app_context():
        assert sorted(one.value for one in db.session.scalars(select(Rating))) == [5, 8]
        comment = db.session.scalars(select(Comment)).one()
        assert (comment.text, comment.may_quote) == ("More time for <questions>", True)
    # The same form once more: a double tap, or Back and again.
    again = browser.follow(browser.send(page, typed))
    assert (again.heading, again.text) == (thanks.heading, thanks.text)
    # Other answers, from another window: the first stand, and the person is told and shown what they wrote.
    other = browser.send(page, typed | {"after_knowledge": 1, "words_better": "Fewer slides"}, status=409)
    assert other.heading == "We already have your answers"
    assert "is not kept" in other.text and "Fewer slides" in other.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 2
    assert browser.get(address(session_id)).heading == "We already have your answers"


def test_nothing_typed_shows_in_an_address_or_a_log(participant, caplog):
    browser, session_id = participant
    with caplog.at_level(logging.DEBUG):
        sent = browser.send(browser.get(address(session_id)), {"words_better": "kumquat", "after_skills": 9})
        browser.follow(sent)
    assert sent.location == f"{address(session_id)}/thank-you"
    assert "kumquat" not in caplog.text
    assert not browser.client.get_cookie("training") or "kumquat" not in str(browser.client.get_cookie("training"))


def test_an_empty_form_is_refused_kindly_and_keeps_the_consent(app, participant):
    browser, session_id = participant
    page = browser.send(browser.get(address(session_id)), {"may_quote": "y", "words_better": "   "}, status=422)
    title = words_of(page.tree.find(f".//{XHTML}title"))
    assert title.startswith("Error: ")
    assert page.links["Answer at least one question, or leave this page: nothing has to be answered"] == (
        "#after_knowledge"
    )
    (consent,) = [one for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "checkbox"]
    assert consent.get("checked") is not None
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 0


def test_after_an_error_everything_typed_is_still_there(app, participant):
    browser, session_id = participant
    typed = {
        "after_knowledge": 8, "after_skills": "", "after_confidence": 12, "looking_back_skills": 3,
        "words_better": "y" * 4001, "words_most_useful": "Talking “it” over & <over>", "may_quote": "y",
    }
    page = browser.send(browser.get(address(session_id)), typed, status=422)
    assert page.links["Choose a number from 1 to 10, or leave it out"] == "#after_confidence"
    assert page.links["Use 4,000 characters or fewer"] == "#words_better"
    checked = {
        (one.get("name"), one.get("value"))
        for one in page.tree.iter(f"{XHTML}input")
        if one.get("checked") is not None
    }
    assert checked == {
        ("after_knowledge", "8"), ("after_skills", ""), ("looking_back_skills", "3"), ("may_quote", "y")
    }
    boxes = {one.get("name"): (one.text or "").strip() for one in page.tree.iter(f"{XHTML}textarea")}
    assert boxes["words_better"] == "y" * 4001
    assert boxes["words_most_useful"] == "Talking “it” over & <over>"
    put_right = browser.send(page, {"after_confidence": 10, "words_better": "Time"})
    assert browser.follow(put_right).heading == "Thank you"


@pytest.mark.parametrize("sent", ["8.5", "-1", "ten", "0", "999999999999", "８", "8 or 9"])
def test_only_whole_numbers_of_the_row_are_taken(participant, sent):
    browser, session_id = participant
    page = browser.send(browser.get(address(session_id)), {"after_knowledge": sent}, status=422)
    assert "Choose a number from 1 to 10, or leave it out" in page.text


@pytest.mark.parametrize(
    ("now", "heading", "says"),
    [
        (
            ENDED - timedelta(minutes=1), "This form opens after the session",
            "11 June 2026 at 4pm until 9 July 2026 at 4pm",
        ),
        (CLOSED, "This form has closed", "It closed on 9 July 2026 at 4pm"),
    ],
)
def test_outside_the_window_it_says_when(participant, day_after, now, heading, says):
    browser, session_id = participant
    day_after.move_to(now)
    sign_in_again(browser)
    page = browser.get(address(session_id))
    assert page.heading == heading and says in page.text


def test_a_form_open_while_the_window_closes_is_not_taken(app, participant, day_after):
    browser, session_id = participant
    day_after.move_to(CLOSED - timedelta(minutes=1))
    sign_in_again(browser)
    page = browser.get(address(session_id))
    day_after.move_to(CLOSED)
    assert browser.send(page, {"after_knowledge": 8}, status=409).heading == "This form has closed"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 0


def sign_in_again(browser: Browser) -> None:
    """A sign-in lasts some hours, and the clock was moved further."""
    sign_in(browser, f"key-of-{Role.PRACTITIONER}")


def test_a_person_the_register_does_not_name_is_told_why(app, browser_of, participant):
    _, session_id = participant
    for role in (Role.COORDINATOR, Role.OFFICE):
        stranger = browser_of(role)
        page = stranger.get(address(session_id))
        assert page.heading == "This form is for people who came"
        assert page.links["Ask the business office"] == "/contact"
        assert stranger.follow(stranger.get(f"{address(session_id)}/thank-you", status=302)).heading == page.heading


def test_a_form_open_while_the_mark_is_corrected_is_not_taken(app, participant):
    browser, session_id = participant
    page = browser.get(address(session_id))
    with app.app_context(), transaction():
        db.session.scalars(select(AttendanceMark)).one().mark = Mark.ABSENT
    assert browser.send(page, {"after_knowledge": 8}, status=409).heading == "This form is for people who came"


def test_a_sign_in_without_a_person_is_told_the_same(app, participant):
    browser, session_id = participant
    page = browser.get(address(session_id))
    with app.app_context(), transaction():
        user_of(Role.PRACTITIONER).person = None
    assert browser.get(address(session_id)).heading == "This form is for people who came"
    assert browser.send(page, {"after_knowledge": 8}, status=409).heading == "This form is for people who came"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.parametrize(
    ("session_is", "heading"),
    [
        ({"evaluation_mode": EvaluationMode.SEPARATE}, "This session has a form of its own"),
        ({"evaluation_mode": EvaluationMode.NONE}, "This session has no evaluation"),
        ({"status": SessionStatus.CANCELLED}, "This session was cancelled"),
    ],
)
def test_a_session_not_evaluated_here_has_no_form(app, participant, session_is, heading):
    browser, _ = participant
    with app.app_context(), transaction():
        session = make_session("Neglect", **session_is)
        make_mark(session, user_of(Role.PRACTITIONER).person)
        session_id = session.id
    page = browser.get(address(session_id))
    assert page.heading == heading
    assert not [one for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "radio"]


def test_drafts_and_sessions_that_do_not_exist_are_not_found(app, participant):
    browser, session_id = participant
    with app.app_context(), transaction():
        db.session.get_one(TrainingSession, session_id).status = SessionStatus.DRAFT
    browser.get(address(session_id), status=404)
    browser.get(address(987654), status=404)
    browser.get(f"{address(987654)}/thank-you", status=404)


def test_without_a_sign_in_it_leads_to_the_sign_in_and_takes_nothing(browser: Browser, participant):
    _, session_id = participant
    assert browser.get(address(session_id), status=302).location.startswith("/sign-in?next=")
    assert browser.get(f"{address(session_id)}/thank-you", status=302).location.startswith("/sign-in?next=")
    browser.post(address(session_id), {"after_knowledge": "8"}, status=400)


def test_the_eighth_form_publishes_the_session(app, participant):
    browser, session_id = participant
    with app.app_context():
        answered_by(db.session.get_one(TrainingSession, session_id), 7, now=NEXT_DAY)
        assert db.session.scalar(select(func.count()).select_from(Publication)) == 0
    browser.send(browser.get(address(session_id)), {"after_knowledge": 9})
    with app.app_context():
        assert db.session.scalars(select(Publication)).one().forms == 8


def test_a_question_that_changed_while_the_page_was_open_is_taken_as_it_was_asked(app, participant):
    browser, session_id = participant
    page = browser.get(address(session_id))
    with app.app_context(), transaction():
        new_version("standard", {}, leave_out=["skills"], actor_id=None, now=NEXT_DAY)
    browser.send(page, {"after_skills": 6})
    assert browser.get(address(session_id)).heading == "We already have your answers"
    with app.app_context():
        response = db.session.scalars(select(Response)).one()
        assert response.version_id == 1 and [one.value for one in response.ratings] == [6]
