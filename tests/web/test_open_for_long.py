"""A form that needs no sign-in, sent with an old token or none: its page comes again, with all that was typed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser, Page, filled
from tests.registers.acts import DURING, ENDED, book_for, morning_session
from tests.web.lost import fields
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Comment, Rating, Response
from training_app.extensions import db
from training_app.installation import of
from training_app.web.failures import FROM_ELSEWHERE

SAID = "This page had been open for long. Nothing you wrote is lost: press “Send my answers” again."
NOT_DONE = "That page had been open for long, so nothing was done."
WORDS = "  Ann said “more”\n& <b>slower</b> </textarea><script>x</script>"
TYPED = {
    "who": "ann@school.example", "after_knowledge": "8", "looking_back_knowledge": "3", "words_better": WORDS,
    "may_quote": "y",
}
TOKEN = "csrf_token"


@pytest.fixture(autouse=True)
def clock_here() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ENDED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def code(app: Flask) -> str:
    with app.app_context(), transaction():
        session = morning_session(capacity=2)
        book_for(session, "Ann", email="ann@school.example")
        return room.make_code(session.id, actor_id=None, now=DURING)


def kept(app: Flask) -> int:
    with app.app_context():
        return sum(db.session.query(model).count() for model in (Response, Rating, Comment))


def sent_late(browser: Browser, at: str, typed: dict[str, str], token: str, clock_here) -> tuple[str, Page]:
    """What the form sends with this kind of token, and the answer."""
    address, data = filled(browser.get(at), typed, action=at)
    if token == "of long ago":
        clock_here.shift(timedelta(hours=13))
    elif token == "none":
        data.pop(TOKEN)
    elif token == "of no cookie":
        browser.client.delete_cookie("training")
    else:
        data[TOKEN] = token
    return address, browser.post(address, data, status=400)


@pytest.mark.parametrize("token", ["of long ago", "none", "of no cookie", "x", ""])
def test_feedback_by_the_code_comes_back_whole_and_is_stored_when_sent_again(app, browser, code, clock_here, token):
    address, page = sent_late(browser, f"/e/{code}", TYPED, token, clock_here)
    assert SAID in page.text and page.heading == "How was it? About two minutes" and kept(app) == 0
    again = fields(page, address)
    assert {name: again.get(name) for name in TYPED} == TYPED
    assert "<script>x" not in page.response.get_data(as_text=True)
    done = browser.post(address, again)
    assert done.location == f"/e/{code}/thank-you" and kept(app) > 0


def test_nothing_of_it_is_written_to_disk(app, browser, code, clock_here):
    sent_late(browser, f"/e/{code}", TYPED, "none", clock_here)
    assert not of(app).settings.kept_folder.exists()
    assert browser.client.get_cookie("typed") is None


def test_someone_signed_in_gets_the_same(app, browser_of, code, clock_here):
    person = browser_of(Role.PRACTITIONER)
    address, page = sent_late(person, f"/e/{code}", TYPED, "none", clock_here)
    assert SAID in page.text and fields(page, address)["words_better"] == WORDS


def test_what_another_site_sends_fills_nothing(browser, code):
    with browser.app.app_context():
        answer = browser.client.post(f"/e/{code}", data=TYPED, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 400
    page = browser.read(answer)
    assert page.heading == FROM_ELSEWHERE.heading and "Ann said" not in page.text


def test_of_a_form_that_has_closed_the_words_are_shown(browser, code, clock_here):
    address, data = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    clock_here.shift(timedelta(days=60))
    page = browser.post(address, data, status=400)
    assert "This form has closed" in page.text and "It was not saved" in page.text and "& <b>slower</b>" in page.text


def test_who_has_sent_already_reads_that_and_what_was_not_saved(browser, code):
    address, data = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    browser.post(address, data)
    data[TOKEN] = "of long ago"
    page = browser.post(address, data, status=400)
    assert page.heading.startswith("Thank you") and "It was not saved" in page.text and "slower" in page.text


@pytest.mark.parametrize(
    ("at", "typed", "button"),
    [("/e", {"code": "ABC"}, "Go to the form"), ("/sign-in", {"email": "a@b.example"}, "Email me a code"),
     ("/sign-in?next=/my", {"email": "a@b.example"}, "Email me a code")],
)
@pytest.mark.parametrize("token", ["of long ago", "none"])
def test_its_brothers(browser, clock_here, at, typed, button, token):
    address, page = sent_late(browser, at, typed, token, clock_here)
    assert f"Nothing you wrote is lost: press “{button}” again." in page.text
    again = fields(page, address)
    assert typed.items() <= again.items() and again[TOKEN]


def test_a_sign_in_code_that_comes_late(browser, clock_here):
    browser.send(browser.get("/sign-in"), {"email": "a@b.example"})
    page = browser.get("/sign-in/code")
    late = browser.post("/sign-in/code", {"code": "12 34"}, status=400)
    assert "press “Sign in” again." in late.text and fields(late, "/sign-in/code")["code"] == "12 34"
    late = browser.post("/sign-in/code/again", {}, status=400)
    assert late.heading == "Enter your code" and NOT_DONE in late.text
    browser.client.delete_cookie("training")
    late = browser.send(page, {"code": "12 34"}, action="/sign-in/code", status=400)
    assert late.heading == "Sign in" and "open for long" in late.text


def test_buttons_alone(browser, browser_of, code):
    late = browser.post(f"/e/{code}/next", {}, status=400)
    assert late.heading == "How was it? About two minutes" and NOT_DONE in late.text
    person = browser_of(Role.PRACTITIONER)
    late = person.post("/sign-out", {}, status=400)
    assert NOT_DONE in late.text and "Sign out" in late.text
    assert person.get("/account").status == 200
    assert NOT_DONE in browser.post("/sign-out", {}, status=400).text


def test_a_code_that_leads_nowhere_is_said_to(browser):
    late = browser.post("/e/ABCDEF", TYPED, status=400)
    assert "That code is not open" in late.text and "It was not saved" in late.text


def test_words_of_many_lines_and_odd_addresses_do_no_harm(browser):
    for at in ("/e/%00", "/e/%C3%A9%2541", "/e/..%2F", "/sign-in?next=%0d%0a", f"/e/{'x' * 500}"):
        with browser.app.app_context():
            answer = browser.client.post(at, data={"a": "\x00\ud7ff" * 50})
        assert answer.status_code in {400, 404, 405}


