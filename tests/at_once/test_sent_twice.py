"""The same form three times on a slow line, two of them before the first is answered, and once more afterwards.

One booking, one answer, one cancellation, one letter of each; and the person reads the same good page every time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.accounts.letters import code_in, letters_to
from tests.at_once.people import Someone
from tests.at_once.together import Sending, at_once
from tests.bookings.by_page import book
from tests.browser import Browser
from tests.guards import XHTML
from tests.registers.acts import BEFORE, ENDED, morning_session
from tests.world.people import make_person
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Booking, BookingChange, Offer
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Response
from training_app.evaluation.rules.feedback_codes import feedback_code
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.models import Letter
from training_app.people.models import Person

CONFIRMED, CANCELLED, DECLINED = BookingState.CONFIRMED, BookingState.CANCELLED, BookingState.DECLINED


@pytest.fixture(autouse=True)
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class Scene:
    """Ann and the office at their screens, and a session of one place."""

    app: Flask
    ann: Someone
    office: Someone
    session_id: int

    def states(self) -> list[BookingState]:
        with self.app.app_context():
            return list(db.session.scalars(select(Booking.state).order_by(Booking.id)))

    def count(self, *what: object) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(what[0]).where(*what[1:])) or 0

    def letters(self, kind: str) -> int:
        return self.count(Letter, Letter.kind == kind)

    def ann_has_a_place(self) -> str:
        with self.app.app_context():
            return book(self.session_id, self.ann.person_id)


@pytest.fixture
def scene(either_house: Flask, someone: Callable[..., Someone]) -> Scene:
    ann, office = someone(Role.PRACTITIONER, "Ann"), someone(Role.OFFICE, "Olu")
    with either_house.app_context(), transaction():
        return Scene(either_house, ann, office, morning_session(capacity=1).id)


def sent_again_and_again(sending: Sending) -> str:
    """Twice while the first is on its way, and once when it is answered. What the person reads, the same each time."""
    app = sending.browser.app
    all_three = [sending, sending.again(), sending.again()]
    pages = [*at_once(app, *all_three), *at_once(app, sending.again())]
    assert [page.status for page in pages] == [302] * 4
    assert len({page.location for page in pages}) == 1
    late = sending.again().browser
    read = [one.browser.follow(page).text for one, page in zip(all_three, pages, strict=False)]
    assert len(set(read)) == 1
    assert late.follow(pages[-1]).heading
    return read[0]


def test_booking(scene):
    page = scene.ann.browser.get(f"/sessions/{scene.session_id}/book")
    assert "Your place is booked" in sent_again_and_again(Sending.of(scene.ann.browser, page, {"needs": "Lift"}))
    assert scene.states() == [CONFIRMED]
    assert scene.count(BookingChange) == scene.letters("booking confirmed") == 1


def test_joining_the_line(scene):
    with scene.app.app_context(), transaction():
        booked_by_another(scene)
    page = scene.ann.browser.get(f"/sessions/{scene.session_id}/book")
    assert "you are on the waiting list" in sent_again_and_again(Sending.of(scene.ann.browser, page)).lower()
    assert scene.states() == [CONFIRMED, BookingState.WAITLISTED]
    assert scene.letters("booking waiting") == 1


def test_cancelling(scene):
    page = scene.ann.browser.get(f"/bookings/{scene.ann_has_a_place()}/cancel")
    assert "This booking is cancelled" in sent_again_and_again(Sending.of(scene.ann.browser, page))
    assert scene.states() == [CANCELLED]
    assert scene.count(BookingChange) == 2 and scene.letters("booking cancelled") == 1


@pytest.mark.parametrize(("act", "state"), [("/accept", CONFIRMED), ("/decline", DECLINED)])
def test_answering_an_offer(scene, act, state):
    with scene.app.app_context(), transaction():
        first = booked_by_another(scene)
        commands.book_place(scene.session_id, scene.ann.person_id, actor_id=None, now=clock.now())
        commands.cancel_booking(first, actor_id=None, now=clock.now())
        code = db.session.scalars(select(Booking.code).where(Booking.person_id == scene.ann.person_id)).one()
    page = scene.ann.browser.get(f"/bookings/{code}")
    token = page.tree.find(f".//{XHTML}input[@name='csrf_token']").get("value")
    sent_again_and_again(Sending(scene.ann.browser, f"/bookings/{code}{act}", {"csrf_token": token}))
    assert scene.states() == [CANCELLED, state]
    assert scene.count(Offer, Offer.outcome.is_not(None)) == 1
    assert scene.letters("booking confirmed" if state is CONFIRMED else "offer declined") == 1


def booked_by_another(scene: Scene) -> int:
    return commands.book_place(scene.session_id, make_person("Bo").id, actor_id=None, now=clock.now()).id


@pytest.mark.parametrize("email", ["", "new@school.example"])
def test_the_office_books_someone_new(scene, email):
    page = scene.office.browser.get(f"/sessions/{scene.session_id}/bookings/new")
    agencies = page.tree.find(f".//{XHTML}select")
    typed = {
        "name": "Ada Soar", "agency": agencies.findall(f".//{XHTML}option")[1].get("value"), "post_title": "Cook",
        "why": "Rang us", "email": email,
    }
    assert "Ada Soar: confirmed." in sent_again_and_again(Sending.of(scene.office.browser, page, typed))
    assert scene.states() == [CONFIRMED] and scene.count(Person, Person.name == "Ada Soar") == 1
    assert scene.letters("booking confirmed") == bool(email)


def test_two_of_one_name_are_two_people_where_the_page_knew_of_the_first(scene):
    for said in ({}, {"who_is": "new"}):
        page = scene.office.browser.get(f"/sessions/{scene.session_id}/bookings/new")
        agency = page.tree.find(f".//{XHTML}select").findall(f".//{XHTML}option")[1].get("value")
        typed = {"name": "Ada Soar", "agency": agency, "post_title": "Cook", "why": "Rang us"}
        sent_again_and_again(Sending.of(scene.office.browser, page, typed | said))
    assert scene.states() == [CONFIRMED, BookingState.WAITLISTED]


def test_the_office_cancels_for_someone(scene):
    code = scene.ann_has_a_place()
    page = scene.office.browser.get(f"/sessions/{scene.session_id}/bookings/{code}/cancel")
    said = sent_again_and_again(Sending.of(scene.office.browser, page, {"why": "Their manager rang"}))
    assert "The booking is cancelled." in said
    assert scene.states() == [CANCELLED] and scene.letters("booking cancelled") == 1


def test_the_form_before(scene):
    scene.ann_has_a_place()
    page = scene.ann.browser.get(f"/sessions/{scene.session_id}/evaluation/before")
    said = sent_again_and_again(Sending.of(scene.ann.browser, page, {"before_knowledge": 4}))
    assert "We have your answers from before the session." in said
    assert scene.count(Response) == 1


def test_the_form_after(scene, today):
    scene.ann_has_a_place()
    today.move_to(ENDED + timedelta(minutes=1))
    browser = scene.ann.another_window()
    page = browser.get(f"/sessions/{scene.session_id}/evaluation")
    typed = {"after_knowledge": 8, "words_better": "More time", "may_quote": "y"}
    assert "What happens next" in sent_again_and_again(Sending.of(browser, page, typed))
    assert scene.count(Response) == 1


@pytest.mark.parametrize("by_code", [False, True])
def test_the_form_in_the_room(scene, today, by_code):
    scene.ann_has_a_place()
    with scene.app.app_context(), transaction():
        code = room.make_code(scene.session_id, actor_id=None, now=clock.now())
    today.move_to(ENDED)
    browser = Browser(scene.app)
    secret_key = of(scene.app).settings.secret_key
    who = feedback_code(scene.session_id, scene.ann.person_id, secret_key) if by_code else ""
    sending = Sending.of(browser, browser.get(f"/e/{code}"), {"who": who, "after_knowledge": 8})
    assert "Thank you" in sent_again_and_again(sending)
    assert scene.count(Response) == 1


def test_saying_who_you_are(scene):
    """Someone new says who they are, twice at once: one person, one sign-in, and they are in."""
    browser = Browser(scene.app)
    page = browser.follow(browser.send(browser.get("/sign-in"), {"email": "new@school.example"}))
    code = code_in(letters_to(scene.app, "new@school.example")[-1])
    page = browser.follow(browser.send(page, {"code": code}, action="/sign-in/code"))
    agency = page.tree.find(f".//{XHTML}select").findall(f".//{XHTML}option")[1].get("value")
    sending = Sending.of(browser, page, {"name": "Noor", "agency": agency, "post_title": "Cook"})
    twin = sending.again()
    pages = at_once(scene.app, sending, twin)
    assert [one.status for one in pages] == [302] * 2
    assert scene.count(Person, Person.email == "new@school.example") == 1
    assert scene.count(User, User.email == "new@school.example") == 1
    inside = [one.browser.get("/account", status=None).status for one in (sending, twin)]
    assert sorted(inside) == [200, 302]
