"""How many codes may be asked for and guessed at: counted in rows, alike for every address, and nobody is shut out."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.accounts.letters import another_code, ask, code_in, enter, latest_code, letters_to
from tests.browser import Browser, Page, watched
from tests.world.signing_in import email_of, make_user_with_role
from training_app import clock
from training_app.accounts.commands import codes
from training_app.accounts.models import SignInCode
from training_app.accounts.rules import sign_in
from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.sign_in import (
    CODES_A_DAY,
    CODES_AT_ONCE,
    CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER,
    LETTERS_A_MINUTE,
    LONG_PAUSE,
    LONGEST_DELAY,
    PAUSE,
    TRIES,
    WRONG_TRIES_PER_EMAIL,
    WRONG_TRIES_PER_NETWORK,
)
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.delivery import deliver_due

EMAIL = "niamh@agency.example"
COUNCIL, HOME = "192.0.2.1", "198.51.100.7"
WORDS = {"secret_key": "k" * 32, "site_name": "Site"}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(datetime.fromisoformat("2026-11-23T09:00:00+00:00"), tick=False) as traveller:
        yield traveller


def _at(app: Flask, network: str) -> Browser:
    browser = Browser(app)
    browser.client.environ_base["REMOTE_ADDR"] = network
    return browser


def _asks(browser: Browser, email: str = EMAIL) -> Page | None:
    """The page that asks for the code; None where another has to wait."""
    with browser.app.app_context():
        page = browser.client.get("/sign-in")
    sent = browser.post("/sign-in", {"email": email, "csrf_token": _token(browser.read(page))}, status=None)
    return browser.follow(sent) if sent.status == 302 else None


def _token(page: Page) -> str:
    return str(page.tree.xpath("//*[@name='csrf_token']/@value")[0])


def _guesses(browser: Browser, page: Page, email: str = EMAIL, times: int = TRIES) -> int:
    """Types wrong codes; how many of them were tried."""
    wrong, before = another_code(latest_code(browser.app, email)), _tries(browser.app)
    for _ in range(times):
        enter(browser, page, wrong, status=422)
    return _tries(browser.app) - before


def _tries(app: Flask) -> int:
    with app.app_context():
        return sum(TRIES - code.tries_left for code in db.session.query(SignInCode))


def _comes_in(browser: Browser, email: str = EMAIL) -> bool:
    page = _asks(browser, email)
    if page is None:
        return False
    return browser.follow(enter(browser, page, latest_code(browser.app, email))).heading == "Finish your details"


def test_a_hundred_and_forty_wrong_ones_shut_nobody_else_of_the_council_out(app: Flask):
    tried = 0
    for number in range(28):
        mischief, email = _at(app, COUNCIL), f"person{number}@council.example"
        page = _asks(mischief, email)
        assert page
        tried += _guesses(mischief, page, email)
    assert WRONG_TRIES_PER_NETWORK <= tried < WRONG_TRIES_PER_NETWORK + 28
    assert _comes_in(_at(app, COUNCIL))


def test_guessers_leave_a_code_one_try_and_its_page_says_so(app: Flask):
    for number in range(WRONG_TRIES_PER_EMAIL // TRIES):
        guesser = _at(app, f"203.0.113.{number}")
        _guesses(guesser, _asks(guesser))
    owner = _at(app, HOME)
    page = _asks(owner)
    assert "so you have one try" in page.text
    right = latest_code(app, EMAIL)
    page = enter(owner, page, another_code(right), status=422)
    assert "That was the last try" in page.text
    assert "That was the last try" in enter(owner, page, right, status=422).text
    assert _comes_in(owner)


def test_three_hundred_guesses_from_sixty_networks_are_not_taken(app: Flask):
    tried = 0
    for number in range(60):
        guesser = _at(app, f"203.0.113.{number}")
        page = _asks(guesser)
        tried += _guesses(guesser, page) if page else 0
    assert tried <= WRONG_TRIES_PER_EMAIL + CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER
    assert len(letters_to(app, EMAIL)) == CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER


def test_thirty_asked_for_from_six_networks_shut_their_owner_out_nowhere(app: Flask):
    own = _at(app, COUNCIL)
    assert _comes_in(own)
    _finish(own)
    for number in range(6):
        for _ in range(CODES_AT_ONCE):
            _asks(_at(app, f"203.0.113.{number}"))
    sent = len(letters_to(app, EMAIL))
    assert sent < 20
    assert _asks(own)
    elsewhere = _at(app, HOME)
    page = _asks(elsewhere)
    assert page and enter(elsewhere, page, latest_code(app, EMAIL)).location == "/my"


def test_thirty_networks_make_no_other_wait_for_longer_than_a_minute(app: Flask, morning):
    for number in range(CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER):
        _asks(_at(app, f"203.0.113.{number}"))
    morning.shift(timedelta(minutes=1))
    assert _comes_in(_at(app, HOME))


def test_all_of_a_site_of_ipv6_is_one_network(app: Flask):
    for number in range(CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER):
        _asks(_at(app, f"2001:db8:7:{number}::1"))
    assert len(letters_to(app, EMAIL)) == CODES_AT_ONCE
    assert _comes_in(_at(app, "2001:db8:8::1")) and _comes_in(_at(app, HOME))


@pytest.fixture
def flooded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A council's network from which a crowd of addresses asks all at once; nobody of them is refused."""
    monkeypatch.setattr(sign_in, "CODES_PER_NETWORK", 5)
    monkeypatch.setattr(sign_in, "LONGEST_QUEUE", timedelta(minutes=1))
    crowd = [f"person{number}@elsewhere.example" for number in range(50)]
    with app.app_context():
        for email in crowd:
            with transaction():
                given = {"secret_key": of(app).settings.secret_key, "site_name": "Site"}
                codes.ask_for_code(email, network=COUNCIL, now=clock.now(), **given)
    return crowd


def test_a_flood_refuses_nobody_and_leaves_so_many_letters_a_minute(app: Flask, flooded, morning):
    sent = 0
    for _ in range(3):
        with app.app_context():
            deliver_due()
        last, sent = sent, sum(len(letters_to(app, one)) for one in flooded)
        assert sent - last <= 5 + LETTERS_A_MINUTE
        morning.shift(timedelta(minutes=1))
    assert sent == 5 + LETTERS_A_MINUTE, "what would queue for longer is not sent"


def test_whom_we_know_gets_their_letter_within_a_minute_of_a_flood_on_their_network(app: Flask, flooded, morning):
    make_user_with_role(app, Role.PRACTITIONER)
    browser, email = _at(app, COUNCIL), email_of(Role.PRACTITIONER)
    page = _asks(browser, email)
    assert page and "Very many codes were asked for from your network lately" in page.text
    morning.shift(LONGEST_DELAY)
    with app.app_context():
        deliver_due()
    assert enter(browser, page, latest_code(app, email)).location == "/my"


def test_in_a_flood_the_page_says_the_same_to_whom_we_know_and_whom_we_do_not(app: Flask, flooded):
    make_user_with_role(app, Role.PRACTITIONER)
    _at(app, COUNCIL).get("/sign-in")  # what pages ask now and then is asked by neither of the two
    said, asked = [], []
    for email in (email_of(Role.PRACTITIONER), "stranger-atla@agency.example"):
        with watched(app) as seen:
            page = _asks(_at(app, COUNCIL), email)
        assert page and not letters_to(app, email), "no page waits for the mail server"
        said.append(page.text.replace(email, "ADDRESS"))
        asked.append(seen.count)
    assert said[0] == said[1]
    assert asked[0] - asked[1] in {0, 1}, "the letter that is queued is all there is between them"


def _finish(browser: Browser) -> None:
    """They say who they are, and sign out."""
    page = browser.get("/sign-in/details")
    let_in = browser.send(page, {"name": "Niamh", "agency": 1, "post_title": "Nurse"})
    browser.post("/sign-out", {"csrf_token": _token(browser.get("/account"))})
    assert "known=" in str(let_in.response.headers.getlist("Set-Cookie"))


def test_their_own_browser_works_whatever_a_colleague_does_on_the_same_network(app: Flask):
    own = _at(app, COUNCIL)
    assert _comes_in(own)
    _finish(own)
    colleague = _at(app, COUNCIL)
    while page := _asks(colleague):
        _guesses(colleague, page)
    page = _asks(own)
    assert page and "one try" not in page.text
    _asks(colleague)
    page = enter(own, page, another_code(latest_code(app, EMAIL)), status=422)
    assert f"You have {TRIES - 1} tries left" in page.text
    assert enter(own, page, latest_code(app, EMAIL)).location == "/my"


def test_asking_again_and_again_sends_a_few_letters(app: Flask, morning):
    page = None
    for _ in range(60):
        browser = _at(app, COUNCIL)
        with app.app_context():
            start = browser.client.get("/sign-in")
        page = browser.post("/sign-in", {"email": EMAIL, "csrf_token": _token(browser.read(start))}, status=None)
        morning.shift(timedelta(minutes=1))
    assert CODES_AT_ONCE <= len(letters_to(app, EMAIL)) <= CODES_AT_ONCE + timedelta(hours=1) // PAUSE
    assert page.status == 429 and "or ask for another in" in page.text and "minute" in page.text


def test_a_pause_ends_and_is_longer_after_many_in_a_day(app: Flask, morning):
    sent = 0
    while sent < CODES_A_DAY:
        if not _asks(_at(app, COUNCIL)):
            morning.shift(PAUSE)
            assert _asks(_at(app, COUNCIL))
        sent += 1
    morning.shift(LONG_PAUSE - timedelta(seconds=1))
    assert not _asks(_at(app, COUNCIL))
    assert _asks(_at(app, HOME))
    morning.shift(timedelta(seconds=1))
    assert _asks(_at(app, COUNCIL))


def test_the_limit_holds_for_another_code_too(app: Flask, browser: Browser) -> None:
    page = ask(browser, EMAIL)
    for _ in range(CODES_AT_ONCE - 1):
        page = browser.follow(browser.send(page, action="/sign-in/code/again"))
    last = latest_code(app, EMAIL)
    page = browser.send(page, action="/sign-in/code/again", status=429)
    assert "ask for another in 10 minutes" in page.text
    assert browser.follow(enter(browser, page, last)).heading == "Finish your details"


def test_the_limits_are_rows_so_a_restart_forgets_nothing(in_app: Flask) -> None:
    common = {"network": COUNCIL, "now": clock.now()} | WORDS
    with transaction():
        for _ in range(CODES_AT_ONCE):
            codes.ask_for_code("a@b.example", **common)  # type: ignore[arg-type]
    with pytest.raises(codes.TooManyCodes), transaction():
        codes.ask_for_code("A@B.example", **common)  # type: ignore[arg-type]


def test_codes_of_yesterday_are_forgotten(in_app: Flask) -> None:
    now = clock.now()
    with transaction():
        codes.ask_for_code("a@b.example", network=COUNCIL, now=now - timedelta(days=1, seconds=1), **WORDS)
        codes.ask_for_code("c@d.example", network=COUNCIL, now=now, **WORDS)
    assert [row.email for row in db.session.query(SignInCode)] == ["c@d.example"]


@pytest.mark.parametrize("network", [COUNCIL, HOME])
def test_a_stranger_neither_kills_a_code_nor_locks_its_owner_out(app: Flask, network: str) -> None:
    owner, stranger = _at(app, COUNCIL), _at(app, network)
    page = _asks(owner)
    code = code_in(letters_to(app, EMAIL)[-1])
    while _asks(stranger):
        pass
    assert owner.follow(enter(owner, page, code)).heading == "Finish your details"


def test_a_cookie_that_somebody_made_up_makes_no_browser_known(app: Flask) -> None:
    forger = _at(app, COUNCIL)
    forger.client.set_cookie("known", "eyJicm93c2VyIjoiYSIsInBlb3BsZSI6W119.made.up")
    for _ in range(CODES_AT_ONCE):
        assert _asks(forger)
    assert not _asks(forger)


def test_codes_of_a_clock_that_was_ahead_count_no_more_and_are_deleted(app, morning):
    now = clock.now()
    morning.move_to(now + timedelta(days=40))
    for _ in range(CODES_AT_ONCE):
        ask(_at(app, HOME), EMAIL)
    morning.move_to(now)
    page = ask(_at(app, HOME), EMAIL)
    assert page.heading == "Enter your code"
    with app.app_context():
        assert [one.created_at for one in db.session.scalars(select(SignInCode))] == [now]
