"""What someone typed comes back after a lost sign-in: to them alone, and nothing is done with it unasked."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.accounts.letters import ask, latest_code
from tests.accounts.letters import enter as type_code
from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.registers.acts import DURING, book_for, let_lead, live, morning_session
from tests.web.lost import THIRTY, fields, key_of, marked, without_token
from tests.world.signing_in import email_of, sign_in, user_of
from training_app import clock
from training_app.accounts.commands.browsers import sign_out_browsers
from training_app.accounts.rules.roles import Role
from training_app.accounts.views.progress import PASSED
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.programme.models import TrainingSession
from training_app.web.failures import KEPT, OF_ANOTHER, PRESS_AGAIN, SIGNED_OUT
from training_app.web.kept_files import KEPT_FOR


@pytest.fixture(autouse=True)
def during() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def taking(app: Flask, browser_of: Callable[[Role], Browser]) -> tuple[Browser, str]:
    """A trainer's browser, and the address of a register of thirty people."""
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session()
        let_lead(session)
        for number in range(THIRTY):
            book_for(session, f"Person {number:02}")
        return browser, f"/sessions/{session.id}/register"


def sign_out(browser: Browser) -> None:
    page = browser.get("/account")
    token = next(one.get("value") for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "csrf_token")
    browser.post("/sign-out", {"csrf_token": token})


def sign_in_by_code(app: Flask, browser: Browser, role: Role, address: str) -> Page:
    page = ask(browser, email_of(role), after=address)
    return type_code_of(app, browser, page, role)


def type_code_of(app: Flask, browser: Browser, page: Page, role: Role) -> Page:
    let_in = type_code(browser, page, latest_code(app, email_of(role)))
    with browser.client.session_transaction() as cookie:
        cookie[PASSED] = cookie["_user_id"]  # the second factor, which has tests of its own
    return browser.follow(let_in)


def marks_of(app: Flask, address: str) -> int:
    with app.app_context():
        return len(live(db.session.get_one(TrainingSession, int(address.split("/")[2]))))


def test_a_register_of_thirty_comes_back_after_signing_in_again(app, taking):
    trainer, address = taking
    typed = marked(trainer.get(address), address)
    sign_out(trainer)
    page = trainer.post(address, typed, status=400)
    assert page.heading == KEPT.heading and "nothing you typed is lost" in page.text
    assert page.links["Sign in"] == f"/sign-in?next={address}"
    assert "Hara" not in str(page.response.headers)
    back = sign_in_by_code(app, trainer, Role.TRAINER, page.links["Sign in"])
    assert "You were signed out. Nothing you typed is lost: check it and save it." in back.text
    assert without_token(fields(back, address)) == without_token(typed)
    assert marks_of(app, address) == 0  # it is for them to press
    saved = trainer.post(address, fields(back, address) | {"walk_in_name": "", "walk_in_post": ""}, status=302)
    assert marks_of(app, address) == THIRTY
    assert "Nothing you typed is lost" not in trainer.follow(saved).text


def test_another_tab_signed_in_again_as_the_same_person(app, taking):
    trainer, address = taking
    typed = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.TRAINER))
    back = trainer.follow(trainer.post(address, typed, status=303))
    assert "You signed in again after this page was opened. Nothing you typed is lost" in back.text
    assert without_token(fields(back, address)) == without_token(typed)
    assert marks_of(app, address) == 0
    assert "Nothing you typed" not in trainer.get(f"{address}?kept=no").text


def test_signed_out_everywhere_though_the_cookie_is_still_there(app, taking):
    trainer, address = taking
    typed = marked(trainer.get(address), address)
    with app.app_context(), transaction():
        sign_out_browsers(user_of(Role.TRAINER).id, now=clock.now())
    page = trainer.post(address, typed, status=403)
    assert page.heading == KEPT.heading
    back = sign_in_by_code(app, trainer, Role.TRAINER, page.links["Sign in"])
    assert without_token(fields(back, address)) == without_token(typed)


def test_somebody_else_who_signs_in_here_sees_nothing_of_it(app, taking, browser_of):
    trainer, address = taking
    office = browser_of(Role.OFFICE)
    typed = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.OFFICE))
    page = trainer.post(address, typed, status=409)
    assert page.heading == OF_ANOTHER.heading and "Hara" not in page.response.text
    seen = trainer.get(address)
    assert "Hara" not in seen.response.text and "not shown to you" in seen.text
    assert "checked" not in seen.response.text
    assert "not shown to you" not in office.get(address).text  # another browser knows nothing of it
    sign_in(trainer, key_of(app, Role.TRAINER))
    assert without_token(fields(trainer.get(address), address)) == without_token(typed)


def test_it_runs_out_and_nobody_reads_it_on_the_disk(app, taking, during):
    trainer, address = taking
    typed = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.TRAINER))
    trainer.post(address, typed, status=303)
    (file,) = of(app).settings.kept_folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600 and b"Hara" not in file.read_bytes()
    during.shift(KEPT_FOR * 2)
    assert "Nothing you typed" not in trainer.get(address).text


@pytest.mark.parametrize("token", ["", "forged", "IjEyMyI.aaaa.bbbb"])
def test_what_comes_without_a_token_of_ours_is_not_kept(app, taking, token):
    trainer, address = taking
    typed = marked(trainer.get(address), address) | {"csrf_token": token}
    trainer.post(address, typed, status=400)
    sign_out(trainer)
    assert trainer.post(address, typed, status=400).heading == SIGNED_OUT.heading
    assert not of(app).settings.kept_folder.exists()


def test_codes_are_never_kept(app, browser_of):
    office = browser_of(Role.OFFICE)
    page = office.get("/account")
    token = next(one.get("value") for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "csrf_token")
    for address in ("/account/second-factor", "/account/second-factor/another-phone", "/second-factor"):
        sign_in(office, key_of(app, Role.OFFICE))
        office.post(address, {"csrf_token": token, "code": "123456"}, status=303)
    assert not of(app).settings.kept_folder.exists()


def test_a_form_of_the_office_comes_back_and_a_bare_button_is_to_be_pressed_again(app, browser_of):
    office = browser_of(Role.OFFICE)
    typed = fields(office.get("/staff/venues/new"), "/staff/venues/new")
    free = next(name for name in typed if "name" in name)
    sign_in(office, key_of(app, Role.OFFICE))
    back = office.follow(office.post("/staff/venues/new", typed | {free: "Braunstone Hall, “upper” room"}, status=303))
    assert fields(back, "/staff/venues/new")[free] == "Braunstone Hall, “upper” room"
    sign_in(office, key_of(app, Role.OFFICE))
    again = office.post("/account/sign-out-everywhere", {"csrf_token": typed["csrf_token"]}, status=303)
    assert again.location == "/account" and PRESS_AGAIN in office.follow(again).text


def test_what_the_page_cannot_take_any_more_is_said_and_shown(app, taking):
    """The address takes forms alone, and the form has gone from the page it stood on: the register is open again."""
    trainer, address = taking
    typed = {"csrf_token": fields(trainer.get(address), address)["csrf_token"], "why": "Two marks <b>are</b> wrong"}
    sign_in(trainer, key_of(app, Role.TRAINER))
    answer = trainer.post(f"{address}/reopen", typed, status=303)
    assert answer.location == address
    page = trainer.follow(answer)
    assert "this page cannot take it any more" in page.text and "“Two marks <b>are</b> wrong”" in page.text


def test_a_booking_and_its_needs_come_back(app, browser_of):
    person = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        address = f"/sessions/{morning_session(days=(DURING.date().replace(day=25),)).id}/book"
    typed = fields(person.get(address), address) | {"needs": "A seat near the door.\nI use a hearing loop & notes"}
    sign_out(person)
    page = person.post(address, typed, status=400)
    back = sign_in_by_code(app, person, Role.PRACTITIONER, page.links["Sign in"])
    assert fields(back, address)["needs"] == typed["needs"]
    assert "needs" not in page.links["Sign in"] and "hearing" not in str(page.response.headers)


def test_what_somebody_else_sends_takes_nothing_away(app, taking, browser_of):
    trainer, address = taking
    browser_of(Role.OFFICE)
    typed = marked(trainer.get(address), address)
    sign_in(trainer, key_of(app, Role.OFFICE))
    trainer.post(address, typed, status=409)
    trainer.post(address, fields(trainer.get(address), address), status=302)
    sign_in(trainer, key_of(app, Role.TRAINER))
    assert without_token(fields(trainer.get(address), address)) == without_token(typed)


def test_it_goes_once_it_was_sent_also_where_the_address_only_takes_forms(app, taking):
    trainer, address = taking
    typed = {"csrf_token": fields(trainer.get(address), address)["csrf_token"], "why": "Two marks are wrong"}
    sign_in(trainer, key_of(app, Role.TRAINER))
    page = trainer.follow(trainer.post(f"{address}/reopen", typed, status=303))
    trainer.post(f"{address}/reopen", typed | {"csrf_token": fields(page, address)["csrf_token"]}, status=302)
    assert "Two marks" not in trainer.get(address).text
