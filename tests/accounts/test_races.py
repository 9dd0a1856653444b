"""Many at once: limits and single use hold when the requests arrive together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from tests.conftest import settings_for
from training_app import clock, create_app
from training_app.accounts.commands import codes
from training_app.accounts.models import SignInCode
from training_app.accounts.rules.sign_in import CODES_AT_ONCE, TRIES, Verdict
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter

KEY = "k" * 32


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each kind of database it may run on."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    url = request.getfixturevalue("postgresql").new_database()
    app = create_app(settings_for(tmp_path, database_url=url))
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _ask(app: Flask, now: datetime) -> bool:
    with app.app_context():
        try:
            with transaction():
                codes.ask_for_code(
                    "a@b.example", network="192.0.2.1", now=now, secret_key=KEY, site_name="Site"
                )
        except codes.TooManyCodes:
            return False
        return True


def test_a_burst_of_requests_sends_no_more_codes_than_one_by_one(busy: Flask) -> None:
    now = clock.now()
    with ThreadPoolExecutor(12) as pool:
        sent = list(pool.map(lambda _: _ask(busy, now), range(36)))
    assert sum(sent) == CODES_AT_ONCE
    with busy.app_context():
        assert db.session.query(Letter).count() == CODES_AT_ONCE


def test_guesses_at_once_cost_a_try_each_and_the_right_code_opens_once(busy: Flask) -> None:
    now = clock.now()
    with busy.app_context():
        with transaction():
            asked = codes.ask_for_code(
                "a@b.example", network="192.0.2.1", now=now, secret_key=KEY, site_name="Site"
            )
            body = db.session.get_one(Letter, asked.letter_id).body
        code = next(line for line in body.splitlines() if line.replace(" ", "").isdigit())

    def guess(typed: str) -> Verdict:
        with busy.app_context(), transaction():
            return codes.check_code(asked.code_id, typed, now=now, secret_key=KEY).verdict

    with ThreadPoolExecutor(8) as pool:
        wrong = list(pool.map(guess, ["x"] * (TRIES - 1)))
    assert wrong == [Verdict.WRONG] * (TRIES - 1)
    with busy.app_context():
        assert db.session.get_one(SignInCode, asked.code_id).tries_left == 1
    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(guess, [code] * 8))
    assert sorted(right) == sorted([Verdict.RIGHT] + [Verdict.USED] * 7)
