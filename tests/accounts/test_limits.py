"""How many codes may be asked for and guessed at: counted in rows, alike for every address."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.accounts.letters import ask, enter, latest_code, letters_to
from tests.browser import Browser
from training_app import clock
from training_app.accounts.commands import codes
from training_app.accounts.models import SignInCode
from training_app.accounts.rules.sign_in import (
    CODES_PER_EMAIL_A_DAY,
    CODES_PER_EMAIL_AN_HOUR,
    CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR,
)
from training_app.database import transaction
from training_app.extensions import db

UNKNOWN = "stranger-at-large@agency.ex"


def test_too_many_codes_for_one_address_must_wait(app: Flask) -> None:
    start = datetime.fromisoformat("2026-11-22T00:30:00+00:00")
    with time_machine.travel(start, tick=False) as traveller:
        sent = 0
        for hour in range(CODES_PER_EMAIL_A_DAY // CODES_PER_EMAIL_AN_HOUR):
            traveller.move_to(start + timedelta(hours=hour, minutes=hour))
            for _ in range(CODES_PER_EMAIL_AN_HOUR):
                ask(Browser(app), UNKNOWN)
                sent += 1
            browser = Browser(app)
            page = browser.send(browser.get("/sign-in"), {"email": UNKNOWN}, status=429)
            assert "Too many codes were asked for" in page.text
        assert len(letters_to(app, UNKNOWN)) == sent == CODES_PER_EMAIL_A_DAY
        assert "try again tomorrow" in page.text
        ask(Browser(app), "someone.else@agency.example")
        traveller.move_to(start + timedelta(days=1, hours=3))
        ask(Browser(app), UNKNOWN)


def test_the_limit_holds_for_another_code_too(app: Flask, browser: Browser) -> None:
    page = ask(browser, UNKNOWN)
    for _ in range(CODES_PER_EMAIL_AN_HOUR - 1):
        page = browser.follow(browser.send(page, action="/sign-in/code/again"))
    last = latest_code(app, UNKNOWN)
    page = browser.send(page, action="/sign-in/code/again", status=429)
    assert browser.follow(enter(browser, page, last)).heading == "Finish your details"


def test_the_limits_are_rows_so_a_restart_forgets_nothing(in_app: Flask) -> None:
    network, now = "192.0.2.1", clock.now()
    common = {"network": network, "now": now, "secret_key": "k" * 32, "site_name": "Site"}
    with transaction():
        for _ in range(CODES_PER_EMAIL_AN_HOUR):
            codes.ask_for_code("a@b.example", **common)  # type: ignore[arg-type]
    with pytest.raises(codes.TooManyCodes), transaction():
        codes.ask_for_code("A@B.example", **common)  # type: ignore[arg-type]


def test_a_network_that_guesses_is_stopped(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training_app.accounts.rules.sign_in.WRONG_TRIES_PER_NETWORK_AN_HOUR", 7)
    now = clock.now()
    common = {"network": "192.0.2.1", "now": now, "secret_key": "k" * 32, "site_name": "Site"}
    with transaction():
        one = codes.ask_for_code("a@b.example", **common)  # type: ignore[arg-type]
        two = codes.ask_for_code("c@d.example", **common)  # type: ignore[arg-type]
        elsewhere = codes.ask_for_code("e@f.example", **(common | {"network": "192.0.2.2"}))  # type: ignore[arg-type]
    verdicts = []
    for code_id in [one.code_id] * 5 + [two.code_id] * 3 + [elsewhere.code_id]:
        with transaction():
            verdicts.append(codes.check_code(code_id, "not it", now=now, secret_key="k" * 32).verdict.value)
    assert verdicts == ["wrong"] * 4 + ["no_tries_left", "wrong", "wrong", "too_many_from_here", "wrong"]
    with pytest.raises(codes.TooManyCodes), transaction():
        codes.ask_for_code("g@h.example", **common)  # type: ignore[arg-type]


def test_a_flood_from_elsewhere_does_not_reach_where_its_owner_signed_in(in_app: Flask) -> None:
    now = clock.now()
    common = {"now": now, "secret_key": "k" * 32, "site_name": "Site"}

    def ask_from(network: str, email: str = "a@b.example") -> codes.Asked:
        with transaction():
            return codes.ask_for_code(email, network=network, **common)  # type: ignore[arg-type]

    for email, network in (("a@b.example", "192.0.2.1"), ("other@b.example", "192.0.2.2")):
        asked = ask_from(network, email)
        with transaction() as session:
            session.get_one(SignInCode, asked.code_id).used_at = now
    for stranger in range(10, 10 + CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR // CODES_PER_EMAIL_AN_HOUR):
        for _ in range(CODES_PER_EMAIL_AN_HOUR):
            with suppress(codes.TooManyCodes):
                ask_from(f"192.0.2.{stranger}")
    for elsewhere in ("192.0.2.99", "192.0.2.2"):  # of these nobody knows, or only that somebody else signed in
        with pytest.raises(codes.TooManyCodes):
            ask_from(elsewhere)
    assert ask_from("192.0.2.1").code_id


def test_codes_of_yesterday_are_forgotten(in_app: Flask) -> None:
    now = clock.now()
    common = {"network": "192.0.2.1", "secret_key": "k" * 32, "site_name": "Site"}
    with transaction():
        codes.ask_for_code("a@b.example", now=now - timedelta(days=1, seconds=1), **common)
        codes.ask_for_code("c@d.example", now=now, **common)
    assert [row.email for row in db.session.query(SignInCode)] == ["c@d.example"]


def test_a_stranger_elsewhere_neither_kills_a_code_nor_locks_its_owner_out(in_app: Flask) -> None:
    from training_app import clock
    from training_app.accounts.commands.codes import ask_for_code
    from training_app.accounts.models import SignInCode
    from training_app.database import transaction
    from training_app.extensions import db

    now, email = clock.now(), "niamh@agency.example"
    words = {"secret_key": "a-key-for-tests-only-0123456789abcdef", "site_name": "Training", "now": now}
    with transaction():
        own = ask_for_code(email, network="192.0.2.1", **words)
    for _ in range(CODES_PER_EMAIL_AN_HOUR):
        with transaction():
            ask_for_code(email, network="198.51.100.9", **words)
    assert db.session.get_one(SignInCode, own.code_id).expires_at > now
    with transaction():
        assert ask_for_code(email, network="192.0.2.1", **words).code_id > own.code_id
