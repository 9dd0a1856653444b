from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser
from tests.evaluation.answers import NEXT_DAY
from tests.world.programme import make_session
from tests.world.registers import make_mark
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.database import transaction


@pytest.fixture
def day_after() -> Iterator[time_machine.Traveller]:
    """It is the day after the session; `.move_to(…)` goes on from there."""
    with time_machine.travel(NEXT_DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def participant(
    app: Flask, browser_of: Callable[[Role], Browser], day_after: time_machine.Traveller
) -> tuple[Browser, int]:
    """A browser of someone the register says came, on the day after; and the session's id."""
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = make_session()
        make_mark(session, user_of(Role.PRACTITIONER).person)
        return browser, session.id
