"""The service under another key does what docs/operating.md tells of changing it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.accounts.apps import led_to, recovery_codes_on, set_up_app
from tests.accounts.cookies import by_code, is_in, with_a_sign_in
from tests.accounts.letters import ask, enter, latest_code
from tests.browser import Browser
from tests.world.signing_in import email_of
from training_app.accounts.rules.roles import Role
from training_app.config import ROOT
from training_app.installation import of

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
ANOTHER = "another-key-for-tests-only-0123456789abc"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def change_the_key(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def change() -> None:
        monkeypatch.setattr(of(app), "settings", replace(of(app).settings, secret_key=ANOTHER))
        monkeypatch.setitem(app.config, "SECRET_KEY", ANOTHER)

    return change


def test_everybody_is_signed_out_and_a_code_under_way_is_worth_nothing(app, change_the_key):
    with_a_sign_in(app, Role.PRACTITIONER)
    browser, other = by_code(app, Role.PRACTITIONER), Browser(app)
    page = ask(other, email_of(Role.PRACTITIONER))
    code = latest_code(app, email_of(Role.PRACTITIONER))
    assert is_in(browser)
    change_the_key()
    assert not is_in(browser)
    enter(other, page, code, status=400)
    assert is_in(by_code(app, Role.PRACTITIONER)), "they ask for a code and come in"


def test_an_app_and_its_recovery_codes_are_reset_by_the_office(app, change_the_key, noon):
    with_a_sign_in(app, Role.TRAINER)
    phone, page = set_up_app(by_code(app, Role.TRAINER), "/account")
    change_the_key()
    noon.shift(timedelta(minutes=1))
    browser = by_code(app, Role.TRAINER)
    paper = browser.get("/second-factor/recovery-code")
    browser.send(paper, {"code": recovery_codes_on(page)[0]}, status=422)
    told = browser.send(led_to(browser, "/account"), {"code": phone.code()}, status=422)
    assert "because the key of this service was changed. Ask the business office to reset it." in told.text
    reset = ["users", "reset-second-factor", "--email", email_of(Role.TRAINER), "--why", "Another key"]
    assert app.test_cli_runner().invoke(args=reset).exit_code == 0
    browser = by_code(app, Role.TRAINER)
    set_up_app(browser, "/account")
    assert is_in(browser)


def test_the_document_says_when_it_is_changed_and_what_that_does():
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    section = text.partition("\n## The key of the service\n")[2].partition("\n## ")[0]
    for word in ("**Made", "**Kept", "**Changed", "**What a change does", "**Ended", "reset-second-factor"):
        assert word in section
