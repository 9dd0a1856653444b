"""Signing out ends it on the server, for this browser alone; limits hold; a change of what one may do ends the rest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.accounts.apps import led_to, set_up_app
from tests.accounts.cookies import by_code, copy_of, is_in, token_of, with_a_sign_in
from tests.browser import Browser, watched
from tests.conftest import settings_for
from tests.world.signing_in import user_of
from training_app import create_app
from training_app.accounts.commands import users
from training_app.accounts.commands.browsers import delete_old_browsers
from training_app.accounts.models import RoleGrant, SignedInBrowser
from training_app.accounts.rules.browsers import KEPT_AFTERWARDS, LONGEST, LONGEST_PAUSE, STEP, kind_of_browser
from training_app.accounts.rules.roles import Role
from training_app.accounts.views import progress
from training_app.clock import TOLERANCE
from training_app.database import transaction
from training_app.extensions import db

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def come_in(app: Flask) -> Callable[..., Browser]:
    """A browser in which the tests' own practitioner has signed in by a code."""
    with_a_sign_in(app, Role.PRACTITIONER)
    return lambda agent="": by_code(app, Role.PRACTITIONER, agent)


def test_a_copied_cookie_is_worth_nothing_once_its_owner_signed_out(come_in):
    browser = come_in()
    copy = copy_of(browser)
    assert is_in(copy)
    browser.post("/sign-out", {"csrf_token": token_of(browser)})
    assert not is_in(copy) and not is_in(browser)


def test_signing_out_here_leaves_the_phone_signed_in(come_in):
    here, phone = come_in(), come_in(PHONE)
    here.post("/sign-out", {"csrf_token": token_of(here)})
    assert is_in(phone) and not is_in(here)


def test_the_account_says_where_and_one_button_ends_the_others(come_in):
    here, phone = come_in(), come_in(PHONE)
    page = here.get("/account")
    assert "This browserA browser we do not know, since 23 November 2026 at 12pm" in page.text
    assert "Safari on an iPhoneSince 23 November 2026 at 12pm. Last used around 12pm." in page.text
    assert "127.0.0.1" not in page.text
    done = here.follow(here.send(page, action="/account/sign-out-elsewhere"))
    assert "You have signed out everywhere else." in done.text and "You are signed in nowhere else." in done.text
    assert not is_in(phone)


def test_whoever_is_away_for_long_signs_in_again(come_in, noon):
    browser = come_in()
    noon.shift(LONGEST_PAUSE - timedelta(seconds=1))
    with watched(browser.app), browser.app.app_context():
        assert browser.client.get("/account").status_code == 200
    noon.shift(LONGEST_PAUSE - timedelta(seconds=1))
    copy = copy_of(browser)
    noon.shift(timedelta(seconds=1))
    assert not is_in(browser) and not is_in(copy)


def test_nobody_stays_in_longer_than_a_day_of_work(come_in, noon):
    browser = come_in()
    used = timedelta(0)
    while used < LONGEST - timedelta(hours=1):
        with browser.app.app_context():
            assert browser.client.get("/account").status_code == 200, used
        noon.shift(timedelta(hours=1))
        used += timedelta(hours=1)
    noon.shift(timedelta(hours=1))
    assert not is_in(browser)


def test_only_now_and_then_does_a_page_write_that_a_browser_is_in_use(app, come_in, noon):
    browser = come_in()
    noon.shift(STEP - timedelta(seconds=1))
    browser.get("/account")  # which fails where a page writes
    noon.shift(timedelta(seconds=1))
    with watched(app) as seen, app.app_context():
        browser.client.get("/account")
    assert len(seen.writes) == 1 and not seen.uncommitted
    browser.get("/account")


def test_a_page_sets_no_cookie_that_did_not_change(come_in):
    browser = come_in()
    browser.get("/account")
    for address in ("/account", "/programme", "/my", "/account/details"):
        assert "Set-Cookie" not in browser.get(address).response.headers, address


def test_over_https_the_cookie_is_this_hosts_alone(house, tmp_path):
    (tmp_path / "test.sqlite3").write_bytes(house[1].read_bytes())
    secure = create_app(settings_for(tmp_path, base_url="https://training.example.org"))
    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-training"
    cookie = secure.test_client().get("/sign-in", base_url="https://training.example.org").headers["Set-Cookie"]
    assert cookie.startswith("__Host-training=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; ")) and "Domain" not in cookie


CHANGES: dict[str, Callable[[int], object]] = {
    "closed": lambda user: users.close_sign_in(user, actor_id=None, now=NOON),
    "another email": lambda user: users.change_sign_in_email(user, "n@agency.example", "new", actor_id=None, now=NOON),
    "a role more": lambda user: users.grant_role(user, Role.TRAINER, actor_id=None, now=NOON),
    "a role less": lambda user: users.end_role(_grant(user), actor_id=None, now=NOON),
}


def _grant(user_id: int) -> int:
    return db.session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == user_id)).one()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_who_may_do_what_signs_them_out(app, come_in, change):
    browser = come_in()
    assert is_in(browser)
    with app.app_context(), transaction():
        CHANGES[change](user_of(Role.PRACTITIONER).id)
    assert not is_in(browser)


def test_a_new_second_factor_ends_every_browser_but_this(app, noon):
    with_a_sign_in(app, Role.TRAINER)
    first, other = by_code(app, Role.TRAINER), by_code(app, Role.TRAINER)
    phone, _ = set_up_app(first, "/account")
    assert is_in(first)
    assert other.get("/second-factor", status=302).location.startswith("/sign-in")
    other = by_code(app, Role.TRAINER)
    noon.shift(timedelta(minutes=1))
    other.send(led_to(other, "/account"), {"code": phone.code()})
    assert is_in(other)
    noon.shift(timedelta(minutes=1))
    first.send(first.get("/account/second-factor/another-phone"), {"code": phone.code()})
    assert led_to(first, "/account").heading == "Set up an authenticator app"
    assert not is_in(other)


def test_a_job_forgets_what_has_ended(app, come_in, noon):
    come_in()
    ended = come_in()
    ended.post("/sign-out", {"csrf_token": token_of(ended)})
    with app.app_context():
        for longer, left in ((timedelta(0), 2), (KEPT_AFTERWARDS, 1), (LONGEST_PAUSE, 0)):
            noon.shift(longer)
            with transaction():
                delete_old_browsers(datetime.now(UTC))
            assert db.session.query(SignedInBrowser).count() == left


def _set_the_row(app: Flask, **values: object) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(SignedInBrowser).values(**values))


@pytest.mark.parametrize("column", ["began_at", "last_seen_at"])
def test_whoever_came_in_by_a_clock_that_was_ahead_signs_in_again(app, come_in, column):
    browser = come_in()
    _set_the_row(app, **{column: NOON + timedelta(days=400)})
    assert browser.get("/account", status=302).location == "/sign-in?next=/account"
    again = come_in()
    assert "You are signed in nowhere else." in again.get("/account").text
    with app.app_context(), transaction():
        assert delete_old_browsers(NOON) == 1
    assert is_in(again)


def test_of_two_servers_one_may_be_a_little_ahead(app, come_in):
    browser = come_in()
    _set_the_row(app, began_at=NOON + TOLERANCE, last_seen_at=NOON + TOLERANCE)
    assert is_in(browser)
    with app.app_context(), transaction():
        assert delete_old_browsers(NOON) == 0


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
         "Chrome on an Android phone or tablet"),
        (PHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("<script>alert(1)</script>", "A browser we do not know"),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_its_owner_calls_it(says: str, kind: str):
    assert kind_of_browser(says) == kind and len(kind) <= 60


def test_a_database_that_is_busy_takes_no_word_out_of_the_cookie(come_in, app, monkeypatch):
    """Signing out a second time still ends the browser's row, and with it every copy of its cookie."""
    browser = come_in()
    copy, page = copy_of(browser), browser.get("/account")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    busy = OperationalError("UPDATE", {}, Exception("database is locked"))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(progress, "sign_out_browser", _raising(busy))
        token = page.tree.find(".//{*}form[@action='/sign-out']//{*}input[@name='csrf_token']").get("value")
        assert browser.client.post("/sign-out", data={"csrf_token": token}).status_code == 503
    assert is_in(browser) and is_in(copy)
    browser.client.post("/sign-out", data={"csrf_token": token})
    assert not is_in(browser) and not is_in(copy)


def _raising(error: Exception) -> Callable[..., None]:
    def fail(*given: object, **named: object) -> None:
        raise error

    return fail
