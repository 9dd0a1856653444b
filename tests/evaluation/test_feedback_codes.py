"""A feedback code is read by the person alone, and opens one form of one session."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browser import Browser
from tests.evaluation.answers import code_of
from tests.evaluation.crowd import try_to_send
from tests.registers.acts import BEFORE, ENDED, let_lead, morning_session
from tests.whole.crawling import links_of
from tests.world.people import agency, make_post
from tests.world.registers import make_mark
from tests.world.signing_in import sign_in, user_of
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.bookings.commands.places import book_place
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.commands.asking import ask_for_answers
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.rules.feedback_codes import LENGTH, feedback_code, in_groups, owner_of
from training_app.evaluation.rules.room import LETTERS
from training_app.extensions import db
from training_app.installation import settings
from training_app.outbox.models import Letter
from training_app.programme.models import TrainingSession

KEY = "a-key"
STAFF = (Role.OFFICE, Role.TRAINER, Role.COORDINATOR, Role.REVIEWER)


def test_it_is_of_one_session_person_and_key():
    codes = {feedback_code(*given) for given in ((1, 2, KEY), (2, 1, KEY), (12, 1, KEY), (1, 21, KEY), (1, 2, "other"))}
    assert len(codes) == 5 and all(len(code) == LENGTH and set(code) <= set(LETTERS) for code in codes)
    assert feedback_code(1, 2, KEY) == feedback_code(1, 2, KEY)


def test_it_is_found_among_those_who_are_there_alone():
    code = feedback_code(7, 3, KEY)
    for typed in (code, in_groups(code), f" {code[:4].lower()}-{code[4:]}"):
        assert owner_of(typed, 7, range(1, 40), KEY) == 3
    assert owner_of(code, 8, range(1, 40), KEY) is None
    assert owner_of(code, 7, [1, 2, 4], KEY) is None
    assert owner_of("", 7, range(1, 40), KEY) is None


@pytest.fixture
def at(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def booked(app: Flask, browser_of: Callable[[Role], Browser], at) -> tuple[dict[Role, Browser], int, str, str]:
    """Everyone signed in; the session, for which their co-ordinator booked the practitioner; their two codes."""
    browsers = {role: browser_of(role) for role in (Role.PRACTITIONER, *STAFF)}
    with app.app_context(), transaction():
        session, coordinator = morning_session(), user_of(Role.COORDINATOR)
        let_lead(session)
        person = user_of(Role.PRACTITIONER).person
        make_post(person, agency())
        booking = book_place(session.id, person.id, actor_id=coordinator.id, now=BEFORE, why="They asked me to")
        room.make_code(session.id, actor_id=None, now=BEFORE)
        return browsers, session.id, booking.code, code_of(session.id, person.id)


def go_on_to(at, when, browsers: dict[Role, Browser]) -> None:  # type: ignore[no-untyped-def]
    """A later day, on which everyone signs in anew."""
    at.move_to(when)
    for role, browser in browsers.items():
        sign_in(browser, f"key-of-{role}")


def holds(text: str, code: str) -> bool:
    return code in text or in_groups(code) in text


def crawl(browser: Browser, also: list[str]) -> dict[str, str]:
    waiting, pages = ["/", *also], {}
    while waiting and len(pages) < 150:
        address = waiting.pop(0)
        if address in pages or address.startswith(("/sign-out", "/demo")):
            continue
        page = browser.get(address, status=None)
        pages[address] = page.response.get_data(as_text=True)
        waiting += [page.location] if page.status == 302 else [
            one for one in links_of(page, address) if "?" not in one or "page=" in one
        ]
    return pages


def test_the_person_reads_it_and_nobody_else_does(app, booked, at, caplog):
    """Not on any page of staff, in no letter, no line of the audit, no file and no log; before and after it is used."""
    caplog.set_level(logging.DEBUG)
    browsers, session_id, booking_code, code = booked
    assert in_groups(code) in browsers[Role.PRACTITIONER].get(f"/bookings/{booking_code}").text
    assert not holds(browsers[Role.PRACTITIONER].get("/my").text, code), "on the day, and not before"
    go_on_to(at, ENDED + timedelta(minutes=5), browsers)
    assert in_groups(code) in browsers[Role.PRACTITIONER].get("/my").text
    assert in_groups(code) in browsers[Role.PRACTITIONER].get(f"/bookings/{booking_code}").text
    with app.app_context(), transaction():
        make_mark(db.session.get_one(TrainingSession, session_id), user_of(Role.PRACTITIONER).person)
        ask_for_answers(
            session_id, base_url="http://127.0.0.1", site_name="Site", secret_key=settings().secret_key, now=ENDED
        )
    room_code = _room_code(app, session_id)
    assert try_to_send(app, room_code, code) == 302
    also = [
        f"/sessions/{session_id}/register", f"/sessions/{session_id}/room", f"/sessions/{session_id}/register/sheet",
        f"/sessions/{session_id}/bookings", f"/staff/sessions/{session_id}", f"/bookings/{booking_code}", "/letters",
        "/agency/bookings", f"/sessions/{session_id}/register/history", f"/e/{room_code}", "/my", "/comments",
    ]
    for role in STAFF:
        pages = crawl(browsers[role], also)
        assert len(pages) > 20
        assert not [address for address, text in pages.items() if holds(text, code)]
    with app.app_context():
        letters = db.session.scalars(select(Letter)).all()
        assert len(letters) >= 2
        assert [one.kind for one in letters if holds(f"{one.subject}{one.body}{one.attachment}", code)] == [
            "feedback asked"
        ]
        assert all(one.sealed for one in letters if one.kind == "feedback asked")
        assert not any(holds(json.dumps(one.detail), code) for one in db.session.scalars(select(AuditEntry)))
    assert not holds(caplog.text, code)


def _room_code(app: Flask, session_id: int) -> str:
    with app.app_context():
        return room_queries.code_of(session_id) or ""


def test_it_opens_nothing_else(app, booked, at):
    browsers, _, _, code = booked
    go_on_to(at, ENDED + timedelta(minutes=5), browsers)
    for address in (f"/e/{code}", f"/bookings/{code}"):
        assert browsers[Role.PRACTITIONER].get(address, status=404).status == 404


def test_it_is_gone_once_the_form_has_closed(app, booked, at):
    browsers, _, booking_code, code = booked
    go_on_to(at, ENDED + timedelta(days=40), browsers)
    assert not holds(browsers[Role.PRACTITIONER].get(f"/bookings/{booking_code}").text, code)
    assert not holds(browsers[Role.PRACTITIONER].get("/my").text, code)
