from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser
from tests.evaluation.answers import NEXT_DAY, before
from tests.evaluation.crowd import BOOKED, email_of
from tests.registers.acts import BEFORE, DURING, book_for, morning_session
from tests.world.programme import make_session
from tests.world.registers import make_mark
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands import room


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


@pytest.fixture
def held(app: Flask) -> tuple[str, int, list[str]]:
    """The room's code, a session of twenty bookings of which fourteen people came and six had rated themselves before,
    and everyone's booking code."""
    with app.app_context():
        with transaction():
            session = morning_session()
            bookings = [book_for(session, f"P{one}", email=email_of(one)) for one in range(BOOKED)]
            session_id, people = session.id, [one.person_id for one in bookings]
            codes = [one.code for one in bookings]
            code = room.make_code(session_id, actor_id=None, now=DURING)
        for person_id in people[:6]:
            with transaction():
                commands.answer(session_id, person_id, before({"knowledge": 3}), BEFORE)
    return code, session_id, codes
