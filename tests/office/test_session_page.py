"""The office's page of one session: it says what is so, once."""

import pytest

from tests.office.acts import book_people, errors_on, letters, make_draft
from tests.office.drafts import stored
from training_app.database import transaction
from training_app.programme.queries.sessions import priorities_in_force

pytestmark = pytest.mark.usefixtures("time_stands_still")


def test_a_part_put_in_or_taken_out_is_said_so_in_the_history(app, office):
    session_id = make_draft(app)
    office.send(office.get(f"/staff/sessions/{session_id}/parts/new"), {"kind": "e_learning"})
    page = office.get(f"/staff/sessions/{session_id}")
    assert "Added: e-learning, at one’s own pace" in page.text and "Part 1: was" not in page.text
    office.send(office.get(next(href for href in page.links.values() if href.endswith("/remove"))))
    assert "Removed: e-learning, at one’s own pace" in office.get(f"/staff/sessions/{session_id}").text


def test_the_page_before_people_are_told_says_both_alike(app, office):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 1)
    page = office.get(f"/staff/sessions/{session_id}/parts/1")
    check = office.send(page, {"day": "11/2/27", "starts": "0930"}, status=200)
    assert "NowWednesday 10 February 2027, 9:30am to 12:30pm, in person, City Hall" in check.text
    assert "From now onThursday 11 February 2027, 9:30am to 12:30pm, in person, City Hall" in check.text


def test_what_a_file_said_is_not_said_twice(app, office):
    session_id = make_draft(app)
    with app.app_context(), transaction():
        session = stored(session_id)
        session.priorities = priorities_in_force(session.last_day)[:2]
        session.priority_text = "; ".join(one.name for one in session.priorities)
        session.note = session.no_data_reason = "No data: not held yet."
    page = office.get(f"/staff/sessions/{session_id}")
    assert "Priority as stated" not in page.text and "not held yet" not in page.text
    with app.app_context(), transaction():
        stored(session_id).priority_text += "; Something else"
    assert "Priority as stated" in office.get(f"/staff/sessions/{session_id}").text


def test_a_cancelled_session_offers_no_place_and_no_register(app, office):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 1)
    office.send(office.get(f"/staff/sessions/{session_id}/cancel"), {"why": "Trainer ill"})
    page = office.get(f"/staff/sessions/{session_id}")
    assert "24 places, given back when it was cancelled" in page.text and "taken" not in page.text
    assert "Open its register" not in page.links and "No register: cancelled" in page.text
    assert "given back when it was cancelled" in office.get("/staff/sessions?show=cancelled").text


def test_a_text_that_is_too_long_says_by_how_much(app, office):
    page = office.get(f"/staff/sessions/{make_draft(app)}/about")
    again = office.send(page, {"note": "x" * 5034}, status=422)
    assert errors_on(again) == ["Use at most 5,000 letters. These are 5,034: 34 too many"]
    office.send(again, {"note": "x" * 5000})


def test_places_are_changed_and_offered(app, office):
    session_id = make_draft(app, published=True)
    office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "1"})
    book_people(app, session_id, 3)
    assert "Full: 1 of 1, 2 waiting" in office.get(f"/staff/sessions/{session_id}").text
    office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": "2"})
    assert "Full: 2 of 2, 1 waiting" in office.get("/staff/sessions").text
    assert len(letters(app)) == 1


def test_a_session_leads_to_its_bookings_and_its_register(app, office):
    links = office.get(f"/staff/sessions/{make_draft(app, published=True)}").links
    for words in ("See its bookings", "Open its register", "See its public page"):
        assert office.get(links[words]).heading
