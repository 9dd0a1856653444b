"""Half signed in: every page but a few leads to the second factor, whatever the role and the route."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pyotp
import pytest
from flask import Flask, url_for
from werkzeug.routing import IntegerConverter, UUIDConverter

from tests.browser import Browser, watched
from tests.whole.places import rules_for
from tests.world.demo import make_demonstration_mark
from tests.world.signing_in import make_user_with_role, signed_in, signs_in_anew
from training_app import clock
from training_app.accounts.commands import second_factor
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.second_factor import Passed
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.views import YearConverter

STAFF = [role for role in Role if role is not Role.PRACTITIONER]
KEY = "k" * 32
# What a half signed in person may still open: what asks for the rest, and what shows nothing of theirs.
OPEN = {
    "second_factor.enter_code", "second_factor.recovery_code", "second_factor.start", "second_factor.set_up",
    "health.alive", "health.ready", "statements.accessibility", "statements.complain", "statements.contact",
    "statements.privacy",
}  # fmt: skip
OPEN_ACTS = {
    "second_factor.enter_code", "second_factor.recovery_code", "second_factor.start", "second_factor.set_up",
    "accounts.sign_out",
}  # fmt: skip


def _half_way(app: Flask, role: Role) -> Browser:
    return signed_in(app, make_user_with_role(app, role), second_factor=False)


def _addresses(app: Flask, method: str) -> dict[str, str]:
    """Every route, with arguments of the right kind: the guard stands before anything is looked up."""
    with app.test_request_context():
        return {
            rule.endpoint: url_for(rule.endpoint, **{name: _argument(rule, name) for name in rule.arguments})
            for rule in rules_for(app, method)
        }


def _argument(rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, UUIDConverter):
        return UUID(int=1)
    if isinstance(converter, YearConverter):
        return "2024-25"
    return 1 if isinstance(converter, IntegerConverter) else "a"


@pytest.mark.parametrize("role", STAFF, ids=str)
def test_every_page_leads_to_the_second_factor(app: Flask, role: Role):
    browser = _half_way(app, role)
    seen = 0
    for endpoint, address in _addresses(app, "GET").items():
        if endpoint in OPEN:
            continue
        page = browser.get(address, status=302)
        assert page.location.startswith("/second-factor?next="), endpoint
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("role", STAFF, ids=str)
def test_every_act_leads_to_the_second_factor_and_does_nothing(app: Flask, role: Role):
    browser = _half_way(app, role)
    page = browser.get("/second-factor/start")
    token = {"csrf_token": page.form().find(".//{*}input[@name='csrf_token']").get("value")}
    seen = 0
    for endpoint, address in _addresses(app, "POST").items():
        if endpoint in OPEN_ACTS:
            continue
        with watched(app) as statements:
            assert browser.post(address, token).location == "/second-factor", endpoint
        assert not statements.writes, endpoint
        seen += 1
    assert seen > 5


def test_a_practitioner_is_asked_for_nothing_more(app: Flask):
    browser = _half_way(app, Role.PRACTITIONER)
    assert browser.get("/account").heading == "Your details"
    assert browser.get("/second-factor", status=302).location == "/my"


@pytest.mark.parametrize("role", STAFF, ids=str)
def test_what_stays_open_shows_no_way_around(app: Flask, role: Role):
    browser = _half_way(app, role)
    page = browser.get("/privacy")
    assert not {"Letters", "Impact", "My sessions", "Registers"} & page.links.keys()
    browser.send(browser.get("/second-factor/start"))
    page = browser.get("/second-factor/start")
    token = page.form().find(".//{*}input[@name='csrf_token']").get("value")
    assert browser.post("/sign-out", {"csrf_token": token}).location == "/sign-in"
    assert browser.get("/second-factor", status=302).location.startswith("/sign-in")


def test_the_way_back_never_leads_elsewhere(app: Flask):
    browser = _half_way(app, Role.TRAINER)
    for evil in ("https://evil.example", "//evil.example", "/\\evil.example", "/second-factor/start"):
        page = browser.get(f"/second-factor/start?next={evil}")
        assert "evil" not in page.form().get("action") and "next" not in page.form().get("action")


def test_made_up_people_are_exempt_only_where_the_demonstration_is(app: Flask):
    browser = _half_way(app, Role.OFFICE)
    with app.app_context(), transaction():
        db.session.query(User).one().generated = True
    browser.get("/account", status=302)
    with app.app_context(), transaction():
        make_demonstration_mark()
    assert browser.get("/account").heading == "Your details"
    with app.app_context(), transaction():
        db.session.query(User).one().generated = False
    browser.get("/account", status=302)


def test_a_role_given_while_signed_in_has_them_sign_in_anew_and_asks(app: Flask):
    browser = _half_way(app, Role.PRACTITIONER)
    assert browser.get("/account").heading == "Your details"
    with app.app_context():
        user_id, email = db.session.query(User.id, User.email).one()
    done = app.test_cli_runner().invoke(args=["users", "grant", "--email", email, "--role", "reviewer"])
    assert done.exit_code == 0
    assert browser.get("/account", status=302).location.startswith("/sign-in")
    with app.app_context():
        again = signed_in(app, signs_in_anew(user_id), second_factor=False)
    assert again.get("/account", status=302).location.startswith("/second-factor")


def test_a_code_sent_twelve_times_at_once_opens_one_door(app: Flask):
    """And wrong ones at once are each counted."""
    make_user_with_role(app, Role.TRAINER)
    now = clock.now()
    with app.app_context():
        user_id = db.session.query(User).one().id
        with transaction():
            second_factor.begin(user_id, secret_key=KEY, now=now)
        secret = second_factor.secret_to_set_up(user_id, secret_key=KEY)
        step = int(now.timestamp()) // 30
        with transaction():
            first = pyotp.TOTP(secret).generate_otp(step - 1)
            second_factor.confirm(user_id, first, secret_key=KEY, site_name="Site", now=now)
    code = pyotp.TOTP(secret).generate_otp(step)

    def show(typed: str) -> Passed:
        with app.app_context(), transaction():
            return second_factor.check_app_code(user_id, typed, secret_key=KEY, now=now)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(show, ["x"] * 4)) == [Passed.WRONG] * 4
    with app.app_context():
        assert second_factor.factor_of(user_id).wrong_tries == 4
    with ThreadPoolExecutor(12) as pool:
        shown = list(pool.map(show, [code] * 12))
    assert shown.count(Passed.RIGHT) == 1
