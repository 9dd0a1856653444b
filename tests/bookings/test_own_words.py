"""What the pages around a booking say, each thing once and as it is."""

import pytest

from tests.bookings.by_page import book_by_page, cancel, coming_session, press, states
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession

CONFIRMED = BookingState.CONFIRMED

pytestmark = pytest.mark.usefixtures("today")


def test_an_offer_is_called_one_wherever_the_session_is_shown(app, me, session, full):
    book_by_page(me, session)
    waiting = me.get(f"/sessions/{session}")
    assert "You are on the waiting list" in waiting.text and "You have booked this" not in waiting.text
    with app.app_context():
        cancel(full[0])
    page = me.get(f"/sessions/{session}")
    assert "A place is held for you until Tuesday 2 June, 10am" in page.text
    offer = me.get(page.links["See the offer"])
    assert "Leave the waiting list" not in offer.links, "the page asks for yes or no, twice would be too much"
    assert "A place is held for you until Tuesday 2 June, 10am" in me.get("/programme").text


def test_a_no_from_a_page_left_open_says_that_the_place_is_taken(app, me, session, full):
    waiting = book_by_page(me, session)
    with app.app_context():
        cancel(full[0])
    path = waiting.response.request.path
    press(me, f"{path}/accept")
    late = press(me, f"{path}/decline", status=409)
    assert "You have already taken this place. To give it up, cancel it." in late.text
    assert "ended" not in late.text and "Cancel your place" in late.links
    assert states(app, session)[2] == CONFIRMED


def test_a_session_one_has_booked_is_put_in_the_calendar_by_its_booking_alone(me, session):
    assert "Add this date to your calendar" in me.get(f"/sessions/{session}").links
    book_by_page(me, session)
    assert "Add this date to your calendar" not in me.get(f"/sessions/{session}").links


def test_a_second_date_of_a_course_is_asked_about_and_not_refused(app, me, session):
    with app.app_context():
        again = coming_session("Other course", in_days=20)
        with transaction():
            one, two = (db.session.get_one(TrainingSession, number) for number in (session, again))
            two.course_id = one.course_id
    assert "You already have a place" not in me.get(f"/sessions/{again}/book").text
    book_by_page(me, session)
    check = me.get(f"/sessions/{again}/book")
    assert "You already have a place on this course: Thursday 11 June 2026." in check.text
    assert me.follow(me.send(check)).heading == "Your place is booked"


def test_signing_in_says_what_for(app, browser, session):
    asked = browser.follow(browser.get(f"/sessions/{session}/book", status=302))
    assert "To book Working Together, Thursday 11 June 2026." in asked.text
    assert "To book" not in browser.get("/sign-in?next=/sessions/999999/book").text
    assert "To book" not in browser.get("/sign-in?next=/my").text


def test_an_accent_in_an_email_is_named(browser):
    page = browser.get("/sign-in")
    assert "without accents" in browser.send(page, {"email": "siân@leics.gov.uk"}, status=422).text
    assert "with an @ and no spaces" in browser.send(page, {"email": "sian leics"}, status=422).text
