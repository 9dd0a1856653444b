"""`flask users …`: clear sentences, nothing done by halves."""

import pytest
from click.testing import Result
from flask import Flask

from tests.accounts.apps import set_up_app
from tests.accounts.letters import ask, enter, latest_code
from tests.browser import Browser
from tests.world.accounts import make_browser
from tests.world.people import make_person, make_post
from tests.world.signing_in import make_user_with_role
from training_app import clock
from training_app.accounts.models import RoleGrant
from training_app.accounts.queries import browsers_of, user_with_email
from training_app.accounts.rules.roles import Role
from training_app.agencies.queries import find_agency
from training_app.audit.models import AuditEntry
from training_app.database import transaction
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
    make_user_with_role(app, Role.TRAINER)
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
    with app.app_context(), transaction():
        make_browser(user_with_email("zoe@office.example"), "key-of-zoe")
    assert "can no longer sign in" in _users(app, "close", "--email", "zoe@office.example").output
    with app.app_context():
        user = user_with_email("zoe@office.example")
        assert user and user.closed_at and not browsers_of(user.id, clock.now())
    assert "already closed" in _users(app, "close", "--email", "zoe@office.example").output


def test_a_lost_phone_is_signed_out_and_its_owner_can_come_back(app: Flask, browser: Browser) -> None:
    _users(app, "create", *ZOE, "--role", "practitioner")
    page = ask(browser, "zoe@office.example", after="/sign-in?next=/account")
    enter(browser, page, latest_code(app, "zoe@office.example"))
    assert browser.get("/account").status == 200
    done = _users(app, "sign-out", "--email", "zoe@office.example")
    assert done.output == "Zoë O'Hara is signed out everywhere, and can sign in again.\n"
    assert browser.get("/account", status=302).location == "/sign-in?next=/account"
    page = ask(browser, "zoe@office.example", after="/sign-in?next=/account")
    assert enter(browser, page, latest_code(app, "zoe@office.example")).location == "/account"


def test_one_role_is_taken_back_and_the_rest_stay(app: Flask) -> None:
    _users(app, "create", *ZOE, "--role", "trainer")
    _users(app, "grant", "--email", "zoe@office.example", "--role", "coordinator", "--agency", "leics police")
    words = ("end-role", "--email", "zoe@office.example", "--role", "coordinator", "--why", "Another  job")
    refused = _users(app, *words)
    assert refused.output == "Error: Zoë O'Hara is not Booking co-ordinator now.\n" and refused.exit_code == 1
    done = _users(app, *words, "--agency", "leics police")
    assert done.output == "Zoë O'Hara is no longer Booking co-ordinator, Leicestershire Police.\n"
    assert _users(app, *words, "--agency", "leics police").exit_code == 1
    with app.app_context():
        user = user_with_email("zoe@office.example")
        assert user and user.roles == {Role.TRAINER} and user.closed_at is None
        ended = db.session.query(RoleGrant).filter_by(role=Role.COORDINATOR).one()
        assert ended.ended_at and ended.granted_at <= ended.ended_at
        line = db.session.query(AuditEntry).filter_by(action="user.role_ended").one()
        assert line.detail == {"role": "coordinator", "agency_id": ended.agency_id, "why": "Another job"}


def test_the_last_administrator_stays_one(app: Flask) -> None:
    _users(app, "create", *ZOE, "--role", "administrator")
    words = ("end-role", "--email", "zoe@office.example", "--role", "administrator", "--why", "Another job")
    refused = _users(app, *words)
    assert refused.output == "Error: Nobody else has the role Business office. Give it to someone else first.\n"
    make_user_with_role(app, Role.OFFICE)
    _users(app, "close", "--email", "administrator@agency.example")
    assert _users(app, *words).exit_code == 1, "who cannot sign in does not count"
    _users(app, "create", "--email", "next@office.example", "--name", "Next", "--role", "administrator")
    assert _users(app, *words).exit_code == 0
    assert _users(app, *words[:-1], " ").exit_code == 1


def test_an_unknown_role_is_named_with_those_there_are(app: Flask) -> None:
    done = _users(app, "create", *ZOE, "--role", "boss")
    assert done.exit_code == 2 and "'administrator'" in done.output


def test_a_known_email_is_never_another_persons_sign_in(app: Flask) -> None:
    with app.app_context(), transaction():
        ann = make_person("Ann Lee", email="office@school.example")
        make_post(ann, find_agency("LPT", clock.today()), title="Nurse")
    words = ("create", "--email", "Office@School.example", "--role", "trainer", "--name")
    refused = _users(app, *words, "Bo Moss")
    assert refused.exit_code == 1 and refused.output == (
        "Error: office@school.example is here as the email of Ann Lee (Nurse, Leicestershire Partnership NHS Trust)."
        " If that is who it is: --name 'Ann Lee'. Someone else needs an email of their own.\n"
    )
    with app.app_context():
        assert user_with_email("office@school.example") is None
    done = _users(app, *words, "Lee, Ms Ann")
    assert done.output == "Ann Lee may sign in as Trainer, with a code sent to office@school.example.\n"


def _let_in_as_it_once_was(app: Flask, kept: str) -> None:
    """A first administrator whose address was taken before addresses were held to the standard."""
    _users(app, "create", *ZOE, "--role", "administrator")
    with app.app_context(), transaction():
        user = user_with_email("zoe@office.example")
        assert user and user.person
        user.email = user.person.email = kept


def test_whoever_was_let_in_with_an_address_that_is_none_gets_another(app: Flask, browser: Browser) -> None:
    _let_in_as_it_once_was(app, ".zoe@office.example")
    words = ("change-email", "--email", ".Zoe@office.example", "--why", "Typed  wrongly", "--to")
    refused = _users(app, *words, "zoe..@office.example")
    assert refused.output == "Error: “zoe..@office.example” is not an email address.\n" and refused.exit_code == 1
    done = _users(app, *words, "Zoe@Office.example")
    assert done.output == "Zoë O'Hara now signs in with zoe@office.example, and is signed out everywhere.\n"
    page = ask(browser, "zoe@office.example")
    enter(browser, page, latest_code(app, "zoe@office.example"))
    with app.app_context():
        assert [one.email for one in db.session.query(Person)] == ["zoe@office.example"]
        line = db.session.query(AuditEntry).filter_by(action="user.email_changed").one()
        assert line.detail == {"why": "Typed wrongly"}, "no personal data"


def test_an_email_is_changed_to_nobody_elses(app: Flask) -> None:
    _users(app, "create", *ZOE, "--role", "trainer")
    with app.app_context(), transaction():
        make_person("Ann Lee", email="office@school.example")
    words = ("change-email", "--email", "zoe@office.example", "--to")
    refused = _users(app, *words, "office@school.example", "--why", "Moved")
    assert refused.exit_code == 1 and refused.output == "Error: Someone with this email is already here.\n"
    assert _users(app, *words, "new@office.example", "--why", " ").output == "Error: Say why the email changes.\n"
    make_user_with_role(app, Role.TRAINER)
    assert _users(app, *words, "trainer@agency.example", "--why", "Moved").exit_code == 1
    with app.app_context():
        assert user_with_email("zoe@office.example") and not user_with_email("new@office.example")
