"""Lowering the number of places below those held: never by mistake, always with a reason."""

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import make_people
from tests.office.acts import errors_on, letters
from tests.office.drafts import NOW, draft, stored
from training_app.bookings.commands.places import book_place, cancel_booking
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db

WHY = "The big room is being painted."

pytestmark = pytest.mark.usefixtures("time_stands_still")


@pytest.fixture
def session_id(app, office) -> int:
    """A session with two of its places taken."""
    with app.app_context():
        made = draft(published=True)
        people = make_people(2)
    book(app, made, people)
    return made


def book(app, session_id: int, people) -> None:
    with app.app_context():
        for person in people:
            with transaction():
                book_place(session_id, person, actor_id=None, now=NOW)


def lower(office, session_id: int, capacity: str, status: int = 200):
    return office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": capacity}, status=status)


def capacity_of(app, session_id: int) -> int:
    with app.app_context():
        return stored(session_id).capacity


def test_fewer_places_than_people_are_asked_about_and_need_a_reason(app, office, session_id):
    before = capacity_of(app, session_id)
    check = lower(office, session_id, "1")
    assert "2 places are taken. With 1 place the session is overbooked by 1. Nobody loses a place." in check.text
    assert not errors_on(check) and capacity_of(app, session_id) == before
    refused = office.send(check, {"why": "  "}, status=422)
    assert errors_on(refused) == ["Say why there are fewer places than people"]
    assert capacity_of(app, session_id) == before
    done = office.follow(office.send(refused, {"why": WHY}))
    assert "2 in 1 place, overbooked" in done.text and f"Why: {WHY}" in done.text
    with app.app_context():
        assert [one.overbooked_why for one in db.session.scalars(select(Booking).order_by(Booking.id))] == ["", WHY]


def test_the_number_can_be_typed_anew_on_the_check_page(app, office, session_id):
    again = office.send(lower(office, session_id, "1"), {"capacity": "2"})
    assert "2 of 2" in office.follow(again).text
    assert capacity_of(app, session_id) == 2


def test_nobody_agrees_to_other_numbers_than_they_saw(app, office, session_id):
    check = lower(office, session_id, "1")
    with app.app_context():
        late = make_people(3)[2:]
    book(app, session_id, late)
    stale = office.send(check, {"why": WHY}, status=409)
    assert errors_on(stale)[0].startswith("Places were taken or given back while you had this open.")
    assert "3 places are taken. With 1 place the session is overbooked by 2." in stale.text and WHY in stale.text
    assert capacity_of(app, session_id) != 1
    office.send(stale)
    assert capacity_of(app, session_id) == 1


def test_no_reason_is_needed_when_a_place_was_given_back_meanwhile(app, office, session_id):
    check = lower(office, session_id, "1")
    with app.app_context(), transaction():
        first = db.session.scalars(select(Booking).order_by(Booking.id)).first()
        cancel_booking(first.id, actor_id=None, now=NOW)
    office.send(check)
    assert capacity_of(app, session_id) == 1


def test_more_places_in_an_overbooked_session_need_no_reason(app, office, session_id):
    with app.app_context():
        more = make_people(4)[2:]
    book(app, session_id, more)
    office.send(lower(office, session_id, "1"), {"why": WHY})
    sent = len(letters(app))
    office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "2"})
    assert capacity_of(app, session_id) == 2 and len(letters(app)) == sent
