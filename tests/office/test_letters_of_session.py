"""After a change that wrote to people: to how many, and what the letters say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import make_people
from tests.office.acts import book_people, make_draft
from tests.office.drafts import DAY, NOW, draft, part, stored
from training_app.bookings import letters
from training_app.bookings.commands import changes
from training_app.bookings.commands.places import book_place, cancel_booking
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.models import Letter
from training_app.programme.commands import parts

pytestmark = pytest.mark.usefixtures("time_stands_still")

HOURS = {"starts": "9:30am", "ends": "12:30pm"}
# Each act that writes to people: its command, its page, what is typed there, and what is said afterwards.
ACTS = {
    "changed": ("change_part_and_tell", "parts/{part}", {"day": "18 February 2027"}, "Letters went to 3 people."),
    "added": (
        "add_part_and_tell", "parts/new", {"kind": "in_person", "day": "19 February 2027"} | HOURS,
        "Letters went to 3 people.",
    ),
    "removed": ("remove_part_and_tell", "parts/{part}/remove", {}, "Letters went to 3 people."),
    "joining": ("set_joining_and_tell", "joining", {"joining": "Ring 0116 496 0000"}, "Letters went to 3 people."),
    "places": (
        "change_capacity_as_agreed", "places", {"capacity": "3"},
        "2 people on the waiting list have been offered one. Letters went to 2 people.",
    ),
    "cancelled": ("cancel_session", "cancel", {"why": "Snow"}, "3 people are being told by letter."),
}
ASKED_ONCE_MORE = {"changed", "added"}


@pytest.fixture
def session_id(app, office) -> int:
    """One place, taken; two people wait. The letters of their bookings are gone."""
    with app.app_context():
        made = draft(published=True)
        with transaction():
            stored(made).capacity = 1
    book_people(app, made, 3)
    return made


def test_whoever_was_offered_a_place_and_has_no_email_is_named(app, office):
    with app.app_context():
        made = draft(published=True)
        with transaction():
            stored(made).capacity = 1
    book_people(app, made, 2)
    with app.app_context(), transaction():
        waits = db.session.scalars(select(Booking).where(Booking.state == BookingState.WAITLISTED)).one().person
        waits.email, name = None, waits.name
    done = office.follow(office.send(office.get(f"/staff/sessions/{made}/places"), {"capacity": "2"}))
    said = f"1 more place: 1 person on the waiting list has been offered one. Tell {name} yourself: no email is known."
    assert said in done.text


def test_more_places_say_who_was_offered_one(app, office, session_id):
    done = office.follow(office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "3"}))
    said = "2 more places: 2 people on the waiting list have been offered one. Letters went to 2 people."
    assert said in done.text
    letters = office.get(done.links["Read the letters"])
    assert letters.text.count("Whether it was sent") == 2
    same = office.follow(office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "3"}))
    assert "The number of places is as it was." in same.text and "Read the letters" not in same.links


def test_a_move_says_how_many_letters_went_and_shows_them(app, office, session_id):
    with app.app_context():
        part = stored(session_id).parts[0].id
    form = office.get(f"/staff/sessions/{session_id}/parts/{part}")
    check = office.send(form, {"day": "18 February 2027"}, status=200)
    done = office.follow(office.send(check, {"step": "confirm"}))
    assert "Saved. Letters went to 3 people." in done.text
    letters = office.get(done.links["Read the letters"])
    assert "18 February 2027" in letters.text and letters.heading == "Letters about this session"


def test_a_sealed_letter_is_shown_to_nobody(app, office, session_id):
    office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "3"})
    with app.app_context(), transaction():
        for letter in db.session.query(Letter):
            letter.sealed, letter.body = True, "the code 123456"
    page = office.get(f"/staff/sessions/{session_id}/letters")
    assert "123456" not in page.text and "Only the person it was sent to can read it." in page.text


def test_a_session_without_letters_says_so(app, office):
    session_id = make_draft(app)
    assert "No letters yet" in office.get(f"/staff/sessions/{session_id}/letters").text


@pytest.mark.parametrize("how", ACTS)
def test_a_letter_of_another_act_is_not_counted_in(app, office, session_id, monkeypatch, how):
    """In the same second somebody else is written to about the same session."""
    command, page, typed, said = ACTS[how]
    with app.app_context():
        other = ended_booking_of(session_id)
        if how == "removed":
            with transaction():
                parts.add_part(session_id, part(DAY + timedelta(days=1)), actor_id=None, now=NOW)
        part_id = stored(session_id).parts[-1].id
    done_by_office = getattr(changes, command)

    def and_another_act_writes(*arguments, **named):
        outcome = done_by_office(*arguments, **named)
        booking = db.session.get_one(Booking, other)
        enqueue(letters.first_come(booking), recipient="other@agency.example", now=NOW, about=booking.filed_under)
        return outcome

    monkeypatch.setattr(changes, command, and_another_act_writes)
    form = office.get(f"/staff/sessions/{session_id}/{page.format(part=part_id)}")
    if how in ASKED_ONCE_MORE:
        form, typed = office.send(form, typed, status=200), {"step": "confirm"}
    done = office.follow(office.send(form, typed))
    assert said in done.text and "Read the letters" in done.links
    read = office.get(f"/staff/sessions/{session_id}/letters")
    assert "other@agency.example" in read.text


def ended_booking_of(session_id: int) -> int:
    """A booking of the session that came to an end; a letter about it is one about the session all the same."""
    with transaction():
        booking = book_place(session_id, make_people(1)[0], actor_id=None, now=NOW)
        cancel_booking(booking.id, actor_id=None, now=NOW)
        return booking.id
