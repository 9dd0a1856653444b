"""Setting up an app, its codes, recovery codes, another phone, a reset: by the pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.accounts.apps import (
    Phone,
    key_on,
    led_to,
    onwards,
    recovery_codes_on,
    set_up_app,
)
from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.world.signing_in import make_user_with_role, signed_in, signs_in_anew
from training_app.accounts.models import RecoveryCode, SecondFactor, User
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def clock_at_noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_way(app: Flask) -> Callable[[Role], Browser]:
    """A browser whose user has shown the e-mailed code and no more."""

    def enter(role: Role) -> Browser:
        with app.app_context():
            known = db.session.query(User).filter_by(email=f"{role}@agency.example").one_or_none()
            key = signs_in_anew(known.id) if known else make_user_with_role(app, role)
        return signed_in(app, key, second_factor=False)

    return enter


def _subjects(app: Flask) -> list[str]:
    with app.app_context():
        return [letter.subject.split(":")[0] for letter in db.session.query(Letter).order_by(Letter.id)]


def _again(half_way: Callable[[Role], Browser], role: Role = Role.TRAINER) -> tuple[Browser, Page]:
    """The same person signs in on another browser; the page that asks for the app's code."""
    browser = half_way(role)
    page = led_to(browser, "/account")
    assert page.heading == "Enter a code from your app"
    return browser, page


def test_setting_up_leads_on_to_the_page_that_was_asked_for(app, half_way, clock_at_noon):
    browser = half_way(Role.OFFICE)
    phone, page = set_up_app(browser, "/letters?show=failed")
    assert page.heading == "Keep your recovery codes"
    codes = recovery_codes_on(page)
    assert len(set(codes)) == 10
    assert onwards(page) == "/letters?show=failed"
    assert browser.get(onwards(page)).heading == "Letters"
    assert _subjects(app) == ["You set up an authenticator app"]
    # Shown once: no address shows them, or the key, again.
    for address in ("/second-factor/set-up", "/second-factor/start", "/second-factor"):
        assert browser.get(address, status=302).location == "/staff/sessions"
    page = browser.get("/account/second-factor")
    assert "10 codes left" in page.text and phone.key[:4] not in page.text
    assert not recovery_codes_on(page)


def test_whoever_asked_for_no_page_begins_with_their_work(half_way, clock_at_noon):
    browser = half_way(Role.TRAINER)
    _, page = set_up_app(browser, "/sign-in")
    assert onwards(page) == "/registers"


def test_the_picture_and_the_typed_key_are_one(app, half_way):
    browser = half_way(Role.TRAINER)
    page = browser.follow(browser.send(led_to(browser, "/my")))
    assert page.heading == "Scan this with your app"
    key = key_on(page)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", key.strip())
    picture = next(page.tree.find(f".//{XHTML}main").iter("{http://www.w3.org/2000/svg}svg"))
    assert picture.get("role") == "img"
    assert {one.get("id") for one in picture} >= {"qr-title", "qr-words"}
    assert "trainer@agency.example" in page.text
    assert key.replace(" ", "") not in page.response.request.url
    # Opening it again shows the same one; beginning again makes another.
    assert key_on(browser.get("/second-factor/set-up")) == key
    assert key_on(browser.follow(browser.send(browser.get("/second-factor/start")))) != key
    assert not list(page.tree.iter(f"{XHTML}img"))


def test_a_wrong_first_code_sets_nothing_up(app, half_way, clock_at_noon):
    browser = half_way(Role.REVIEWER)
    page = browser.follow(browser.send(led_to(browser, "/my")))
    phone = Phone(key_on(page))
    again = browser.send(page, {"code": phone.another_code()}, status=422)
    assert "You have 4 tries left" in again.text
    assert browser.send(again, {"code": "12 34"}, status=422).heading == "Scan this with your app"
    assert led_to(browser, "/my").heading == "Set up an authenticator app"
    assert _subjects(app) == []


def test_a_code_opens_one_door_once(app, half_way, clock_at_noon):
    phone, _ = set_up_app(half_way(Role.TRAINER), "/my")
    other, page = _again(half_way)
    assert "already used" in other.send(page, {"code": phone.code()}, status=422).text
    clock_at_noon.shift(HALF_MINUTE)
    done = other.send(page, {"code": f"{phone.code()[:3]} {phone.code()[3:]}"})
    assert done.location == "/account" and other.follow(done).heading == "Your details"
    third, page = _again(half_way)
    third.send(page, {"code": phone.code()}, status=422)
    third.get("/account", status=302)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_half_a_minute_out(app, half_way, clock_at_noon, steps, works):
    phone, _ = set_up_app(half_way(Role.TRAINER), "/my")
    clock_at_noon.shift(10 * HALF_MINUTE)
    browser, page = _again(half_way)
    browser.send(page, {"code": phone.code(steps=steps)}, status=302 if works else 422)


def test_five_wrong_codes_bring_a_wait_that_even_the_right_one_keeps(app, half_way, clock_at_noon):
    phone, page = set_up_app(half_way(Role.TRAINER), "/my")
    recovery = recovery_codes_on(page)[0]
    clock_at_noon.shift(HALF_MINUTE)
    browser, page = _again(half_way)
    for left in (4, 3, 2, 1):
        page = browser.send(page, {"code": phone.another_code()}, status=422)
        assert f"You have {left} {'try' if left == 1 else 'tries'} left" in page.text
    page = browser.send(page, {"code": phone.another_code()}, status=422)
    assert "Try again after 23 November 2026 at 12:15pm" in page.text
    assert "Try again after" in browser.send(page, {"code": phone.code()}, status=422).text
    paper = browser.get("/second-factor/recovery-code")
    assert "Try again after" in browser.send(paper, {"code": recovery}, status=422).text
    clock_at_noon.shift(timedelta(minutes=15))
    browser.send(page, {"code": phone.code()})
    with app.app_context():
        factor = db.session.query(SecondFactor).one()
        assert (factor.wrong_tries, factor.wait_until) == (0, None)
        waits = db.session.query(AuditEntry).filter_by(action="second_factor.wait").all()
        assert [one.detail for one in waits] == [{"wrong_tries": 5}]


def test_a_recovery_code_works_once_and_its_owner_is_told(app, half_way, clock_at_noon):
    _, page = set_up_app(half_way(Role.TRAINER), "/my")
    first, second, *_ = recovery_codes_on(page)
    browser, page = _again(half_way)
    paper = browser.get(page.links["Use a recovery code"])
    done = browser.send(paper, {"code": first.lower().replace(" ", "-")})
    assert "You have 9 recovery codes left" in browser.follow(done).text
    assert _subjects(app)[-1] == "A recovery code was used"
    with app.app_context():
        assert "9 recovery codes left" in db.session.query(Letter).order_by(Letter.id.desc()).first().body
    other, _ = _again(half_way)
    paper = other.get("/second-factor/recovery-code")
    assert "already used" in other.send(paper, {"code": first}, status=422).text
    assert "You have 3 tries left" in other.send(paper, {"code": "ABCD EFGH JKMN"}, status=422).text
    assert "12 letters and digits" in other.send(paper, {"code": "0O1I"}, status=422).text
    other.send(paper, {"code": second})


def test_new_recovery_codes_replace_the_old(app, half_way, clock_at_noon):
    browser = half_way(Role.TRAINER)
    phone, page = set_up_app(browser, "/my")
    old = recovery_codes_on(page)
    own = browser.get(browser.get("/account").links["Your second factor"])
    assert browser.send(own, {"code": phone.another_code()}, status=422).heading == "Your second factor"
    clock_at_noon.shift(HALF_MINUTE)
    page = browser.send(own, {"code": phone.code()}, status=200)
    new = recovery_codes_on(page)
    assert len(set(new)) == 10 and not set(new) & set(old)
    assert _subjects(app)[-1] == "You have new recovery codes"
    other, _ = _again(half_way)
    paper = other.get("/second-factor/recovery-code")
    other.send(paper, {"code": old[0]}, status=422)
    other.send(paper, {"code": new[0]})


@pytest.mark.parametrize("proof", ["app", "recovery code"])
def test_another_phone_is_set_up_against_a_proof(app, half_way, clock_at_noon, proof):
    browser = half_way(Role.TRAINER)
    phone, page = set_up_app(browser, "/my")
    codes = recovery_codes_on(page)
    clock_at_noon.shift(HALF_MINUTE)
    page = browser.get("/account/second-factor/another-phone")
    browser.send(page, {"code": phone.another_code()}, status=422)
    done = browser.send(page, {"code": phone.code() if proof == "app" else codes[0]})
    assert "Your authenticator app was taken off" in _subjects(app)
    assert browser.follow(done).heading == "Set up an authenticator app"
    browser.get("/account", status=302)
    new_phone, _ = set_up_app(browser, "/my")
    assert new_phone.key != phone.key


def test_nothing_kept_or_sent_gives_a_code_away(app, half_way, clock_at_noon, caplog):
    phone, page = set_up_app(half_way(Role.TRAINER), "/my")
    codes = [code.replace(" ", "") for code in recovery_codes_on(page)]
    with app.app_context():
        factor = db.session.query(SecondFactor).one()
        stored = [factor.sealed_secret, *(one.code_hash for one in db.session.query(RecoveryCode))]
        letters = [letter.body for letter in db.session.query(Letter)]
        audit = [str(one.detail) for one in db.session.query(AuditEntry)]
    everything = " ".join([*stored, *letters, *audit, caplog.text])
    for secret in (phone.key, phone.code(), *codes):
        assert secret not in everything


def test_a_secret_moved_to_another_user_opens_nothing(app, half_way, clock_at_noon):
    """Whoever can write to the database still cannot make themselves somebody else's phone."""
    phone, _ = set_up_app(half_way(Role.TRAINER), "/my")
    set_up_app(half_way(Role.OFFICE), "/my")
    with app.app_context(), transaction():
        mine, theirs = db.session.query(SecondFactor).order_by(SecondFactor.user_id)
        theirs.sealed_secret = mine.sealed_secret
    clock_at_noon.shift(HALF_MINUTE)
    browser, page = _again(half_way, Role.OFFICE)
    assert "can no longer read your second factor" in browser.send(page, {"code": phone.code()}, status=422).text
    browser.get("/account", status=302)


def test_the_office_resets_it_with_a_reason(app, half_way, clock_at_noon):
    browser = half_way(Role.TRAINER)
    set_up_app(browser, "/my")
    reset = ("users", "reset-second-factor", "--email", "trainer@agency.example", "--why")
    runner = app.test_cli_runner()
    assert runner.invoke(args=[*reset, "  "]).exit_code == 1
    assert browser.get("/account").heading == "Your details"
    done = runner.invoke(args=[*reset, "Their phone was stolen."])
    assert done.exit_code == 0 and "sets up an authenticator app" in done.output
    assert browser.get("/account", status=302).location.startswith("/sign-in")
    assert _subjects(app)[-1] == "Your second factor was reset"
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="second_factor.reset").one()
        assert entry.detail == {"why": "Their phone was stolen."}
        assert not db.session.query(SecondFactor).count() and not db.session.query(RecoveryCode).count()
    assert "no second factor" in runner.invoke(args=[*reset, "Again."]).output
    assert led_to(half_way(Role.TRAINER), "/my").heading == "Set up an authenticator app"


def test_a_mark_of_one_user_is_none_for_another(app, half_way):
    """The flag names whom it was passed for: it does not let in whoever signs in next on that browser."""
    browser = half_way(Role.TRAINER)
    other = make_user_with_role(app, Role.OFFICE)
    with browser.client.session_transaction() as cookie:
        cookie["second_factor"] = other
    browser.get("/account", status=302)


def test_the_app_on_this_very_phone_opens_by_a_link(half_way):
    page = half_way(Role.TRAINER)
    page = page.follow(page.send(led_to(page, "/my")))
    link = page.links["Open this account in your app"]
    assert link.startswith("otpauth://totp/") and f"secret={key_on(page).replace(' ', '')}" in link


@pytest.mark.parametrize(
    ("role", "whom"), [(Role.TRAINER, "ask the business office"), (Role.OFFICE, "ask a colleague of the")]
)
def test_nobody_is_told_to_ask_themselves(half_way, clock_at_noon, role, whom):
    set_up_app(half_way(role), "/my")
    other, page = _again(half_way, role)
    assert whom in page.text and whom in other.get("/second-factor/recovery-code").text
    assert ("business office to reset" in page.text) is (role is Role.TRAINER)
