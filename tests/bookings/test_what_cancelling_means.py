"""What pages say becomes of a place that is given back, and how leaving the waiting list reads."""

import pytest
from flask import Flask

from tests.bookings.by_page import book_by_page, coming_session, fill
from tests.browser import Browser, Page
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("today")
MAY_NOT = "so you may not get"


def booked(app: Flask, browser: Browser, *, places: int, others: int) -> Page:
    """The page of a booking made before so many others made theirs."""
    with app.app_context():
        session_id = coming_session(capacity=places)
    page = book_by_page(browser, session_id)
    with app.app_context():
        fill(session_id, others)
    return page


@pytest.mark.parametrize(("places", "others", "says"), [
    (5, 1, "There are places left, so you can book again while there are."),
    (2, 1, "Every place is taken, so you may not get yours back if someone else books it."),
    (2, 2, "People are waiting for a place, so you may not get yours back."),
])  # fmt: skip
def test_a_place_goes_to_someone_only_where_someone_may_have_it(app, browser_of, places, others, says):
    someone = browser_of(Role.PRACTITIONER)
    mine = booked(app, someone, places=places, others=others).response.request.path
    page = someone.get(f"{mine}/cancel")
    assert f"{says} There is no charge." in page.text
    office = browser_of(Role.OFFICE)
    theirs = office.get(f"/sessions/1/bookings{mine.removeprefix('/bookings')}/cancel").text
    assert ("The place goes to someone on the waiting list." in theirs) is (others == places)
    assert ("The place is free again." in theirs) is (others < places)


def test_who_leaves_the_waiting_list_left_it_and_cancelled_nothing(app, browser_of):
    someone = browser_of(Role.PRACTITIONER)
    with app.app_context():
        session_id = coming_session(capacity=1)
        fill(session_id, 1)
    line = someone.follow(someone.send(someone.get(f"/sessions/{session_id}/book"))).response.request.path
    done = someone.follow(someone.send(someone.get(f"{line}/cancel")))
    assert done.heading == "You left the waiting list"
    assert "Off the waiting list" in done.text and "You left the waiting list" in done.text
    assert "Book or wait again" in done.links and "ancelled" not in done.text
    assert "Off the waiting list" in someone.get("/my").text
    office = browser_of(Role.OFFICE)
    assert "Off the waiting list" in office.get(f"/sessions/{session_id}/bookings").text
    with app.app_context():
        told = db.session.query(Letter).order_by(Letter.id.desc()).first()
    assert told.subject.startswith("You left the waiting list: ") and "You are off the waiting list." in told.body
