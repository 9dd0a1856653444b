"""A mail server that is silent, or drips, holds one page for a few seconds and no other at all."""

import threading
import time
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask

from tests.accounts.letters import ask
from tests.browser import Browser
from tests.outbox.slow_servers import slow_server
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox import delivery
from training_app.outbox.mailers import TOO_LATE, SmtpMailer, Undelivered
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState

MESSAGE = message_from_bytes(b"Subject: One\r\n\r\nHello\r\n", policy=default)
WAYS = ["smtp", "smtp+starttls", "smtps"]


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
@pytest.mark.parametrize("way", WAYS)
def test_a_letter_is_given_up_in_time_all_in_all(way: str, drips: bool):
    with slow_server(drips=drips) as address:
        mailer = SmtpMailer(f"{way}://{address}", greeting="training.example", timeout=1)
        began = time.monotonic()
        with pytest.raises(Undelivered) as failure:
            mailer.send(MESSAGE, "a@agency.example", "b@agency.example")
        mailer.close()
        assert time.monotonic() - began < 2
    assert failure.value.unreachable
    assert str(failure.value) == TOO_LATE or way == "smtps"  # what it drips is no certificate


@pytest.fixture
def silent(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "SECONDS_IN_A_VIEW", 1.5)
    with slow_server(drips=False) as address:
        monkeypatch.setattr(of(app), "settings", replace(of(app).settings, smtp_url=f"smtp://{address}"))
        yield app


def test_whoever_asks_for_a_code_is_told_that_it_has_not_left(silent: Flask):
    began = time.monotonic()
    page = ask(Browser(silent), "niamh@agency.example")
    assert time.monotonic() - began < 4
    assert page.heading == "Enter your code" and "The email has not left yet" in page.text
    with silent.app_context():
        assert db.session.query(Letter).one().state is LetterState.QUEUED


def test_while_one_page_waits_for_the_mail_server_no_other_does(silent: Flask):
    first = threading.Thread(target=ask, args=(Browser(silent), "niamh@agency.example"))
    second = Browser(silent)
    start = second.get("/sign-in")
    first.start()
    time.sleep(0.3)
    began = time.monotonic()
    page = second.follow(second.send(start, {"email": "ada@agency.example"}))
    assert time.monotonic() - began < 1.2 and "The email has not left yet" in page.text
    first.join()
    with silent.app_context():
        attempts = {letter.recipient: letter.attempts for letter in db.session.query(Letter)}
    assert attempts == {"niamh@agency.example": 1, "ada@agency.example": 0}
