"""Browsers that signed in by a code, and copies of their cookies."""

from flask import Flask

from tests.accounts.letters import ask, enter, latest_code
from tests.browser import Browser
from tests.world.accounts import grant_role, make_user
from tests.world.people import make_person
from tests.world.signing_in import email_of
from training_app.accounts.rules.roles import Role
from training_app.database import transaction


def with_a_sign_in(app: Flask, role: Role) -> None:
    """Someone who has not yet signed in anywhere."""
    with app.app_context(), transaction():
        grant_role(make_user(person=make_person("Niamh", email=email_of(role))), role)


def by_code(app: Flask, role: Role, agent: str = "") -> Browser:
    """A browser in which they showed the code from the letter, and nothing more."""
    browser = Browser(app)
    if agent:
        browser.client.environ_base["HTTP_USER_AGENT"] = agent
    page = ask(browser, email_of(role), after="/sign-in?next=/account")
    enter(browser, page, latest_code(app, email_of(role)))
    return browser


def copy_of(browser: Browser) -> Browser:
    """Somebody has taken the cookies of this browser."""
    copy = Browser(browser.app)
    with browser.client.session_transaction() as cookie:
        held = dict(cookie)
    with copy.client.session_transaction() as cookie:
        cookie.update(held)
    return copy


def is_in(browser: Browser) -> bool:
    return browser.get("/account", status=None).status == 200


def token_of(browser: Browser) -> str:
    """The token of a form on a page of this browser."""
    return str(browser.get("/account").tree.xpath("//*[@name='csrf_token']/@value")[0])
