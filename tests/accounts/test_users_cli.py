"""`flask users …`: clear sentences, nothing done by halves."""

import pytest
from click.testing import Result
from flask import Flask

from tests.accounts.apps import set_up_app
from tests.accounts.letters import ask, enter, latest_code
from tests.browser import Browser
from tests.conftest import make_user
from training_app.accounts.queries import user_with_email
from training_app.accounts.rules import Role
from training_app.extensions import db
from training_app.people.models import Person

ZOE = ("--email", "Zoe@Office.example", "--name", "Zoë O'Hara")


def _users(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["users", *words])


def test_the_first_administrator_can_sign_in(app: Flask, browser: Browser) -> None:
    done = _users(app, "create", *ZOE, "--role", "administrator", "--agency", "Leics County Council")
    assert done.exit_code == 0, done.output
    assert (
        done.output == "Zoë O'Hara may sign in as Business office, with a code sent to zoe@office.example.\n"
    )
    page = ask(browser, "zoe@office.example", after="/sign-in?next=/account")
    done = enter(browser, page, latest_code(app, "zoe@office.example"))
    set_up_app(browser, done.location)
    page = browser.get("/account")
    assert "Zoë O'Hara" in page.text and "Leicestershire County Council" in page.text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create", *ZOE, "--role", "coordinator"), "Say which agency the booking co-ordinator looks after."),
        (("create", *ZOE, "--role", "trainer", "--agency", "LCC"), "No agency is called “LCC” today."),
        (
            ("create", "--email", "zoe", "--name", "Zoë", "--role", "trainer"),
            "“zoe” is not an email address.",
        ),
        (
            ("create", "--email", "z@o.example", "--name", "  ", "--role", "trainer"),
            "Enter a name of at most 120 letters.",
        ),
        (
            ("create", "--email", "trainer@agency.example", "--name", "T", "--role", "trainer"),
            "trainer@agency.example can sign in already.",
        ),
        (("grant", "--email", "trainer@agency.example", "--role", "trainer"), "They already hold this role."),
        (("grant", "--email", "z@o.example", "--role", "trainer"), "Nobody signs in with z@o.example."),
        (("close", "--email", "z@o.example"), "Nobody signs in with z@o.example."),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nothing_behind(
    app: Flask, words: tuple[str, ...], sentence: str
) -> None:
    make_user(app, Role.TRAINER)
    done = _users(app, *words)
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {sentence}") and done.output.count("\n") == 1
    with app.app_context():
        assert db.session.query(Person).count() == 1


def test_a_role_more_and_the_end_of_it_all(app: Flask) -> None:
    _users(app, "create", *ZOE, "--role", "trainer")
    done = _users(
        app, "grant", "--email", "zoe@office.example", "--role", "coordinator", "--agency", "leics police"
    )
    assert done.output == "Zoë O'Hara is now Booking co-ordinator, Leicestershire Police too.\n"
    listed = _users(app, "roles").output
    assert "coordinator: Booking co-ordinator." in listed and listed.count("zoe@office.example") == 2
    with app.app_context():
        key = user_with_email("zoe@office.example").session_key  # type: ignore[union-attr]
    assert "can no longer sign in" in _users(app, "close", "--email", "zoe@office.example").output
    with app.app_context():
        user = user_with_email("zoe@office.example")
        assert user and user.closed_at and user.session_key != key
    assert "already closed" in _users(app, "close", "--email", "zoe@office.example").output


def test_an_unknown_role_is_named_with_those_there_are(app: Flask) -> None:
    done = _users(app, "create", *ZOE, "--role", "boss")
    assert done.exit_code == 2 and "'administrator'" in done.output
