"""Answering by the room's code while signed in: as oneself, unless the telephone was passed on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.browser import Browser, Page, filled, held_by
from tests.evaluation.answers import code_of
from tests.evaluation.in_room import IN_ROOM, RATED, answer, kept
from tests.guards import XHTML
from tests.registers.acts import DURING, ENDED, book_for, morning_session
from tests.world.registers import make_mark, make_register_change
from tests.world.signing_in import sign_in, signs_in_anew, user_of
from training_app import clock
from training_app.accounts.commands.browsers import sign_out_browsers
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Pairing, Response
from training_app.evaluation.queries import room as room_queries
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.registers.rules.marks import Mark
from training_app.web.failures import KEPT, OF_ANOTHER

AS_YOURSELF = "You are signed in as yourself: your answers are joined with those you gave before"


@pytest.fixture(autouse=True)
def in_room() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_ROOM, tick=False) as traveller:
        yield traveller


@pytest.fixture
def me(app: Flask, browser_of: Callable[[Role], Browser]) -> tuple[Browser, str, int]:
    """A browser in which someone is signed in who has a place, as three more have; the room's code, the session."""
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = morning_session()
        book_for(session, person=user_of(Role.PRACTITIONER).person)
        for number in range(3):
            book_for(session, f"Other {number}")
        return browser, room.make_code(session.id, actor_id=None, now=DURING), session.id


def person_paired(app: Flask) -> bool:
    with app.app_context():
        return db.session.scalars(select(Pairing.person_id)).all() == [user_of(Role.PRACTITIONER).person_id]


def boxes(page) -> list[str]:
    return [one.get("name") for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "text"]


def test_whoever_is_signed_in_and_has_a_place_answers_as_themselves(app, me):
    browser, code, _ = me
    page = browser.get(f"/e/{code}")
    assert AS_YOURSELF in page.text and "who" not in boxes(page)
    assert browser.send(page, RATED, action=f"/e/{code}").location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1) and person_paired(app)
    again = browser.get(f"/e/{code}", status=302)
    assert again.location == f"/e/{code}/thank-you", "sent once, also from another browser of theirs"


def test_whoever_answered_by_their_own_form_is_thanked_by_the_code(app, me, in_room):
    browser, code, session_id = me
    in_room.move_to(ENDED + timedelta(hours=1))
    browser.send(browser.get(f"/sessions/{session_id}/evaluation"), RATED)
    assert browser.get(f"/e/{code}", status=302).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1)


def test_a_telephone_passed_on_is_that_of_the_next_person(app, me):
    browser, code, _ = me
    thanks = browser.follow(browser.send(browser.get(f"/e/{code}"), RATED, action=f"/e/{code}"))
    page = browser.follow(browser.send(thanks))
    assert AS_YOURSELF not in page.text and "who" in boxes(page)
    browser.send(page, {"after_knowledge": "3"})
    assert kept(app) == (2, 1)


def test_who_says_that_they_are_somebody_else_is_nobody_we_know(app, me):
    browser, code, _ = me
    page = browser.get(f"/e/{code}")
    assert "Not you? Answer as somebody else" in page.text
    page = browser.follow(browser.send(page, action=f"/e/{code}/next"))
    assert AS_YOURSELF not in page.text
    browser.send(page, RATED)
    assert kept(app) == (1, 0)


def test_who_has_no_place_here_is_not_joined_by_their_sign_in(app, me, browser_of):
    _, code, _ = me
    trainer = browser_of(Role.TRAINER)
    page = trainer.get(f"/e/{code}")
    assert AS_YOURSELF not in page.text
    trainer.send(page, RATED)
    assert kept(app) == (1, 0)


def test_who_lost_their_place_meanwhile_is_told_and_not_taken_for_a_stranger(app, me):
    browser, code, _ = me
    page = browser.get(f"/e/{code}")
    with app.app_context(), transaction():
        booking = db.session.scalars(
            select(Booking).where(Booking.person_id == user_of(Role.PRACTITIONER).person_id)
        ).one()
        booking.move_to(BookingState.CANCELLED, actor_id=None, now=DURING)
    browser.send(page, RATED, action=f"/e/{code}", status=409)
    assert kept(app) == (0, 0)


def test_whom_a_closed_register_does_not_name_is_told_on_the_page(app, me):
    browser, code, session_id = me
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        make_mark(session, user_of(Role.PRACTITIONER).person, Mark.ABSENT, marked_at=DURING)
        make_register_change(session, ENDED)
    assert browser.get(f"/e/{code}").heading == "This form is for people who came"


def test_what_a_page_says_of_itself_pairs_nobody_who_is_not_signed_in(app, me):
    _, code, _ = me
    answer(app, code, typed={**RATED, "own": "yes"}, status=409)
    assert kept(app) == (0, 0)


TYPED = {"after_knowledge": "8", "words_better": "More time for “why”"}


def back_again(browser: Browser, page: Page, code: str) -> Page:
    """They sign in again where the page says, and are led on."""
    assert page.links["Sign in"] == f"/sign-in?next=/e/{code}"
    with browser.app.app_context():
        sign_in(browser, signs_in_anew(user_of(Role.PRACTITIONER).id))
    return browser.get(f"/e/{code}")


@pytest.mark.parametrize(("how", "status"), [("here", 400), ("everywhere", 403), ("by time", 400)])
def test_who_lost_their_sign_in_gets_their_words_back_once_they_are_signed_in_again(app, me, how, status):
    browser, code, _ = me
    address, typed = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    if how == "here":
        browser.post("/sign-out", {"csrf_token": typed["csrf_token"]})
    elif how == "by time":
        browser.client.delete_cookie("training")
    else:
        with app.app_context(), transaction():
            sign_out_browsers(user_of(Role.PRACTITIONER).id, now=clock.now())
    page = browser.post(address, typed, status=status)
    assert page.heading == KEPT.heading and "nothing you typed is lost" in page.text and kept(app) == (0, 0)
    back = back_again(browser, page, code)
    assert "You were signed out. Nothing you typed is lost" in back.text and AS_YOURSELF in back.text
    again = held_by(back.form(address))
    assert {name: again[name] for name in TYPED} == TYPED
    browser.post(address, again)
    assert kept(app) == (1, 1) and person_paired(app)


def test_who_signed_in_anew_meanwhile_gets_their_words_back_at_once(app, me):
    browser, code, _ = me
    address, typed = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    with app.app_context():
        sign_in(browser, signs_in_anew(user_of(Role.PRACTITIONER).id))
    back = browser.follow(browser.post(address, typed, status=303))
    assert "You signed in again after this page was opened. Nothing you typed is lost" in back.text
    assert held_by(back.form(address))["words_better"] == TYPED["words_better"] and kept(app) == (0, 0)


def test_what_one_person_typed_as_themselves_is_sent_by_nobody_else_and_shown_to_nobody(app, me, browser_of):
    browser, code, session_id = me
    browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        book_for(db.session.get_one(TrainingSession, session_id), person=user_of(Role.TRAINER).person)
    address, typed = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    with app.app_context():
        sign_in(browser, signs_in_anew(user_of(Role.TRAINER).id))
    page = browser.post(address, typed, status=409)
    assert page.heading == OF_ANOTHER.heading and kept(app) == (0, 0)
    for seen in (page, browser.get(f"/e/{code}")):
        assert "More time" not in seen.response.get_data(as_text=True)


def test_words_that_were_kept_do_not_come_up_on_a_telephone_that_was_passed_on(app, me):
    browser, code, _ = me
    address, typed = filled(browser.get(f"/e/{code}"), TYPED, action=f"/e/{code}")
    with app.app_context():
        sign_in(browser, signs_in_anew(user_of(Role.PRACTITIONER).id))
    back = browser.follow(browser.post(address, typed, status=303))
    passed_on = browser.follow(browser.send(back, action=f"/e/{code}/next"))
    assert "More time" not in passed_on.response.get_data(as_text=True) and AS_YOURSELF not in passed_on.text


def test_what_was_opened_as_oneself_and_passed_on_since_comes_back_as_somebody_elses(app, me):
    browser, code, _ = me
    page = browser.get(f"/e/{code}")
    browser.send(page, action=f"/e/{code}/next")
    again = browser.send(page, TYPED, action=f"/e/{code}", status=409)
    assert "This browser was passed on since the page was opened" in again.text and AS_YOURSELF not in again.text
    assert held_by(again.form(f"/e/{code}"))["words_better"] == TYPED["words_better"] and kept(app) == (0, 0)
    browser.send(again, action=f"/e/{code}")
    assert kept(app) == (1, 0)


def test_before_and_in_the_room_make_a_pair(app, browser_of: Callable[[Role], Browser], in_room):
    in_room.move_to(datetime(2026, 6, 11, 8, 0, tzinfo=UTC))
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = morning_session()
        person = user_of(Role.PRACTITIONER).person
        book_for(session, person=person)
        code, session_id = room.make_code(session.id, actor_id=None, now=DURING), session.id
        own = code_of(session_id, person.id)
    page = browser.get(f"/sessions/{session_id}/evaluation/before")
    assert len([one for one in page.tree.iter(f"{XHTML}fieldset")]) == 3
    assert browser.send(page, {"before_knowledge": "5"}).location == "/my"
    browser.send(page, {"before_knowledge": "1"}, status=409)  # once more: the first stands
    assert browser.get(f"/sessions/{session_id}/evaluation/before").heading == "We already have your answers"
    in_room.move_to(IN_ROOM)
    answer(app, code, own)
    with app.app_context():
        counts = room_queries.live_counts(session_id)
        assert (counts.answered, counts.pairs) == (1, 1)
        assert db.session.scalar(select(func.count()).select_from(Response)) == 2


def test_the_form_before_is_for_people_with_a_booking_until_the_start(app, browser_of, in_room):
    in_room.move_to(datetime(2026, 6, 11, 8, 0, tzinfo=UTC))
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = morning_session()
        session_id, address = session.id, f"/sessions/{session.id}/evaluation/before"
    assert browser.get(address).heading == "This form is for people with a booking"
    with app.app_context(), transaction():
        book_for(db.session.get_one(TrainingSession, session_id), person=user_of(Role.PRACTITIONER).person)
    page = browser.get(address)
    assert page.links["Go to My training instead"] == "/my"
    browser.send(page, {}, status=422)
    in_room.move_to(datetime(2026, 6, 11, 8, 30, tzinfo=UTC))
    late = browser.send(page, {"before_knowledge": "5"}, status=409)
    assert late.heading == "This form closed when the session started"
    assert kept(app) == (0, 0)
