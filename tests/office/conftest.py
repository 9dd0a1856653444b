"""The office at its work, on a day that stands still."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser import Browser
from tests.office.drafts import NOW, prepare_office
from training_app import clock
from training_app.accounts.rules.roles import Role


@pytest.fixture
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def office(time_stands_still: None, app: Flask, browser_of: Callable[[Role], Browser]) -> Browser:
    """The office's browser, where all is there that a session is made of."""
    with app.app_context():
        prepare_office()
    return browser_of(Role.OFFICE)
