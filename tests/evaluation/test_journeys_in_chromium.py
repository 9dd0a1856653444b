"""The forms before and after a session, from where people come to them: on a phone, by keyboard, JavaScript off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from tests.accounts.letters import code_in
from tests.at_once.people import make_someone
from tests.bookings.by_page import book, coming_session
from tests.chromium import PHONE, Service, program, serving, visitor
from tests.evaluation.answers import code_of
from tests.keyboard import fill, press, rate
from tests.whole.every_letter import hold_yesterday, links_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.commands.asking import ask_for_answers
from training_app.evaluation.models import Comment, Pairing, Rating, Response
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.models import Letter
from training_app.people.queries import person_with_email

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
EMAIL = "ann@agency.example"


@pytest.fixture
def service(app: Flask) -> Iterator[Service]:
    """The application as a process of its own on this test's database, in which Ann has a sign-in."""
    make_someone(app, Role.PRACTITIONER, "Ann")
    with serving(Path(of(app).settings.database_url.removeprefix("sqlite:///"))) as running:
        yield running


@dataclass(frozen=True)
class Ann:
    """Ann on her phone."""

    app: Flask
    service: Service
    page: Page

    def open(self, path: str) -> None:
        self.page.goto(self.service.address + path)

    def sign_in(self) -> None:
        """From the page that asks for her email to the one she wished for."""
        fill(self.page, "Your work email", EMAIL)
        press(self.page, "Email me a code")
        fill(self.page, "Six-digit code", self._code())
        press(self.page, "Sign in")

    def _code(self) -> str:
        files = sorted(self.service.letters.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        return code_in(message_from_bytes(files[-1].read_bytes(), policy=policy.default))  # type: ignore[arg-type]

    def reads(self, words: str) -> bool:
        """These words stand on the page, and nothing reaches beyond the screen."""
        fits = self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return fits and words in " ".join(self.page.locator("main").inner_text().split())

    def kept(self) -> list[tuple[Moment, int]]:
        with self.app.app_context():
            query = select(Response.moment, Rating.value).join(Rating).order_by(Response.moment, Rating.value)
            return [(moment, value) for moment, value in db.session.execute(query)]


@pytest.fixture
def ann(app: Flask, chromium: Chromium, service: Service) -> Iterator[Ann]:
    with visitor(chromium, service, viewport=PHONE, java_script_enabled=False) as someone:
        yield Ann(app, service, someone.page)
        assert not someone.complaints


def answer_before(ann: Ann) -> None:
    assert ann.reads("Before the session: half a minute")
    rate(ann.page, "before_knowledge", 3)
    rate(ann.page, "before_confidence", 0)
    press(ann.page, "Send my answers")
    assert ann.reads("Thank you. We have your answers from before the session.")
    assert ann.kept() == [(Moment.BEFORE, 1), (Moment.BEFORE, 4)]


def test_the_form_before_from_the_confirmation(app: Flask, ann: Ann):
    with app.app_context():
        session_id = coming_session()
    ann.open(f"/sessions/{session_id}")
    press(ann.page, "Book a place")
    ann.sign_in()
    press(ann.page, "Book my place")
    assert ann.reads("Your place is booked")
    press(ann.page, "Fill it in now")
    answer_before(ann)


def test_the_form_before_from_the_letter(app: Flask, ann: Ann):
    with app.app_context():
        book(coming_session(), _person_id())
    ann.open(_link_in("booking confirmed", app, to="/sessions/"))
    ann.sign_in()
    answer_before(ann)


def _person_id() -> int:
    person = person_with_email(EMAIL)
    assert person is not None
    return person.id


def _link_in(kind: str, app: Flask, to: str = "/") -> str:
    """Her own page that a letter of this kind leads to, or the form."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.kind == kind, Letter.recipient == EMAIL)).one()
        own = [one for one in links_of(letter) if one.startswith(("/bookings/", "/sessions/"))]
        (link,) = [one for one in own if one.startswith(to)]
        return urlsplit(link).path


@pytest.fixture
def held(app: Flask, service: Service) -> int:
    """A session that Ann had a place at ended yesterday."""
    with app.app_context(), transaction():
        session_id = coming_session(in_days=1)
        book(session_id, _person_id())
        hold_yesterday(session_id)
        return session_id


def by_the_letter(ann: Ann, session_id: int) -> None:
    with ann.app.app_context(), transaction():
        assert ask_for_answers(
            session_id, base_url="http://127.0.0.1", site_name="Site", secret_key="a-key", now=clock.now()
        ) == 1
    ann.open(_link_in("feedback asked", ann.app))
    ann.sign_in()


def by_my_training(ann: Ann, session_id: int) -> None:
    ann.open("/my")
    ann.sign_in()
    assert ann.reads("My training")
    press(ann.page, "Give feedback")


def by_the_rooms_code(ann: Ann, session_id: int) -> None:
    """She types the address that the trainer's screen shows, as people type, and gives her feedback code."""
    with ann.app.app_context(), transaction():
        code = room.make_code(session_id, actor_id=None, now=clock.now())
        own = code_of(session_id, _person_id())
    ann.open(f"/e/{code.lower()}")
    fill(ann.page, "Your feedback code", f"{own[:4].lower()} {own[4:]}")


@pytest.mark.parametrize("way", [by_the_letter, by_my_training, by_the_rooms_code])
def test_the_form_after(ann: Ann, held: int, way: Callable[[Ann, int], None]):
    way(ann, held)
    assert ann.reads("How was it? About two minutes")
    rate(ann.page, "after_knowledge", 7)
    rate(ann.page, "looking_back_knowledge", 2)
    fill(ann.page, "better", "More time")
    press(ann.page, "Send my answers")
    assert ann.reads("Thank you")
    assert ann.kept() == [(Moment.AFTER, 8), (Moment.LOOKING_BACK, 3)]
    with ann.app.app_context():
        assert db.session.scalars(select(Pairing.person_id)).one() == _person_id()
        assert db.session.scalars(select(Comment.text)).all() == ["More time"]
