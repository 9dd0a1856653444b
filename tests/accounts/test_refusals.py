"""What was refused leaves a line, by numbers and kinds alone; and no visitor is shown where things are kept."""

import logging

import pytest
from flask import Flask

from tests.accounts.apps import Phone, key_on, led_to
from tests.accounts.letters import another_code, ask, enter, latest_code
from tests.browser import Browser
from tests.world.demo import make_demonstration_mark
from tests.world.signing_in import email_of, make_user_with_role, signed_in, user_of
from training_app.accounts.models import SignInCode
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of


def _audited(action: str) -> list[tuple[int | None, dict[str, object]]]:
    found = db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)
    return [(entry.actor_id, entry.detail) for entry in found]


def test_a_wrong_code_of_a_letter_leaves_a_line_without_an_address(app, caplog):
    browser = Browser(app)
    page = ask(browser, "niamh@agency.example")
    with caplog.at_level(logging.WARNING):
        enter(browser, page, another_code(latest_code(app, "niamh@agency.example")), status=422)
    with app.app_context():
        code_id = db.session.query(SignInCode.id).scalar()
    assert f"wrong code: kind=email outcome=wrong code={code_id} user=None" in caplog.text
    assert "niamh" not in caplog.text


def test_a_wrong_code_of_an_app_leaves_a_line_and_is_audited(app, caplog):
    browser = signed_in(app, make_user_with_role(app, Role.TRAINER), second_factor=False)
    page = browser.follow(browser.send(led_to(browser, "/account")))
    with caplog.at_level(logging.WARNING):
        browser.send(page, {"code": Phone(key_on(page)).another_code()}, status=422)
    with app.app_context():
        user_id = user_of(Role.TRAINER).id
        assert f"wrong code: kind=app outcome=wrong code=None user={user_id}" in caplog.text
        assert _audited("second_factor.wrong_code") == [(user_id, {"wrong_tries": 1})]
    assert email_of(Role.TRAINER) not in caplog.text and "Siân" not in caplog.text


def test_a_page_that_is_refused_leaves_a_line_and_an_act_is_audited(app, browser_of, caplog):
    browser = browser_of(Role.PRACTITIONER)
    token = str(browser.get("/account").tree.xpath("//*[@name='csrf_token']/@value")[0])
    with caplog.at_level(logging.WARNING):
        browser.get("/letters", status=403)  # which fails where a page writes
        browser.post("/letters/1/send-again", {"csrf_token": token}, status=403)
    with app.app_context():
        user_id = user_of(Role.PRACTITIONER).id
        assert f"refused: method=GET page=outbox.letters user={user_id}" in caplog.text
        assert f"refused: method=POST page=outbox.send_again user={user_id}" in caplog.text
        assert _audited("user.refused") == [(user_id, {"page": "outbox.send_again"})]


def test_a_demonstration_shows_no_visitor_where_its_letters_are(app: Flask, browser: Browser):
    with app.app_context(), transaction():
        make_demonstration_mark()
    page = ask(browser, "niamh@agency.example")
    assert "This demonstration sends no real email." in page.text
    html = page.response.get_data(as_text=True)
    assert str(of(app).settings.mail_folder) not in html and str(of(app).settings.mail_folder.parent) not in html


@pytest.mark.parametrize("closed", [True, False])
def test_a_closed_sign_in_is_refused_with_a_line(app, caplog, closed):
    make_user_with_role(app, Role.PRACTITIONER)
    with app.app_context(), transaction():
        user_of(Role.PRACTITIONER).closed_at = user_of(Role.PRACTITIONER).created_at if closed else None
    browser = Browser(app)
    page = ask(browser, email_of(Role.PRACTITIONER))
    with caplog.at_level(logging.WARNING):
        enter(browser, page, latest_code(app, email_of(Role.PRACTITIONER)), status=403 if closed else 302)
    assert ("refused: method=POST page=accounts.enter_code" in caplog.text) is closed
