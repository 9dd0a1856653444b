"""What was kept of a lost sign-in changes no button, is thrown away by nobody else, and comes from no other site."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser
from tests.registers.acts import DURING, book_for, let_lead, morning_session
from tests.web.lost import THIRTY, fields, key_of, marked, without_token
from tests.world.signing_in import sign_in
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of

BACK = "Nothing you typed is lost"


@pytest.fixture(autouse=True)
def during() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def kept(app: Flask, browser_of: Callable[[Role], Browser]) -> tuple[Browser, str, dict[str, str]]:
    """A trainer's browser, the address of a register, and what is kept of it."""
    trainer = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session()
        let_lead(session)
        for number in range(THIRTY):
            book_for(session, f"Person {number:02}")
        address = f"/sessions/{session.id}/register"
    typed = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.TRAINER))
    trainer.post(address, typed, status=303)
    return trainer, address, typed


def test_a_button_does_what_it_says_today(app, browser_of):
    """The session was full when the form was sent, and is not any more."""
    person = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = morning_session(days=(DURING.date().replace(day=25),), capacity=1)
        address, booking = f"/sessions/{session.id}/book", book_for(session, "First One").id
    typed = fields(person.get(address), address) | {"needs": "A seat near the door"}
    sign_in(person, key_of(app, Role.PRACTITIONER))
    person.post(address, typed, status=303)
    with app.app_context(), transaction():
        db.session.get_one(Booking, booking).move_to(BookingState.CANCELLED, actor_id=None, now=DURING)
    page = person.get(address)
    now = fields(page, address)
    assert now["needs"] == typed["needs"] and BACK in page.text
    assert typed["expects"] != now["expects"], "a full session promised the waiting list, a free place is a place"


def test_somebody_elses_form_of_that_page_takes_nothing_away(app, kept, browser_of):
    trainer, address, typed = kept
    browser_of(Role.OFFICE)
    sign_in(trainer, key_of(app, Role.OFFICE))
    other = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.OFFICE))
    trainer.post(address, other, status=303)
    sign_in(trainer, key_of(app, Role.TRAINER))
    assert without_token(fields(trainer.get(address), address)) == without_token(typed)


def test_another_form_of_the_page_takes_nothing_away(kept):
    trainer, address, typed = kept
    token = fields(trainer.get(address), address)["csrf_token"]
    trainer.post(f"{address}/reopen", {"csrf_token": token, "why": ""}, status=422)
    assert without_token(fields(trainer.get(address), address)) == without_token(typed)


def test_one_word_is_shown_too_where_the_page_cannot_take_it(app, kept):
    trainer, address, _ = kept
    token = fields(trainer.get(address), address)["csrf_token"]
    sign_in(trainer, key_of(app, Role.TRAINER))
    trainer.post(f"{address}/reopen", {"csrf_token": token, "why": "Mistake"}, status=303)
    assert "You typed: “Mistake”" in trainer.get(address).text


@pytest.mark.parametrize("button", ["undo", "rest_here", "take_off"])
def test_a_button_that_is_gone_is_no_word_that_was_lost(app, kept, button):
    trainer, address, typed = kept
    token = fields(trainer.get(address), address)["csrf_token"]
    sign_in(trainer, key_of(app, Role.TRAINER))
    trainer.post(address, typed | {"csrf_token": token, button: "7"}, status=303)
    page = trainer.get(address)
    assert BACK in page.text and "has no place there now" not in page.text


@pytest.mark.parametrize("sent_by", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
])  # fmt: skip
def test_another_site_sets_no_cookie_and_keeps_nothing(app, browser_of, sent_by):
    attacker = browser_of(Role.PRACTITIONER)
    token = fields(attacker.get("/account"), "/sign-out")["csrf_token"]
    answer = Browser(app).client.post("/account/details", data={"csrf_token": token, "name": "x y"}, headers=sent_by)
    assert "typed=" not in str(answer.headers) and not of(app).settings.kept_folder.exists()
