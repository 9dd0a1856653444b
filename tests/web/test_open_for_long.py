"""A form that needs no sign-in, sent with an old token or none: its page comes again, with all that was typed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser, Page, filled
from tests.registers.acts import DURING, ENDED, book_for, morning_session
from tests.web.lost import fields, key_of
from tests.world.signing_in import sign_in
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Comment, Rating, Response
from training_app.extensions import db
from training_app.installation import of
from training_app.web.failures import FROM_ELSEWHERE

LOST_NOTHING = "Nothing you wrote is lost: press “Send my answers” again."
SAID = f"This page had been open for long. {LOST_NOTHING}"
NOT_TOLD = f"We cannot tell that this form is yours. {LOST_NOTHING}"
NO_COOKIES = "Your browser keeps no cookies for this site, or has been closed since the page was opened"
SENT_ALREADY = "This form was sent from this browser already"
NOT_DONE = "Nothing was done."
WORDS = "  Ann said “more”\n& <b>slower</b> </textarea><script>x</script>"
TYPED = {
    "after_knowledge": "8", "looking_back_knowledge": "3", "words_better": WORDS,
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


def led_on(browser: Browser, page: Page) -> Page:
    while page.status in {302, 303}:
        page = browser.get(page.location, status=None)
    return page


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


@pytest.mark.parametrize(
    ("token", "said"),
    [("of long ago", SAID), ("none", NOT_TOLD), ("of no cookie", NO_COOKIES), ("x", NOT_TOLD), ("", NOT_TOLD)],
)
def test_feedback_by_the_code_comes_back_whole_and_is_stored_when_sent_again(
    app, browser, code, clock_here, token, said
):
    address, page = sent_late(browser, f"/e/{code}", TYPED, token, clock_here)
    assert said in page.text and page.heading == "How was it? About two minutes" and kept(app) == 0
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
    assert NOT_TOLD in page.text and fields(page, address)["words_better"] == WORDS


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
    assert page.heading.startswith("Thank you") and "slower" in page.text
    assert f"{SENT_ALREADY}, so what came just now was not saved." in page.text
    assert "You wrote: “y”" not in page.text  # a tick is no word
    del data["words_better"]
    page = browser.post(address, data, status=303)
    assert page.location == f"{address}/thank-you" and SENT_ALREADY in browser.follow(page).text


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
    assert late.heading == "Sign in" and NO_COOKIES in late.text


def test_buttons_alone(browser, browser_of, code):
    browser.get(f"/e/{code}")
    late = browser.post(f"/e/{code}/next", {}, status=400)
    assert late.heading == "How was it? About two minutes" and NOT_DONE in late.text
    assert "If you still want it" not in late.text  # the page of the button is not there any more
    person = browser_of(Role.PRACTITIONER)
    late = person.post("/sign-out", {}, status=400)
    assert NOT_DONE in late.text and "If you still want it, press “Sign out” again." in late.text
    assert person.get("/account").status == 200
    assert browser.post("/sign-out", {}, status=303).location == "/sign-in"


def test_signing_out_twice_ends_signed_out(browser_of):
    person = browser_of(Role.PRACTITIONER)
    token = {TOKEN: fields(person.get("/my"), "/sign-out")[TOKEN]}
    assert person.post("/sign-out", token).location == "/sign-in"
    again = person.post("/sign-out", token, status=303)
    assert again.location == "/sign-in"
    page = person.follow(again)
    assert page.heading == "Sign in" and page.text.count("You have signed out.") == 1


def test_signing_out_after_the_session_ran_out(browser, browser_of):
    person = browser_of(Role.PRACTITIONER)
    token = {TOKEN: fields(person.get("/my"), "/sign-out")[TOKEN]}
    person.client.delete_cookie("training")
    assert "You have signed out." in person.follow(person.post("/sign-out", token, status=303)).text


@pytest.mark.parametrize(("at", "leads_to"), [
    ("/sign-in", "/my"), ("/sign-in?next=/account", "/account"), ("/sign-in/code", "/my"),
    ("/sign-in/code/again", "/my"), ("/sign-in/details", "/my"),
])  # fmt: skip
def test_who_has_signed_in_meanwhile_is_told_so(browser_of, at, leads_to):
    person = browser_of(Role.PRACTITIONER)
    answer = person.post(at, {TOKEN: "of long ago", "email": "a@b.example", "code": "12 34"}, status=303)
    page = led_on(person, answer)
    assert page.response.request.path == leads_to and "You are signed in already." in page.text
    assert "not saved" not in page.text


def test_whose_second_step_is_due_is_led_there(app, browser_of):
    person = browser_of(Role.OFFICE)
    sign_in(person, key_of(app, Role.OFFICE), second_factor=False)
    page = led_on(person, person.post("/sign-in", {"email": "a@b.example"}, status=303))
    assert "Now comes the second step." in page.text and page.response.request.path.startswith("/second-factor")


def test_a_code_that_leads_nowhere_is_said_to(browser):
    late = browser.post("/e/ABCDEF", TYPED, status=400)
    assert "That code is not open" in late.text and "It was not saved" in late.text


def test_words_of_many_lines_and_odd_addresses_do_no_harm(browser):
    for at in ("/e/%00", "/e/%C3%A9%2541", "/e/..%2F", "/sign-in?next=%0d%0a", f"/e/{'x' * 500}"):
        with browser.app.app_context():
            answer = browser.client.post(at, data={"a": "\x00\ud7ff" * 50})
        assert answer.status_code in {400, 404, 405}


