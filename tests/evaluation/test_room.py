"""Answering by the code on the trainer's screen: paired where known, counted once where not, telling neither."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.registers.acts import DURING, ENDED, book_for, let_lead, morning_session
from tests.world.registers import make_mark, make_register_change
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import EvaluationCode, Pairing, Response
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.rules import room as room_rules
from training_app.evaluation.rules.answers import STRANGERS_BEYOND_PLACES, Moment
from training_app.evaluation.views import room as room_views
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.rules.marks import Mark

IN_ROOM = ENDED - timedelta(minutes=10)
EMAIL = "ann@school.example"
RATED = {"after_knowledge": "8"}


@pytest.fixture(autouse=True)
def in_room() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_ROOM, tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(app: Flask) -> tuple[str, str, int]:
    """The room's code, Ann's booking code, and the session."""
    with app.app_context(), transaction():
        session = morning_session(capacity=2)
        ann = book_for(session, "Ann", email=EMAIL)
        return room.make_code(session.id, actor_id=None, now=DURING), ann.code, session.id


def answer(app: Flask, code: str, who: str = "", typed: dict[str, str] | None = None, status: int = 302) -> Page:
    """Someone with a telephone of their own."""
    browser = Browser(app)
    return browser.send(browser.get(f"/e/{code}"), {"who": who, **(typed or RATED)}, status=status)


def kept(app: Flask) -> tuple[int, int]:
    """How many after-forms there are, and how many people they are joined to."""
    with app.app_context():
        forms = db.session.scalar(select(func.count()).where(Response.moment == Moment.AFTER))
        return forms, db.session.scalar(select(func.count()).select_from(Pairing))


def test_a_booking_code_or_the_email_pairs_exactly(app, place):
    code, booking_code, session_id = place
    for who in (f" {booking_code[:4].lower()}-{booking_code[4:].lower()} ", EMAIL.upper()):
        assert answer(app, code, who).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1), "the same person, so the first sending stands"
    with app.app_context():
        pairing = db.session.scalars(select(Pairing)).one()
        ann = db.session.scalars(select(Person).where(Person.email == EMAIL)).one()
        assert (pairing.person_id, pairing.session_id) == (ann.id, session_id)
        assert db.session.scalars(select(Response)).one().pairing_id == pairing.pairing_id


def test_someone_the_register_names_is_known_too(app, place):
    code, _, session_id = place
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        walk_in = book_for(session, "Bo", email="bo@school.example", state=BookingState.CANCELLED).person
        make_mark(session, walk_in, marked_at=DURING)
    answer(app, code, "bo@school.example")
    assert kept(app) == (1, 1)


@pytest.mark.parametrize("state", [BookingState.WAITLISTED, BookingState.CANCELLED])
def test_a_booking_that_holds_no_place_is_nobody_we_know(app, place, state):
    code, _, session_id = place
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        booking_code = book_for(session, "Bo", email="bo@school.example", state=state).code
        assert room_queries.person_meant(session_id, booking_code) is None
        assert room_queries.person_meant(session_id, "bo@school.example") is None
    answer(app, code, booking_code)
    answer(app, code, "bo@school.example")
    assert kept(app) == (2, 0)


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
    code, booking_code, session_id = place
    closed_without(app, session_id)
    in_room.move_to(ENDED + timedelta(hours=1))
    page = answer(app, code, booking_code, status=409)
    assert page.heading == "This form is for people who came" and "tell the business office" in page.text
    assert kept(app) == (0, 0)
    # Others know an e-mail, so nothing tells what the register says of its owner.
    assert answer(app, code, EMAIL).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 0)
    answer(app, code, "bo@school.example")
    assert kept(app) == (2, 1)


def test_who_answered_before_it_was_closed_is_thanked_again(app, place, in_room):
    code, booking_code, session_id = place
    answer(app, code, booking_code)
    closed_without(app, session_id)
    in_room.move_to(ENDED + timedelta(hours=1))
    assert answer(app, code, booking_code).location == f"/e/{code}/thank-you"
    assert kept(app) == (1, 1)


@pytest.mark.parametrize("who", ["", "nobody@school.example", "WRONGCODE", "' OR 1=1 --"])
def test_nobody_we_know_is_counted_without_a_pair(app, place, who):
    answer(app, place[0], who)
    assert kept(app) == (1, 0)
    with app.app_context():
        response = db.session.scalars(select(Response)).one()
        assert (response.agency_id, response.session_id) == (None, place[2])
        assert response.pairing_id is not None, "a form looking back is joined to it"


def test_a_person_of_another_session_is_nobody_here(app, place):
    with app.app_context(), transaction():
        elsewhere = book_for(morning_session(), "Cy", email="cy@school.example")
        code_elsewhere = elsewhere.code
    answer(app, place[0], "cy@school.example")
    answer(app, place[0], code_elsewhere)
    assert kept(app) == (2, 0)


def test_known_or_not_the_answers_look_the_same(app, place):
    seen = []
    for who in (EMAIL, "nobody@school.example", EMAIL):
        browser = Browser(app)
        sent = browser.send(browser.get(f"/e/{place[0]}"), {"who": who, **RATED})
        thanks = browser.follow(sent)
        with browser.client.session_transaction() as cookie:
            held = {name: value for name, value in cookie.items() if name not in {"csrf_token", "room"}}
        seen.append((sent.location, thanks.heading, thanks.text, tuple(sorted(held))))
        assert who not in str(browser.client.get_cookie("training"))
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


def test_more_strangers_than_the_room_holds_are_asked_for_a_code(app, place):
    most = 2 + STRANGERS_BEYOND_PLACES
    for _ in range(most):
        answer(app, place[0])
    page = answer(app, place[0], typed={"after_knowledge": "4"}, status=429)
    assert page.links[room_rules.TOO_MANY] == "#who"
    assert kept(app) == (most, 0)
    answer(app, place[0], EMAIL)
    assert kept(app) == (most + 1, 1), "whoever is known is still heard"


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
    page = answer(app, place[0], EMAIL, {"after_knowledge": ""}, status=422)
    assert page.links["Answer at least one question, or leave this page: nothing has to be answered"]
    page = answer(app, place[0], EMAIL, {"after_knowledge": "11"}, status=422)
    (who,) = [one for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "who"]
    assert who.get("value") == EMAIL
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
    for who in ("", "nobody", ""):
        thanks = browser.follow(browser.send(browser.get(f"/e/{code}"), {"who": who, **RATED}))
        again = browser.get(f"/e/{code}", status=302)  # the thanks once more: nothing is counted twice
        assert again.location == f"/e/{code}/thank-you"
        browser.follow(browser.send(thanks))
    page = browser.get(f"/e/{code}")
    for _ in range(2):
        refused = browser.send(page, {"who": "", **RATED}, status=429)
        assert refused.links[room_rules.FROM_ONE_BROWSER] == "#who"
    assert kept(app) == (3, 0)
    browser.send(refused, {"who": "someone@school.example"})
    answer(app, code)
    assert kept(app) == (5, 0), "another device is another person’s"


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
    answer(app, code)
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
        book_for(session, "Ann", email=EMAIL)
        session_id = session.id
    page = trainer.get(f"/sessions/{session_id}/room")
    assert "Make the code" in page.text
    page = trainer.follow(trainer.send(page))
    with app.app_context():
        code = room_queries.code_of(session_id)
    assert code in page.text
    (drawing,) = [one for one in page.tree.iter("{http://www.w3.org/2000/svg}svg") if one.get("role") == "img"]
    assert "".join(drawing.itertext()) == f"QR codeIt leads to http://127.0.0.1:8000/e/{code}"
    assert "No data came" in page.text and "0 answered" in page.text
    answer(app, code, EMAIL)
    answer(app, code, "")
    page = trainer.get(page.links["Count again"])
    assert "2 answered" in page.text and "0 before and after" in page.text


def test_the_square_holds_the_address():
    drawn = room_views.qr_of("http://127.0.0.1:8000/e/K7CM9X")
    squares = drawn.path.count("M")
    assert squares > 200 and drawn.size == 4 + 29 + 4
    assert room_views.qr_of("http://127.0.0.1:8000/e/K7CM9Y").path != drawn.path


@pytest.mark.parametrize("mode", [EvaluationMode.SEPARATE, EvaluationMode.NONE])
def test_a_session_evaluated_elsewhere_is_not_asked_about_here(app, mode):
    with app.app_context(), transaction():
        session = morning_session(evaluation_mode=mode)
        code = room.make_code(session.id, actor_id=None, now=DURING)
    assert Browser(app).get(f"/e/{code}").heading in {
        "This session has a form of its own", "This session has no evaluation",
    }


def test_before_and_in_the_room_make_a_pair(app, browser_of: Callable[[Role], Browser], in_room):
    in_room.move_to(datetime(2026, 6, 11, 8, 0, tzinfo=UTC))
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        session = morning_session()
        person = user_of(Role.PRACTITIONER).person
        book_for(session, person=person)
        code, session_id, email = room.make_code(session.id, actor_id=None, now=DURING), session.id, person.email
    page = browser.get(f"/sessions/{session_id}/evaluation/before")
    assert len([one for one in page.tree.iter(f"{XHTML}fieldset")]) == 3
    assert browser.send(page, {"before_knowledge": "5"}).location == "/my"
    browser.send(page, {"before_knowledge": "1"}, status=409)  # once more: the first stands
    assert browser.get(f"/sessions/{session_id}/evaluation/before").heading == "We already have your answers"
    in_room.move_to(IN_ROOM)
    answer(app, code, email)
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
