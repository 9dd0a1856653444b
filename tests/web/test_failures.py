"""Error pages: the menu where it can be made, the words of what happened, a way on."""

from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from tests.browser import Browser
from tests.guards import XHTML
from tests.whole.visitors import enter
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.web.failures import NOT_TOLD, SIGNED_OUT, STALE_FORM, WORDS

NO_CODE = "/bookings/K7CM9XWD"


def menu_of(page) -> list[str]:
    menus = [one for one in page.tree.iter(f"{XHTML}nav") if one.get("aria-label") == "Main"]
    return [one.text for nav in menus for one in nav.iter(f"{XHTML}a")]


@pytest.mark.parametrize(("address", "status"), [("/nowhere", 404), ("/staff/sessions", 403), ("/sign-out", 405)])
def test_someone_signed_in_keeps_their_menu_on_an_error_page(browser_of, address, status):
    trainer = browser_of(Role.TRAINER)
    page = trainer.get(address, status=status)
    assert page.heading == WORDS[status].heading
    assert menu_of(page) == menu_of(trainer.get("/programme")) and "My sessions" in menu_of(page)
    assert "Siân O’Neill (trainer)" in page.text and "Sign out" in page.text


def test_the_demonstration_says_so_on_its_error_pages(demonstration: Flask):
    page = enter(demonstration, Role.PRACTITIONER).get("/nowhere", status=404)
    assert "Demonstration." in page.text and "Step into another role" in page.links


def test_what_was_done_is_said_on_the_next_page_that_is_no_error(demonstration: Flask):
    person = enter(demonstration, Role.PRACTITIONER)
    person.send(person.get("/demo/roles"), action="/demo/roles/1")
    assert "You are now" not in person.get("/nowhere", status=404).text
    assert "You are now" in person.get("/programme").text


def test_the_page_of_a_fault_has_the_menu_while_the_database_answers(app: Flask, browser_of):
    trainer = browser_of(Role.TRAINER)
    rename(app, "course")
    with answering_for_its_faults(app):
        assert "My sessions" in menu_of(trainer.get("/programme", status=500))
        rename(app, "signed_in_browser")
        page = trainer.get("/programme", status=500)
    assert page.heading == WORDS[500].heading and menu_of(page) == []


def rename(app: Flask, table: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_of_old"))


@contextmanager
def answering_for_its_faults(app: Flask):
    """As it does for visitors; otherwise the test would see the fault and not the page."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None


def token_of(browser: Browser) -> str:
    form = browser.get("/sign-in", status=None)
    if form.status == 302:
        form = browser.get("/account")
    return next(one.get("value") for one in form.tree.iter(f"{XHTML}input") if one.get("name") == "csrf_token")


@pytest.mark.parametrize(
    ("address", "back"),
    [("/account/sign-out-everywhere", "/account"), (f"{NO_CODE}/cancel", f"{NO_CODE}/cancel"),
     (f"{NO_CODE}/accept", NO_CODE)],
)
def test_who_has_signed_out_in_another_tab_is_told_so_and_led_back(browser_of, address, back):
    person = browser_of(Role.PRACTITIONER)
    token = token_of(person)
    person.post("/sign-out", {"csrf_token": token})
    page = person.post(address, {"csrf_token": token}, status=400)
    assert page.heading == SIGNED_OUT.heading and "Sign in again, then do it once more." in page.text
    assert page.links["Sign in"] == f"/sign-in?next={back}"
    # And where the other tab shows the sign-in page, whose token this page then borrowed:
    assert person.post(address, {"csrf_token": token_of(person)}, status=403).heading == SIGNED_OUT.heading


def test_a_form_that_was_open_for_long_is_still_said_to_be(browser, browser_of):
    browser.get("/sign-in")
    of_another_session = token_of(Browser(browser.app))
    late = browser.post("/sign-in", {"email": "a@b.example", "csrf_token": of_another_session}, status=400)
    assert late.heading == "Sign in" and "This page had been open for long." in late.text
    person = browser_of(Role.PRACTITIONER)
    page = person.post("/account/sign-out-everywhere", {"csrf_token": of_another_session}, status=400)
    assert page.heading == STALE_FORM.heading
    assert person.post("/account/sign-out-everywhere", {}, status=400).heading == NOT_TOLD.heading


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (f"{NO_CODE}/accept", NO_CODE), (f"{NO_CODE}/keep-waiting", NO_CODE),
        ("/sessions/7/register/reopen", "/sessions/7/register"), ("/demo/roles/3", "/demo/roles"),
        ("/reports/yearly/2024-25/facts/3/withdraw", "/reports/yearly/2024-25/facts"),
    ],
)
def test_opening_the_address_of_a_button_shows_the_page_it_stands_on(browser, address, page):
    assert browser.get(address, status=302).location == page
    assert browser.client.head(address).status_code == 302
    assert browser.client.put(address).status_code in {400, 405}
