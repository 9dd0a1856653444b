"""Answering by the code on the trainer's screen: paired by a feedback code, counted once without one."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.browser import Browser
from tests.evaluation.answers import code_of
from tests.evaluation.in_room import IN_ROOM, RATED, answer, kept
from tests.guards import XHTML
from tests.registers.acts import DURING, ENDED, book_for, let_lead, morning_session
from tests.world.registers import make_mark, make_register_change
from training_app.accounts.rules.roles import Role
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import EvaluationCode, Pairing, Response
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.rules import room as room_rules
from training_app.evaluation.rules.room import NOT_AN_EMAIL, AskAgain
from training_app.evaluation.views import screen
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.rules.marks import Mark

EMAIL = "ann@school.example"


@pytest.fixture(autouse=True)
def in_room() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_ROOM, tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(app: Flask) -> tuple[str, str, int]:
    """The room's code, Ann's feedback code, and the session, at which six more have a place."""
    with app.app_context(), transaction():
        session = morning_session()
        ann = book_for(session, "Ann", email=EMAIL)
        for number in range(6):
            book_for(session, f"Other {number}")
        return room.make_code(session.id, actor_id=None, now=DURING), code_of(session.id, ann.person_id), session.id


def test_a_feedback_code_pairs_exactly_however_it_is_typed(app, place):
    code, own, session_id = place
    for who in (f" {own[:4].lower()}-{own[4:].lower()} ", f"{own[:4]} {own[4:]}", own):
        assert answer(app, code, who).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1), "the same person, so the first sending stands"
    with app.app_context():
        pairing = db.session.scalars(select(Pairing)).one()
        ann = db.session.scalars(select(Person).where(Person.email == EMAIL)).one()
        assert (pairing.person_id, pairing.session_id) == (ann.id, session_id)
        assert db.session.scalars(select(Response)).one().pairing_id == pairing.pairing_id


def with_state(app, session_id: int, state: BookingState) -> str:
    """The feedback code of Bo, whose booking is in this state."""
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        return code_of(session_id, book_for(session, "Bo", state=state).person_id)


def test_someone_the_register_names_is_known_too(app, place):
    code, _, session_id = place
    own = with_state(app, session_id, BookingState.CANCELLED)
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        make_mark(session, db.session.scalars(select(Person).where(Person.name == "Bo")).one(), marked_at=DURING)
    answer(app, code, own)
    assert kept(app) == (1, 1)


@pytest.mark.parametrize("state", [BookingState.WAITLISTED, BookingState.CANCELLED])
def test_the_code_of_a_booking_that_holds_no_place_is_nobodys(app, place, state):
    code, _, session_id = place
    page = answer(app, code, with_state(app, session_id, state), status=422)
    assert page.links[AskAgain.WRONG_CODE.sentence] == "#who"
    assert kept(app) == (0, 0)


def closed_without(app, session_id: int) -> None:
    """Ann, who booked, is marked absent; Bo came; the register is closed."""
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        bo = book_for(session, "Bo", email="bo@school.example").person
        ann = db.session.scalars(select(Person).where(Person.email == EMAIL)).one()
        for person, mark in ((ann, Mark.ABSENT), (bo, Mark.ATTENDED)):
            make_mark(session, person, mark, marked_at=DURING)
        make_register_change(session, ENDED)


def test_who_a_closed_register_says_was_absent_is_told_so(app, place, in_room):
    code, own, session_id = place
    closed_without(app, session_id)
    in_room.move_to(ENDED + timedelta(hours=1))
    page = answer(app, code, own, status=409)
    assert page.heading == "This form is for people who came" and "tell the business office" in page.text
    assert kept(app) == (0, 0)
    with app.app_context():
        bo = code_of(session_id, db.session.scalars(select(Person.id).where(Person.email == "bo@school.example")).one())
    answer(app, code, bo)
    assert kept(app) == (1, 1)


def test_who_answered_before_it_was_closed_is_thanked_again(app, place, in_room):
    code, own, session_id = place
    answer(app, code, own)
    closed_without(app, session_id)
    in_room.move_to(ENDED + timedelta(hours=1))
    assert answer(app, code, own).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1)


def test_a_form_without_a_code_is_counted_without_a_pair(app, place):
    answer(app, place[0])
    assert kept(app) == (1, 0)
    with app.app_context():
        response = db.session.scalars(select(Response)).one()
        assert (response.agency_id, response.session_id) == (None, place[2])
        assert response.pairing_id is not None, "a form looking back is joined to it"


@pytest.mark.parametrize("who", ["WRONGCODE", "' OR 1=1 --", "K7CM9XWD", "ＫＬＭＮ", "é" * 8])
def test_a_code_that_is_nobodys_is_asked_about_with_all_that_was_typed(app, place, who):
    browser = Browser(app)
    page = browser.get(f"/e/{place[0]}")
    page = browser.send(page, {"who": who, **RATED, "words_better": "More time"}, status=422)
    assert page.links[AskAgain.WRONG_CODE.sentence] == "#who"
    (box,) = [one for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "who"]
    assert box.get("value") == who and "More time" in page.text
    assert kept(app) == (0, 0)
    browser.send(page, {"who": ""})  # left empty, as the page says
    assert kept(app) == (1, 0)


def test_an_email_is_asked_about(app, place):
    page = answer(app, place[0], EMAIL, status=422)
    assert page.links[NOT_AN_EMAIL] == "#who"
    assert kept(app) == (0, 0)


def test_a_code_of_another_session_is_nobodys_here(app, place):
    with app.app_context(), transaction():
        elsewhere = morning_session()
        ann = db.session.scalars(select(Person).where(Person.email == EMAIL)).one()
        book_for(elsewhere, person=ann)
        code_elsewhere = code_of(elsewhere.id, ann.id)
    answer(app, place[0], code_elsewhere, status=422)
    assert kept(app) == (0, 0)


def test_with_a_code_or_without_the_thanks_are_the_same(app, place):
    seen = []
    for who in (place[1], "", place[1]):
        browser = Browser(app)
        sent = browser.send(browser.get(f"/e/{place[0]}"), {"who": who, **RATED})
        thanks = browser.follow(sent)
        seen.append((sent.location, thanks.heading, thanks.text))
        assert not who or who not in str(browser.client.get_cookie("training"))
    assert len(set(seen)) == 1
    assert seen[0][0] == f"/e/{place[0]}/thank-you", "and nothing personal in the address"


def test_a_double_tap_of_someone_unknown_counts_once(app, place):
    browser = Browser(app)
    page = browser.get(f"/e/{place[0]}")
    for _ in range(3):
        thanks = browser.follow(browser.send(page, RATED))
    assert kept(app) == (1, 0)
    # One telephone passed round: the next person's form is their own.
    page = browser.follow(browser.send(thanks))
    browser.send(page, {"after_knowledge": "3"})
    assert kept(app) == (2, 0)


def test_more_strangers_than_can_be_there_are_told_what_to_do(app, place):
    for _ in range(7):
        answer(app, place[0])
    page = answer(app, place[0], typed={"after_knowledge": "4"}, status=429)
    assert page.links[AskAgain.TOO_MANY.sentence] == "#who"
    assert kept(app) == (7, 0)
    answer(app, place[0], place[1])
    assert kept(app) == (8, 1), "whoever is known is still heard"


@pytest.mark.parametrize(
    ("at", "heading"),
    [
        (ENDED - timedelta(minutes=31), "Feedback is not open yet"),
        (ENDED - timedelta(minutes=30), "How was it? About two minutes"),
        (ENDED + timedelta(days=27), "How was it? About two minutes"),
        (ENDED + timedelta(days=28), "This form has closed"),
    ],
)
def test_it_is_open_from_half_an_hour_before_the_end_for_four_weeks(app, place, in_room, at, heading):
    in_room.move_to(at)
    assert Browser(app).get(f"/e/{place[0]}").heading == heading


OPENS = "It opens on 11 June 2026 at 12pm, half an hour before the end, and closes on 9 July 2026 at 12:30pm."


@pytest.mark.parametrize(("at", "heading", "says"), [
    (ENDED - timedelta(hours=2), "Feedback is not open yet", OPENS),
    (ENDED - timedelta(minutes=30), "Give feedback now", "It is open until 9 July 2026 at 12:30pm."),
    (ENDED + timedelta(days=28), "This form has closed", "It closed on 9 July 2026 at 12:30pm."),
])
def test_the_screen_and_the_page_of_its_code_say_the_same(app, browser_of, place, in_room, at, heading, says):
    code, _, session_id = place
    in_room.move_to(at)
    trainer = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        let_lead(db.session.get_one(TrainingSession, session_id), Role.TRAINER)
    screen = trainer.get(f"/sessions/{session_id}/room")
    page = Browser(app).get(f"/e/{code}")
    assert says in screen.text and says in page.text
    assert (code in screen.text) is ("closed" not in heading), "nobody is led to a form that is shut for good"
    assert screen.heading == heading
    assert (page.heading == heading) is ("now" not in heading), "while it is open, the page is the form"


def test_a_form_opened_in_time_and_sent_too_late_is_refused(app, place, in_room):
    in_room.move_to(ENDED + timedelta(days=28, minutes=-5))
    browser = Browser(app)
    page = browser.get(f"/e/{place[0]}")
    in_room.move_to(ENDED + timedelta(days=28))
    assert browser.send(page, RATED, status=409).heading == "This form has closed"
    assert kept(app) == (0, 0)


def test_an_empty_form_and_one_that_is_wrong_keep_what_was_typed(app, place):
    page = answer(app, place[0], place[1], {"after_knowledge": ""}, status=422)
    assert page.links["Answer at least one question, or leave this page: nothing has to be answered"]
    page = answer(app, place[0], place[1], {"after_knowledge": "11"}, status=422)
    (who,) = [one for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "who"]
    assert who.get("value") == place[1]
    assert kept(app) == (0, 0)


def test_a_code_that_leads_nowhere(app, place):
    for code in ("AAAAAA", "-", "x" * 300):
        assert Browser(app).get(f"/e/{code}", status=404).heading == "Your code"


def test_a_code_is_typed_in_one_box_however_it_is_written(app, place):
    code, browser = place[0], Browser(app)
    page = browser.get("/e")
    for typed in (code, f" {code[:3].lower()} {code[3:].lower()} ", f"{code[:2]}-{code[2:]}"):
        assert browser.send(page, {"code": typed}).location == f"/e/{code}"
    other = f"/e/{code[:3].lower()}-{code[3:].lower()}"
    assert browser.get(other, status=302).location == f"/e/{code}", "one room has one address"
    for missed in (browser.send(page, {"code": "AAAAAA"}, status=404), browser.get("/e/AAAAAA", status=404)):
        assert missed.links[
            "That code is not open. Check it against the screen. Codes have six letters and digits."
        ] == "#code"
        (box,) = [one for one in missed.tree.iter(f"{XHTML}input") if one.get("name") == "code"]
        assert box.get("value") == "AAAAAA"
    assert "Enter the code on the trainer’s screen" in browser.send(page, {"code": " "}, status=422).links


def test_one_device_sends_three_forms_that_name_nobody(app, place):
    code, browser = place[0], Browser(app)
    for who in ("", " ", ""):
        thanks = browser.follow(browser.send(browser.get(f"/e/{code}"), {"who": who, **RATED}))
        again = browser.get(f"/e/{code}", status=302)  # the thanks once more: nothing is counted twice
        assert again.location == f"/e/{code}/thank-you"
        browser.follow(browser.send(thanks))
    page = browser.get(f"/e/{code}")
    for _ in range(2):
        refused = browser.send(page, {"who": "", **RATED}, status=429)
        assert refused.links[AskAgain.NAMELESS_ON_THIS_DEVICE.sentence] == "#who"
    assert kept(app) == (3, 0)
    browser.send(refused, {"who": place[1]})
    answer(app, code)
    assert kept(app) == (5, 1), "another device is another person’s"


def test_the_trainer_is_told_when_more_answered_than_came(app, place, browser_of):
    code, _, session_id = place
    office, told = browser_of(Role.OFFICE), "More people answered than are marked as having come."
    for _ in range(2):
        answer(app, code)
    assert told not in office.get(f"/sessions/{session_id}/room").text, "nobody knows yet who came"
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        session.headcount = 2
    assert told not in office.get(f"/sessions/{session_id}/room").text
    answer(app, code, place[1])
    assert told in office.get(f"/sessions/{session_id}/room").text


def test_what_to_leave_out_is_said_once(app, place):
    page = Browser(app).get(f"/e/{place[0]}")
    assert page.text.count("Leave out names and details of any child.") == 1


def test_thanks_are_for_who_has_answered(app, place):
    assert Browser(app).get(f"/e/{place[0]}/thank-you", status=302).location == f"/e/{place[0]}"


def test_looking_and_head_change_nothing(app, place):
    for method in ("get", "head"):
        for rest in ("", "/thank-you"):
            getattr(Browser(app).client, method)(f"/e/{place[0]}{rest}")
    # The address of a button leads back to a page, and presses nothing.
    assert Browser(app).get(f"/e/{place[0]}/next", status=302).location.startswith(f"/e/{place[0]}")
    assert kept(app) == (0, 0)


def test_a_session_has_one_code_for_good(in_app, place):
    with transaction():
        assert room.make_code(place[2], actor_id=None, now=IN_ROOM) == place[0]
    assert db.session.scalar(select(func.count()).select_from(EvaluationCode)) == 1
    assert set(place[0]) <= set(room_rules.LETTERS) and len(place[0]) == room_rules.CODE_LENGTH
    with pytest.raises(NoResultFound):
        room_queries.session_of_code("")


def test_the_trainers_screen_shows_the_code_and_counts(app, browser_of: Callable[[Role], Browser]):
    trainer = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session()
        let_lead(session)
        ann = book_for(session, "Ann", email=EMAIL)
        book_for(session, "Bo")
        session_id, own = session.id, code_of(session.id, ann.person_id)
    page = trainer.get(f"/sessions/{session_id}/room")
    assert "Make the code" in page.text
    page = trainer.follow(trainer.send(page))
    with app.app_context():
        code = room_queries.code_of(session_id)
    assert code in page.text
    (drawing,) = [one for one in page.tree.iter("{http://www.w3.org/2000/svg}svg") if one.get("role") == "img"]
    assert "".join(drawing.itertext()) == f"QR codeIt leads to http://127.0.0.1:8000/e/{code}"
    assert "No data came" in page.text and "0 answered" in page.text
    answer(app, code, own)
    answer(app, code, "")
    page = trainer.get(page.links["Count again"])
    assert "2 answered" in page.text and "0 before and after" in page.text


def test_the_square_holds_the_address():
    drawn = screen.qr_of("http://127.0.0.1:8000/e/K7CM9X")
    squares = drawn.path.count("M")
    assert squares > 200 and drawn.size == 4 + 29 + 4
    assert screen.qr_of("http://127.0.0.1:8000/e/K7CM9Y").path != drawn.path


@pytest.mark.parametrize("mode", [EvaluationMode.SEPARATE, EvaluationMode.NONE])
def test_a_session_evaluated_elsewhere_is_not_asked_about_here(app, mode):
    with app.app_context(), transaction():
        session = morning_session(evaluation_mode=mode)
        code = room.make_code(session.id, actor_id=None, now=DURING)
    assert Browser(app).get(f"/e/{code}").heading in {
        "This session has a form of its own", "This session has no evaluation",
    }
