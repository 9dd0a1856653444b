"""Booking, waiting, offers and cancelling, as a person meets them page by page."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.accounts.letters import ask, enter, latest_code
from tests.bookings.by_page import (
    another_practitioner,
    book,
    book_by_page,
    cancel,
    coming_session,
    fill,
    only_booking,
    person_with_post,
    press,
    sign_in_again,
    states,
)
from tests.browser import Page, filled, watched
from tests.guards import words_of
from tests.world.signing_in import user_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands import offers
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus

CONFIRMED, WAITLISTED, OFFERED = BookingState.CONFIRMED, BookingState.WAITLISTED, BookingState.OFFERED

pytestmark = pytest.mark.usefixtures("today")


def test_someone_new_books_from_the_session_page_to_the_confirmation(app, browser, session):
    page = browser.get(f"/sessions/{session}")
    assert "2 places left of 2" in page.text
    sign_in = browser.get(page.links["Book a place"], status=302).location
    code_page = ask(browser, "a.new@school.example", after=sign_in)
    details = browser.follow(enter(browser, code_page, latest_code(app, "a.new@school.example")))
    with app.app_context():
        agency = str(a_choice(details, "agency"))
    check = browser.follow(
        browser.send(details, {"name": "A. New", "agency": agency, "post_title": "Teacher"}, action="/details")
    )
    assert check.heading == "Check your answers, then book"
    for said in ("A. New", "Teacher", "a.new@school.example", "Working Together", "Thursday 11 June 2026"):
        assert said in check.text
    done = browser.follow(browser.send(check, {"needs": "Captions"}))
    assert done.heading == "Your place is booked"
    assert done.response.request.path.startswith("/bookings/")
    for said in ("What happens next", "At a.new@school.example", "Captions", "You got a place", "by you"):
        assert said in done.text
    assert states(app, session) == [CONFIRMED]
    assert browser.get(done.response.request.path).heading == "Your place is booked", "it opens again"
    assert "1 place left of 2" in browser.get(f"/sessions/{session}").text


def a_choice(page, name: str) -> str:
    """The first thing there is to choose in a select."""
    (select,) = [one for one in page.tree.iter("{*}select") if one.get("name") == name]
    return next(one.get("value") for one in select.iter("{*}option") if one.get("value"))


def test_the_form_sent_twice_books_once(app, me, session):
    check = me.get(f"/sessions/{session}/book")
    first, again = me.send(check), me.send(check)
    assert first.location == again.location
    assert states(app, session) == [CONFIRMED]
    assert me.get(f"/sessions/{session}/book", status=302).location == first.location


def test_a_full_session_offers_the_line(app, me, session, full):
    page = me.get(f"/sessions/{session}")
    assert "Full nobody waiting yet" in page.text
    waiting = book_by_page(me, session, "Large print")
    assert waiting.heading == "You are on the waiting list"
    assert "First on the waiting list" in waiting.text
    check = another_practitioner(app, "Bo").get(f"/sessions/{session}/book")
    assert check.heading == "This session is full: join the waiting list"
    assert check.text.count("full") == 1
    assert "1 person waits before you: you would be second on the waiting list." in check.text
    assert states(app, session) == [CONFIRMED, CONFIRMED, WAITLISTED]


def test_the_last_place_goes_while_someone_checks_their_answers(app, me, session):
    with app.app_context():
        fill(session, 1)
    check = me.get(f"/sessions/{session}/book")
    assert "1 place left of 2" in check.text
    with app.app_context():
        fill(session, 1)
    full = me.send(check, {"needs": "A quiet “room” & breaks"}, status=409)
    assert full.heading == "Sorry, this session is full"
    assert "Someone took the last place while you were checking your answers." in full.text
    assert states(app, session) == [CONFIRMED, CONFIRMED], "nobody is put on the waiting list unasked"
    waiting = me.follow(me.send(full))
    assert waiting.heading == "You are on the waiting list"
    assert "A quiet “room” & breaks" in waiting.text, "what was typed is kept"


def test_what_was_typed_too_long_is_kept(me, session):
    check = me.get(f"/sessions/{session}/book")
    page = me.send(check, {"needs": "x" * 1001}, status=422)
    assert "Use at most 1,000 letters. These are 1,001: 1 too many" in page.text and "x" * 1001 in page.text
    assert me.follow(me.send(page, {"needs": "Captions"})).heading == "Your place is booked"


def press_change(me, check: Page, what: str, **typed: str) -> Page:
    """The button beside an answer sends the form of the page, with what was typed, to where the answer is changed."""
    (button,) = [one for one in check.tree.iter("{*}button") if words_of(one) == f"Change {what}"]
    assert button.get("form") == check.form().get("id")
    _, data = filled(check, typed)
    data[button.get("name")] = button.get("value")
    return me.post(button.get("formaction").partition("#")[0], data, status=200)


def test_what_helps_is_kept_while_details_are_changed(app, me, session):
    typed = "Hearing “loop”,\r\nstep-free <b>"
    details = press_change(me, me.get(f"/sessions/{session}/book"), "your name", needs=typed)
    assert details.heading == "Change your details"
    wrong = me.send(details, {"name": ""}, status=422)
    agency = a_choice(wrong, "agency")
    check = me.send(wrong, {"name": "Siân Łoś", "post_title": "Midwife", "agency": agency}, status=200)
    assert "Siân Łoś" in check.text and "Your details are changed." in check.text
    assert check.heading == "Check your answers, then book"
    booked = me.send(check)
    assert typed.split()[0] not in booked.location
    with app.app_context():
        assert db.session.scalars(select(Booking.needs)).one().splitlines() == typed.splitlines()


def test_what_helps_is_kept_when_nothing_is_changed(me, session):
    details = press_change(me, me.get(f"/sessions/{session}/book"), "your name", needs="Hearing loop")
    back = details.tree.find(".//{*}nav[@aria-label='Back']//{*}form")
    held = {one.get("name"): one.get("value") for one in back.iter("{*}input")}
    assert "Hearing loop" in me.post(back.get("action"), held, status=200).text


def test_the_page_promises_what_there_is_when_one_comes_back(app, me, session):
    details = press_change(me, me.get(f"/sessions/{session}/book"), "your name", needs="Hearing loop")
    with app.app_context():
        fill(session, 2)
    check = me.send(details, {"step": "back"}, status=200)
    assert check.heading == "This session is full: join the waiting list"
    assert me.follow(me.send(check)).heading == "You are on the waiting list"


def test_details_are_changed_on_the_way(me, session):
    check = me.get(f"/sessions/{session}/book")
    details = press_change(me, check, "your job")
    wrong = me.send(details, {"name": "", "post_title": "Midwife"}, status=422)
    assert "Midwife" in {one.get("value") for one in wrong.tree.iter("{*}input")}
    agency = a_choice(wrong, "agency")
    check = me.follow(me.send(wrong, {"name": "Siân Łoś", "post_title": "Midwife", "agency": agency}))
    assert "Siân Łoś" in check.text and "Midwife" in check.text


def test_a_freed_place_is_offered_and_taken(app, me, session, full):
    book_by_page(me, session)
    with app.app_context():
        cancel(full[0])
    my_training = me.get("/my")
    assert "Answer by Tuesday 2 June, 10am" in my_training.text
    offer = me.get(next(href for words, href in my_training.links.items() if words.startswith("See the offer")))
    assert offer.heading == "A place has come free for you"
    taken = me.follow(me.send(offer, action="/accept"))
    assert taken.heading == "Your place is booked" and "You took the offered place" in taken.text
    again = me.send(offer, action="/accept")
    assert again.location == taken.response.request.path
    assert states(app, session)[2] == CONFIRMED


@pytest.mark.parametrize(
    ("button", "heading", "state"),
    [
        ("yes", "You are on the waiting list", WAITLISTED),
        (None, "You did not take this place", BookingState.DECLINED),
    ],
)
def test_an_offer_is_declined_or_left_to_others(app, me, session, full, button, heading, state):
    mine = book_by_page(me, session)
    path = mine.response.request.path
    with app.app_context():
        other = person_with_post("Waits behind")
        book(session, other)
        cancel(full[0])
    offer = me.get(path)
    forms = [
        form
        for form in offer.tree.iter("{*}form")
        if (form.get("action") or "").endswith("/decline")
        and ("yes" in {one.get("value") for one in form.iter("{*}input")}) is (button is not None)
    ]
    assert len(forms) == 1
    data = {one.get("name"): one.get("value") for one in forms[0].iter("{*}input")}
    after = me.follow(me.post(forms[0].get("action"), data))
    assert after.heading == heading
    assert only_booking(app, Role.PRACTITIONER).state == state
    assert states(app, session)[3] == OFFERED, "the next on the waiting list is asked"


def test_an_offer_that_ended_says_so_kindly(app, me, session, full, today):
    path = book_by_page(me, session).response.request.path
    with app.app_context():
        cancel(full[0])
    assert "Take the place" in me.get(path).text
    today.shift(timedelta(hours=25))
    sign_in_again(me, Role.PRACTITIONER)
    late = press(me, f"{path}/accept", status=409)
    assert late.heading == "This offer has ended"
    assert "Sorry, this offer has ended." in late.text and "there was no answer in time" in late.text
    assert "See the offer" not in " ".join(me.get("/my").links)
    with app.app_context(), transaction():
        offers.lapse_offers(session, clock.now())
    assert "There was no answer in time" in me.get(path).text
    assert press(me, f"{path}/accept", status=409).heading == "This offer has ended"


def test_a_place_is_given_back(app, me, session):
    booked = book_by_page(me, session)
    ask_first = me.get(booked.links["Cancel your place"])
    assert ask_first.heading == "Cancel your place?"
    assert states(app, session) == [CONFIRMED], "opening the page cancels nothing"
    long = me.send(ask_first, {"why": "y" * 201}, status=422)
    assert "y" * 201 in {one.get("value") for one in long.tree.iter("{*}input")}
    gone = me.follow(me.send(long, {"why": "Ill"}))
    assert gone.heading == "This booking is cancelled" and "Reason: Ill" in gone.text
    assert gone.text.count("Ill") == 1 and gone.links["Book again"] == f"/sessions/{session}/book"
    assert "Your booking was cancelled" in gone.text
    assert me.follow(me.send(ask_first)).heading == "This booking is cancelled", "sent twice"
    assert me.get(booked.links["Cancel your place"], status=302).location == booked.response.request.path
    assert states(app, session) == [BookingState.CANCELLED]
    assert book_by_page(me, session).heading == "Your place is booked", "a new booking may follow"


def test_the_line_is_left(app, me, session, full):
    waiting = book_by_page(me, session)
    page = me.get(waiting.links["Leave the waiting list"])
    assert page.heading == "Leave the waiting list?"
    left = me.follow(me.send(page))
    assert left.heading == "You left the waiting list" and "Book or wait again" in left.links
    assert "This booking is cancelled" not in left.text and "Off the waiting list" in me.get("/my").text
    assert states(app, session)[2] == BookingState.CANCELLED


def test_after_the_start_nothing_is_cancelled_here(me, session, today):
    booked = book_by_page(me, session)
    today.move_to("2026-06-11 08:30:00+00:00")
    sign_in_again(me, Role.PRACTITIONER)
    late = press(me, booked.links["Cancel your place"], status=409)
    assert "The session has started" in late.text and late.heading == "Your place is booked"
    assert "Cancel your place" not in late.links
    today.move_to("2026-06-11 19:30:00+00:00")
    assert me.get(booked.response.request.path).heading == "You booked this session"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": SessionStatus.CANCELLED}, "Sorry, this session has been cancelled."),
        ({"capacity": 0}, "Sorry, this session takes no bookings"),
    ],
)
def test_a_session_that_takes_no_bookings_says_why(app, me, session, change, said):
    with app.app_context():
        coming_session("Working Together", in_days=20)
    check = me.get(f"/sessions/{session}/book")
    with app.app_context(), transaction():
        for name, value in change.items():
            setattr(db.session.get_one(TrainingSession, session), name, value)
    for page in (me.get(f"/sessions/{session}/book"), me.send(check, status=409)):
        assert page.heading == "You cannot book this session" and said in page.text
        assert "2 places left of 2" in page.text, "another date of the course is shown"
    assert states(app, session) == []


def test_a_session_that_has_started_takes_nobody(me, session, today):
    today.move_to("2026-06-11 08:31:00+00:00")
    sign_in_again(me, Role.PRACTITIONER)
    assert "has started" in me.get(f"/sessions/{session}").text
    assert "Sorry, this session has started." in me.get(f"/sessions/{session}/book").text


def test_other_peoples_bookings_are_not_found(app, me, session):
    with app.app_context():
        (code,) = fill(session, 1)
    for path in ("", "/calendar.ics", "/cancel"):
        me.get(f"/bookings/{code}{path}", status=404)
    for path in ("/accept", "/decline", "/cancel", "/keep-waiting"):
        press(me, f"/bookings/{code}{path}", why="x", status=404)
    assert states(app, session) == [CONFIRMED]
    me.get("/bookings/NOTACODE", status=404)


def test_a_sign_in_that_belongs_to_no_person_books_nothing(app, me, session):
    check = me.get(f"/sessions/{session}/book")
    with app.app_context(), transaction():
        user_of(Role.PRACTITIONER).person = None
    assert "not joined to a person" in me.get(f"/sessions/{session}/book").text
    me.send(check, status=409)
    me.get("/bookings/ABCDEFGH", status=404)
    assert "Nothing booked" in me.get("/my").text


def test_the_booking_as_a_calendar(me, session):
    booked = book_by_page(me, session)
    page = me.get(booked.links["Add to your calendar"])
    assert page.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(page.response.data).walk("VEVENT")
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert "Working Together" in event["summary"]


def test_someone_in_line_may_stay_in_it_whatever_they_miss(app, me, session, full):
    waiting = book_by_page(me, session)
    kept = me.follow(me.send(waiting, action="/keep-waiting"))
    assert only_booking(app, Role.PRACTITIONER).keeps_waiting
    me.follow(me.send(kept, action="/keep-waiting"))
    assert not only_booking(app, Role.PRACTITIONER).keeps_waiting


def test_a_free_place_in_the_last_hours_is_taken_from_the_line(app, me, session, full, today):
    waiting = book_by_page(me, session)
    today.move_to("2026-06-11 07:00:00+00:00")
    sign_in_again(me, Role.PRACTITIONER)
    with app.app_context():
        cancel(full[0])
    page = me.get(waiting.response.request.path)
    assert "A place is free" in page.text
    assert me.follow(me.send(page, action="/book")).heading == "Your place is booked"


def test_booking_costs_few_statements(app, me, session):
    check = me.get(f"/sessions/{session}/book", most_queries=12)
    with watched(app) as seen:
        sent = me.send(check)
    assert seen.count <= 25
    me.get(sent.location, most_queries=14)
