"""After a change that wrote to people: to how many, and what the letters say."""

import pytest

from tests.office.acts import book_people, make_draft
from tests.office.drafts import draft, stored
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("time_stands_still")


@pytest.fixture
def session_id(app, office) -> int:
    """One place, taken; two people wait. The letters of their bookings are gone."""
    with app.app_context():
        made = draft(published=True)
        with transaction():
            stored(made).capacity = 1
    book_people(app, made, 3)
    return made


def test_more_places_say_who_was_offered_one(app, office, session_id):
    done = office.follow(office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "3"}))
    said = "2 more places: 2 people on the waiting list have been offered one, letters went to 2."
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
