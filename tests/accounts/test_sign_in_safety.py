"""What sign-in gives away, and what it lets through: nothing."""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from tests.accounts.letters import another_code, ask, enter, latest_code, letters_to
from tests.browser import Browser, Page
from tests.world.signing_in import make_user_with_role
from training_app import clock
from training_app.accounts.models import SignInCode, User
from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.sign_in import TRIES
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person

KNOWN, UNKNOWN = "administrator@agency.example", "stranger-at-large@agency.ex"
# And where an address may end a line, which the two have in different places.
RANDOM_PARTS = re.compile(r'nonce="[^"]*"|name="csrf_token"[^>]*>|<wbr>')


def _everything_said(app: Flask, address: str) -> list[tuple[int, str, str, list[tuple[str, str]]]]:
    """All that a visitor sees while asking for a code and mistyping it, with the random parts taken out."""
    browser = Browser(app)
    first = browser.get("/sign-in?next=/account")
    sent = browser.send(first, {"email": address})
    asked = browser.follow(sent)
    wrong = enter(browser, asked, another_code(latest_code(app, address)), status=422)
    again = browser.send(asked, action="/sign-in/code/again")
    seen = [first, sent, asked, wrong, again, browser.follow(again)]
    return [
        (
            page.status,
            page.response.headers.get("Location", ""),
            RANDOM_PARTS.sub("", page.response.get_data(as_text=True)).replace(address, "ADDRESS"),
            sorted(
                (k, v)
                for k, v in page.response.headers
                if k not in {"Set-Cookie", "Content-Security-Policy", "Date", "Content-Length"}
            ),
        )
        for page in seen
    ]


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(app: Flask) -> None:
    make_user_with_role(app, Role.OFFICE)
    assert _everything_said(app, KNOWN) == _everything_said(app, UNKNOWN)


def test_asking_looks_nobody_up(app: Flask, browser: Browser) -> None:
    """The path is the same too: neither users nor people are read before the code is right."""
    make_user_with_role(app, Role.OFFICE)
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def heard(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        page = ask(browser, KNOWN)
        enter(browser, page, another_code(latest_code(app, KNOWN)), status=422)
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    assert [one for one in statements if "sign_in_code" in one]
    assert not [one for one in statements if re.search(r'FROM "?(user|person)\b', one)]


def test_five_wrong_tries_and_the_right_code_comes_too_late(app: Flask, browser: Browser) -> None:
    page = ask(browser, UNKNOWN)
    code = latest_code(app, UNKNOWN)
    for left in range(TRIES - 1, 0, -1):
        page = enter(browser, page, another_code(code), status=422)
        assert f"You have {left} {'try' if left == 1 else 'tries'} left" in page.text
    page = enter(browser, page, another_code(code), status=422)
    assert "That was the last try" in page.text
    page = enter(browser, page, code, status=422)
    assert "That was the last try" in page.text
    page = browser.follow(browser.send(page, action="/sign-in/code/again"))
    assert browser.follow(enter(browser, page, latest_code(app, UNKNOWN))).heading == "Finish your details"


def test_letters_instead_of_digits_cost_no_try(app: Flask, browser: Browser) -> None:
    page = ask(browser, UNKNOWN)
    for typed in ("", "12345", "abcdef"):
        page = enter(browser, page, typed, status=422)
        assert "six digits" in page.text
    with app.app_context():
        assert db.session.query(SignInCode).one().tries_left == TRIES


@pytest.mark.parametrize(("minutes", "let_in"), [(9.9, True), (10, False), (60 * 24 * 3, False)])
def test_a_code_lives_ten_minutes(app: Flask, browser: Browser, minutes: float, let_in: bool) -> None:
    asked_at = datetime.fromisoformat("2026-11-22T10:00:00+00:00")
    with time_machine.travel(asked_at, tick=False) as traveller:
        page = ask(browser, UNKNOWN)
        code = latest_code(app, UNKNOWN)
        assert "until 10:10am" in letters_to(app, UNKNOWN)[0].get_body().get_content()
        traveller.move_to(asked_at + timedelta(minutes=minutes))
        if let_in:
            assert browser.follow(enter(browser, page, code)).heading == "Finish your details"
            return
        page = _posted(browser, page, code)
        assert page.status != 302 or page.location.startswith("/sign-in")
        browser.get("/account", status=302)


def _posted(browser: Browser, page: Page, code: str) -> Page:
    """The form sent from a page that lay open: that its session has ended is an answer too."""
    token = (
        page.response.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    )
    with browser.app.app_context():
        response = browser.client.post("/sign-in/code", data={"code": code, "csrf_token": token})
    return Page(response, None)


def test_a_code_opens_one_door_once(app: Flask, browser: Browser) -> None:
    make_user_with_role(app, Role.OFFICE)
    page = ask(browser, KNOWN)
    with browser.client.session_transaction() as cookie:
        before = dict(cookie)
    code = latest_code(app, KNOWN)
    enter(browser, page, code)
    assert browser.get("/second-factor/start").heading == "Set up an authenticator app"

    replay = Browser(app)
    with replay.client.session_transaction() as cookie:
        cookie.update(before)
    answer = _posted(replay, page, code)
    assert answer.status == 302 and answer.location.startswith("/sign-in")
    replay.get("/account", status=302)
    replay.follow(replay.get("/sign-in/details", status=302))
    assert replay.get("/second-factor/start", status=302).location.startswith("/sign-in")


def test_details_cannot_be_given_twice_for_one_code(app: Flask, browser: Browser) -> None:
    page = ask(browser, UNKNOWN)
    enter(browser, page, latest_code(app, UNKNOWN))
    with browser.client.session_transaction() as cookie:
        before = dict(cookie)
    details = browser.get("/sign-in/details")
    given = {"name": "Ada", "agency": 1, "post_title": "Nurse"}
    browser.send(details, given)
    replay = Browser(app)
    with replay.client.session_transaction() as cookie:
        cookie.update(before)
    assert replay.get("/sign-in/details", status=302).location == "/sign-in"
    assert replay.send(details, given | {"name": "Mallory"}).location == "/sign-in"
    replay.get("/account", status=302)
    with app.app_context():
        assert db.session.query(Person).one().name == "Ada"


def test_a_shown_code_is_proof_for_an_hour_only(app: Flask, browser: Browser) -> None:
    now = datetime.fromisoformat("2026-11-22T10:00:00+00:00")
    with time_machine.travel(now, tick=False) as traveller:
        enter(browser, ask(browser, UNKNOWN), latest_code(app, UNKNOWN))
        traveller.move_to(now + timedelta(minutes=59))
        browser.get("/sign-in/details")
        traveller.move_to(now + timedelta(minutes=60))
        browser.get("/sign-in/details", status=302)


def test_a_code_works_only_in_the_browser_that_asked(app: Flask) -> None:
    """Someone talked into reading out their code has opened nothing: the other browser asked for another."""
    make_user_with_role(app, Role.OFFICE)
    owner, other = Browser(app), Browser(app)
    ask(other, UNKNOWN)
    page = other.get("/sign-in/code")
    ask(owner, KNOWN)
    enter(other, page, latest_code(app, KNOWN), status=422)
    nobody = Browser(app)
    nobody.get("/sign-in/code", status=302)
    with app.app_context():
        asked = db.session.query(SignInCode).filter_by(email=KNOWN).one()
        assert asked.used_at is None and asked.tries_left == TRIES


def test_asking_anew_kills_the_code_before_of_this_browser_alone(app: Flask) -> None:
    first, second = Browser(app), Browser(app)
    page = ask(first, UNKNOWN)
    code = latest_code(app, UNKNOWN)
    asked = ask(second, UNKNOWN)
    before = latest_code(app, UNKNOWN)
    asked = second.follow(second.send(asked, action="/sign-in/code/again"))
    enter(second, asked, before, status=422)
    assert "It works once, for 10 minutes, in this browser only" in page.text
    assert first.follow(enter(first, page, code)).heading == "Finish your details"


def test_a_cookie_of_a_closed_user_is_nobodys(app: Flask, browser_of: Callable[[Role], Browser]) -> None:
    browser = browser_of(Role.OFFICE)
    browser.get("/account")
    with app.app_context(), transaction():
        db.session.query(User).one().closed_at = clock.now()
    browser.get("/account", status=302)


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/sign-in/code",
        "/sign-out",
    ],
)
def test_next_leads_nowhere_else(app: Flask, browser: Browser, where: str) -> None:
    make_user_with_role(app, Role.OFFICE)
    first = browser.client.get("/sign-in", query_string={"next": where.replace("%09", "\t")})
    assert first.status_code == 200
    page = browser.read(first)
    page = browser.follow(browser.send(page, {"email": KNOWN}))
    done = enter(browser, page, latest_code(app, KNOWN))
    assert done.location == "/second-factor"


@pytest.mark.parametrize(
    "address",
    [
        "/sign-in",
        "/sign-in?next=/account",
        "/sign-in/code",
        "/sign-in/details",
        "/sign-in/code/again",
        "/sign-out",
        "/account",
        "/account/sign-out-everywhere",
        "/demo/roles/1",
    ],
)
def test_opening_an_address_changes_nothing(app: Flask, browser: Browser, address: str) -> None:
    """Mail gateways open links and press on: GET and HEAD send nothing, spend nothing, sign nobody out."""
    page = ask(browser, UNKNOWN)
    before = _dump(app)
    for method in ("GET", "HEAD", "OPTIONS"):
        with app.app_context():
            browser.client.open(address, method=method)
    assert _dump(app) == before
    assert browser.follow(enter(browser, page, latest_code(app, UNKNOWN))).heading == "Finish your details"


def _dump(app: Flask) -> dict[str, list[object]]:
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in db.metadata.sorted_tables
        }


def test_the_database_never_holds_a_code_once_its_letter_has_left(app: Flask, browser: Browser) -> None:
    ask(browser, UNKNOWN)
    code = latest_code(app, UNKNOWN)
    everything = repr(_dump(app))
    assert code not in everything and code.replace(" ", "") not in everything
    with app.app_context():
        letter = db.session.query(Letter).one()
        assert letter.sealed and letter.body == ""


def test_the_network_is_kept_as_a_hash_only(app: Flask, browser: Browser) -> None:
    ask(browser, UNKNOWN)
    assert "127.0.0.1" not in repr(_dump(app))


def test_no_address_is_in_a_url_or_a_log(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    make_user_with_role(app, Role.OFFICE)
    with caplog.at_level(logging.DEBUG):
        sent = browser.send(browser.get("/sign-in"), {"email": KNOWN})
        page = browser.follow(sent)
        wrong = enter(browser, page, another_code(latest_code(app, KNOWN)), status=422)
        done = enter(browser, wrong, latest_code(app, KNOWN))
    assert "administrator" not in sent.location + done.location
    assert "administrator@" not in caplog.text
    assert latest_code(app, KNOWN) not in caplog.text


def test_signing_in_begins_a_new_session(app: Flask, browser: Browser) -> None:
    """Whatever was put into a visitor's cookie before they signed in is not theirs afterwards."""
    make_user_with_role(app, Role.OFFICE)
    page = ask(browser, KNOWN)
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "by someone else"
        token = cookie["csrf_token"]
    enter(browser, page, latest_code(app, KNOWN))
    browser.get("/second-factor/start")
    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie and "sign_in_code" not in cookie
        assert cookie["csrf_token"] != token


def test_a_letter_that_cannot_leave_is_said_so_and_stays_queued(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training_app.accounts.views.sign_in.deliver_now", lambda letter_id: False)
    page = ask(browser, UNKNOWN)
    assert page.heading == "Enter your code" and "The email has not left yet" in page.text
    with app.app_context():
        assert db.session.query(Letter).one().body


def test_a_forged_form_is_refused(app: Flask, browser: Browser) -> None:
    page = browser.post("/sign-in", {"email": UNKNOWN}, status=400)
    assert page.heading == "Sign in" and "press “Email me a code” again" in page.text
    with app.app_context():
        assert db.session.query(SignInCode).count() == 0


def test_a_borrowed_cookie_names_no_user(app: Flask, browser: Browser) -> None:
    make_user_with_role(app, Role.OFFICE)
    with app.app_context():
        user_id = db.session.query(User).one().id
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = str(user_id)
    browser.get("/account", status=302)
