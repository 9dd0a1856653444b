"""The form in a real browser: by mouse, by finger and by keyboard, with JavaScript off."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.serving import make_server

from tests.chromium import PHONE, program
from tests.world.programme import make_session
from tests.world.registers import make_mark
from tests.world.signing_in import make_user_with_role, user_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.models import Comment, Rating
from training_app.extensions import db

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]


@dataclass(frozen=True)
class Served:
    """The application at a real address, and a cookie of someone who came to a session yesterday."""

    address: str
    cookie: str
    path: str

    def open(self, chromium: Chromium, **context: object) -> Page:
        window = chromium.new_context(viewport=PHONE, **context)  # type: ignore[arg-type]
        window.add_cookies([{"name": "training", "value": self.cookie, "url": self.address}])
        page = window.new_page()
        page.goto(self.address + self.path)
        return page


@pytest.fixture
def served(app: Flask) -> Iterator[Served]:
    key = make_user_with_role(app, Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = make_session(day=clock.today() - timedelta(days=1))
        make_mark(session, user_of(Role.PRACTITIONER).person)
        path = f"/sessions/{session.id}/evaluation"
    signing = app.session_interface.get_signing_serializer(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}", signing.dumps({"_user_id": key, "_fresh": True}), path)
    server.shutdown()
    thread.join()
    server.server_close()


def kept(app: Flask) -> list[int]:
    with app.app_context():
        return sorted(db.session.scalars(select(Rating.value)))


def test_with_a_mouse_and_without_javascript(app, served, chromium):
    page = served.open(chromium, java_script_enabled=False)
    page.locator("#after_knowledge-8").click()
    page.locator("#after_skills-7").click()
    page.locator("#after_skills-none").click()
    page.locator("#looking_back_knowledge").click()
    page.fill("#words_better", "More time")
    page.get_by_label("You may quote my words, without my name").check()
    page.get_by_role("button", name="Send my answers").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    assert kept(app) == [1, 8]
    with app.app_context():
        assert db.session.scalars(select(Comment)).one().may_quote


def test_with_a_finger(app, served, chromium):
    page = served.open(chromium, has_touch=True, is_mobile=True)
    page.locator("#after_knowledge-8").tap()
    page.locator("#after_confidence-10").tap()
    page.get_by_role("button", name="Send my answers").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(app) == [8, 10]


def test_with_the_keyboard_alone(app, served, chromium):
    page = served.open(chromium)
    page.locator("#main-content a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send my answers":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(app) == [7]


def test_no_page_of_it_has_a_fault_that_axe_finds(served, chromium):
    page = served.open(chromium, bypass_csp=True)
    seen = []

    def inspect() -> None:
        faults = Axe().run(page)
        assert not faults.violations_count, faults.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        seen.append(page.locator("h1").inner_text())

    inspect()
    page.get_by_role("button", name="Send my answers").click()
    page.locator(".govuk-error-summary").wait_for()
    inspect()
    page.locator("#after_knowledge-8").click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    inspect()
    page.goto(served.address + served.path)
    inspect()
    page.goto(f"{served.address}/my")
    inspect()
    assert seen == ["How was it? About two minutes"] * 2 + [
        "Thank you", "We already have your answers", "My training",
    ]
