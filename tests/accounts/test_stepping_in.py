"""Stepping into a role: only in the demonstration, only as someone made up."""

import pytest
from flask import Flask

from tests.browser import Browser
from tests.world.accounts import grant_role, make_user
from tests.world.demo import make_demonstration_mark
from tests.world.people import make_person
from tests.world.signing_in import make_user_with_role
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.extensions import db


def _made_up(role: Role) -> User:
    email = f"{role}@demonstration.example"
    person = make_person(f"Jo {role}", email=email, generated=True)
    user = make_user(person=person, session_key=f"made-up-{role}", generated=True)
    grant_role(user, role)
    return user


@pytest.fixture
def demonstration(app: Flask) -> dict[Role, int]:
    """A database that carries the mark and holds one made-up user for each role."""
    with app.app_context(), transaction():
        make_demonstration_mark()
        users = {role: _made_up(role) for role in Role}
        return {role: user.id for role, user in users.items()}


@pytest.mark.parametrize("role", list(Role))
def test_one_click_steps_into_each_role(browser: Browser, demonstration: dict[Role, int], role: Role) -> None:
    page = browser.get("/demo/roles")
    assert "These people are made up" in page.text and role.label in page.text
    browser.send(page, action=f"/demo/roles/{demonstration[role]}")
    page = browser.get("/account")
    assert f"Jo {role}" in page.text and role.label in page.text
    assert "You are now" in page.text and "made up" in page.text


def test_changing_roles_needs_no_signing_out(browser: Browser, demonstration: dict[Role, int]) -> None:
    browser.send(browser.get("/demo/roles"), action=f"/demo/roles/{demonstration[Role.TRAINER]}")
    browser.send(browser.get("/demo/roles"), action=f"/demo/roles/{demonstration[Role.REVIEWER]}")
    assert "Jo reviewer" in browser.get("/account").text


def test_nobody_steps_into_a_real_user(app: Flask, browser: Browser, demonstration: dict[Role, int]) -> None:
    with app.app_context():
        make_user_with_role(app, Role.OFFICE)
        real = db.session.query(User).filter_by(email="administrator@agency.example").one().id
    page = browser.get("/demo/roles")
    assert "Siân" not in page.text
    page = browser.get("/demo/roles")
    token = page.response.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    for user_id in (real, 10**6):
        browser.post(f"/demo/roles/{user_id}", {"csrf_token": token}, status=404)
    browser.get("/account", status=302)


def test_without_the_mark_the_page_does_not_exist(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction():
        user_id = _made_up(Role.OFFICE).id
    browser.get("/demo/roles", status=404)
    token = browser.get("/sign-in").form()[0].get("value")
    browser.post(f"/demo/roles/{user_id}", {"csrf_token": token or ""}, status=404)
    browser.get("/account", status=302)


def test_a_closed_user_cannot_be_stepped_into(
    app: Flask, browser: Browser, demonstration: dict[Role, int]
) -> None:
    with app.app_context(), transaction():
        db.session.get_one(User, demonstration[Role.TRAINER]).closed_at = clock.now()
    assert "Jo trainer" not in browser.get("/demo/roles").text


def test_a_demonstration_without_people_says_how_to_load_them(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction():
        make_demonstration_mark()
    assert "flask demo load" in browser.get("/demo/roles").text


BEGINS = {
    Role.PRACTITIONER: "/my", Role.COORDINATOR: "/agency/bookings", Role.TRAINER: "/registers",
    Role.OFFICE: "/staff/sessions", Role.REVIEWER: "/impact",
}


@pytest.mark.parametrize("role", list(Role))
def test_everyone_begins_with_their_work(browser: Browser, demonstration: dict[Role, int], role: Role) -> None:
    done = browser.send(browser.get("/demo/roles"), action=f"/demo/roles/{demonstration[role]}")
    assert done.location == BEGINS[role]
    assert "My training" in browser.follow(done).links
    assert browser.get("/sign-in", status=302).location == BEGINS[role]
    assert browser.get("/sign-in?next=/account", status=302).location == "/account"
