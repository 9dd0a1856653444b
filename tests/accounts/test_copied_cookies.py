"""An act that changes what a browser may gives it a new word: a copy of its cookie from before opens nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.accounts.apps import Phone, key_on, led_to, recovery_codes_on, set_up_app
from tests.accounts.cookies import by_code, copy_of, is_in, token_of, with_a_sign_in
from tests.browser import Browser, filled
from training_app.accounts.commands import second_factor
from training_app.accounts.models import SignedInBrowser
from training_app.accounts.rules.browsers import LONGEST
from training_app.accounts.rules.roles import Role
from training_app.extensions import db

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_way(app: Flask) -> Browser:
    """A browser of a trainer who has shown the e-mailed code; no app is set up yet."""
    with_a_sign_in(app, Role.TRAINER)
    return by_code(app, Role.TRAINER)


def _is_signed_out(browser: Browser) -> bool:
    """Not even half signed in: nothing is known of it."""
    return browser.get("/second-factor", status=302).location.startswith("/sign-in")


def test_of_two_with_one_cookie_only_the_one_who_set_up_the_app_stays_in(half_way):
    copy = copy_of(half_way)
    set_up_app(half_way, "/account")
    assert is_in(half_way) and _is_signed_out(copy)


def test_of_two_with_one_cookie_only_the_one_who_showed_the_apps_code_stays_in(app, half_way, noon):
    phone, _ = set_up_app(half_way, "/account")
    noon.shift(timedelta(minutes=1))
    other = by_code(app, Role.TRAINER)
    copy = copy_of(other)
    other.send(led_to(other, "/account"), {"code": phone.code()})
    assert is_in(other) and _is_signed_out(copy)
    assert is_in(half_way), "a browser of their own stays in"


def test_of_two_with_one_cookie_only_the_one_who_showed_a_recovery_code_stays_in(app, half_way):
    _, page = set_up_app(half_way, "/account")
    other = by_code(app, Role.TRAINER)
    copy = copy_of(other)
    other.send(other.get("/second-factor/recovery-code"), {"code": recovery_codes_on(page)[0]})
    assert is_in(other) and _is_signed_out(copy)


Act = Callable[[Browser, Phone], object]
ACTS: dict[str, Act] = {
    "another phone": lambda browser, phone: browser.send(
        browser.get("/account/second-factor/another-phone"), {"code": phone.code()}
    ),
    "new recovery codes": lambda browser, phone: browser.send(
        browser.get("/account/second-factor"), {"code": phone.code()}, status=200
    ),
    "signed out elsewhere": lambda browser, phone: browser.post(
        "/account/sign-out-elsewhere", {"csrf_token": token_of(browser)}
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_one_does_to_be_safe_ends_copies_and_all_other_browsers(app, half_way, noon, act):
    phone, _ = set_up_app(half_way, "/account")
    other = by_code(app, Role.TRAINER)
    noon.shift(timedelta(minutes=1))
    other.send(led_to(other, "/account"), {"code": phone.code()})
    noon.shift(timedelta(minutes=1))
    copy = copy_of(half_way)
    assert is_in(half_way) and is_in(copy) and is_in(other)
    ACTS[act](half_way, phone)
    assert _is_signed_out(copy) and _is_signed_out(other)
    assert led_to(half_way, "/account").heading == (
        "Set up an authenticator app" if act == "another phone" else "Your details"
    )


def test_a_new_word_makes_no_day_longer(half_way, noon):
    """Whoever shows one code after the other is asked to sign in anew when everybody is."""
    for _ in range(4):
        noon.shift(LONGEST / 4 - timedelta(seconds=1))
        with half_way.app.app_context():
            half_way.client.get("/account")  # which notes that it is in use
    set_up_app(half_way, "/account")
    assert is_in(half_way)
    noon.shift(timedelta(seconds=4))
    assert _is_signed_out(half_way)


def test_a_browser_signed_out_meanwhile_is_not_let_in_by_its_code(app, half_way, monkeypatch):
    """Somebody ends it from elsewhere in the very moment in which its code is looked at."""
    page = half_way.follow(half_way.send(led_to(half_way, "/account")))
    phone = Phone(key_on(page))
    judged = second_factor._try_app

    def ended_meanwhile(*given: object) -> object:
        row = db.session.scalars(select(SignedInBrowser)).one()
        row.ended_at = NOON
        db.session.flush()
        return judged(*given)

    monkeypatch.setattr(second_factor, "_try_app", ended_meanwhile)
    half_way.send(page, {"code": phone.code()}, status=200)
    assert _is_signed_out(half_way)


def test_where_the_database_is_busy_the_same_code_and_cookie_work_once_more(app, half_way, monkeypatch, noon):
    phone, _ = set_up_app(half_way, "/account")
    noon.shift(timedelta(minutes=1))
    other = by_code(app, Role.TRAINER)
    page = led_to(other, "/account")
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def busy(*given: object, **named: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(second_factor, "change_word", busy)
        address, form = filled(page, {"code": phone.code()})
        assert other.client.post(address, data=form).status_code == 503
    other.send(page, {"code": phone.code()})
    assert is_in(other)
