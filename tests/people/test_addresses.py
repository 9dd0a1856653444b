"""One rule for an e-mail address: every page and every command takes the same ones, and keeps them alike."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.bookings.by_page import coming_session
from tests.browser import Browser
from tests.world.people import make_person
from training_app import clock
from training_app.accounts.commands.users import open_sign_in
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import register_person
from training_app.people.models import Person
from training_app.people.queries import person_with_email
from training_app.registers.forms import WalkInForm
from training_app.words.emails import WhoseEmail, email_address, is_an_email, normal_email, read_email

TAKEN = {
    "jo@school.example": "jo@school.example",
    " JO@School.Example ": "jo@school.example",
    "jo+training@school.example": "jo+training@school.example",
    "o'rourke@school.example": "o'rourke@school.example",
    "o’rourke@school.example": "o'rourke@school.example",
    "jo@bücher.example": "jo@xn--bcher-kva.example",
    "JO@BU\u0308CHER.example": "jo@xn--bcher-kva.example",
    "jo@xn--bcher-kva.example": "jo@xn--bcher-kva.example",
    "\ufeffjo\u200b@sch\u00adool.exa\u2060mple\u200e": "jo@school.example",
}
REFUSED = (
    "jo", "jo@school", ".jo@school.example", "jo.@school.example", "jo..s@school.example", "jo@10.0.0.1",
    "jo@[10.0.0.1]", "jo@-school.example", "jo@school-.example", "jo@school.example.", "siân@school.example",
    "jo s@school.example", "jo@sch_ool.example", "jo@school.123", f"{'j' * 250}@school.example", "@school.example",
)


@pytest.mark.parametrize("typed", TAKEN)
def test_what_is_an_address_is_kept_in_one_form(typed: str) -> None:
    assert {read_email(typed, whose) for whose in WhoseEmail} == {TAKEN[typed]}
    assert email_address(typed) == normal_email(typed) == TAKEN[typed]
    assert is_an_email(TAKEN[typed])


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_none_is_none_for_everyone(typed: str) -> None:
    assert email_address(typed) is None and not is_an_email(typed)
    for whose in WhoseEmail:
        with pytest.raises(ValueError, match="name@"):
            read_email(typed, whose)


@given(st.text() | st.emails())
def test_what_is_kept_stays_as_it_is(text: str) -> None:
    assert normal_email(normal_email(text)) == normal_email(text)
    address = email_address(text)
    assert address is None or (address.isascii() and email_address(address) == address == normal_email(text))


@pytest.mark.parametrize("typed", [*TAKEN, *REFUSED])
def test_every_page_and_every_command_gives_the_same_answer(
    app: Flask, browser: Browser, browser_of: Callable[[Role], Browser], typed: str
) -> None:
    good = typed in TAKEN
    assert (browser.client.post("/sign-in", data=_with_token(browser, typed)).status_code == 302) is good
    words = ("--name", "First", "--role", "administrator")
    assert (app.test_cli_runner().invoke(args=["users", "create", f"--email={typed}", *words]).exit_code == 0) is good
    with app.test_request_context(method="POST", data={"walk_in_email": typed}):
        form = WalkInForm(meta={"csrf": False})
        assert form.walk_in_email.validate(form) is good
    with app.app_context():
        session = coming_session()
    office = browser_of(Role.OFFICE)
    page = office.get(f"/sessions/{session}/bookings/new")
    booked = office.send(page, {"email": typed, "why": "Rang us"}, status=302 if good else 422)
    if not good:
        assert "like name@school.example" in booked.text
        return
    with app.app_context():
        first = select(Person.email).where(Person.name == "First")
        assert db.session.scalars(first).one() == TAKEN[typed]


def _with_token(browser: Browser, typed: str) -> dict[str, str]:
    token = browser.get("/sign-in").form().find(".//{*}input").get("value")
    return {"csrf_token": token, "email": typed}


@pytest.mark.parametrize("typed", REFUSED)
def test_no_command_takes_what_is_none(in_app: Flask, typed: str) -> None:
    someone = make_person("Ann")
    db.session.commit()
    with pytest.raises(Refused, match="is not an email address"), transaction():
        register_person("Jo", typed, actor_id=None, now=clock.now())
    with pytest.raises(Refused, match="is not an email address"), transaction():
        open_sign_in(typed, someone, Role.OFFICE, actor_id=None, now=clock.now())


@pytest.mark.parametrize("kept", [".jo@school.example", "jo..s@school.example", "jo@10.0.0.1", "jo@trust.local"])
def test_whoever_was_stored_before_is_found_and_can_be_changed(
    app: Flask, browser: Browser, browser_of: Callable[[Role], Browser], kept: str
) -> None:
    with app.app_context():
        with transaction():
            someone = make_person("Jo Soar", email=kept).id
        found = person_with_email(kept.upper())
        assert found is not None and found.id == someone
        session = coming_session()
    office = browser_of(Role.OFFICE)
    page = office.send(
        office.get(f"/sessions/{session}/bookings/new"), {"find": kept, "step": "find"}, status=200
    )
    assert f"{kept}" in page.text
    office.send(page, {"person": someone, "why": "Rang us"})
    assert browser.client.post("/sign-in", data=_with_token(browser, kept)).status_code == 422
    run = app.test_cli_runner()
    done = run.invoke(args=["users", "close", "--email", kept])
    assert done.exit_code == 1 and done.output.startswith(f"Error: Nobody signs in with {kept}.")


def test_a_domain_written_either_way_is_one_person(in_app: Flask) -> None:
    with transaction():
        someone = register_person("Jo", "Jo@Bücher.example", actor_id=None, now=clock.now())
    for typed in ("jo@bücher.example", "JO@XN--BCHER-KVA.example", "jo@bu\u0308cher.example "):
        assert person_with_email(typed) is someone
    with pytest.raises(Refused, match="already here"), transaction():
        register_person("Other", "jo@xn--bcher-kva.example", actor_id=None, now=clock.now())


def test_a_sign_in_from_before_can_be_closed(in_app: Flask, app: Flask) -> None:
    with transaction():
        someone = make_person("Jo Soar")
        user = open_sign_in("jo@school.example", someone, Role.TRAINER, actor_id=None, now=clock.now())
        user.email = ".jo@school.example"
    done = app.test_cli_runner().invoke(args=["users", "close", "--email", ".Jo@school.example"])
    assert done.exit_code == 0, done.output
