"""Times at which hardly any training is are asked about before they are saved, with all that was typed kept."""

from datetime import time

import pytest
from sqlalchemy import func, select

from tests.guards import XHTML
from tests.office.acts import book_people, errors_on, letters, make_draft, value_of
from tests.office.drafts import TITLE, draft, id_of, part, stored
from training_app.extensions import db
from training_app.office.wording import warnings_about_times
from training_app.programme.models import Course, TrainingSession
from training_app.programme.rules.parts import in_the_afternoon, may_mean_the_afternoon, unusual_about_times

pytestmark = pytest.mark.usefixtures("time_stands_still")
EARLY = "1:30am to 4:30am: it starts at 1:30am, before 7am. If the afternoon is meant, that is 1:30pm."
LONG = "9am to 8pm: it lasts 11 hours."


def number_of_sessions(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(TrainingSession.id)))


def filled(app) -> dict[str, str]:
    with app.app_context():
        course = str(id_of(Course, TITLE))
    return {"course": course, "strand": "core", "kind": "in_person", "day": "10 Feb 2027", "capacity": "24",
            "note": "Bring “pens” & paper"}


ODD = [("1.30", "4.30", EARLY), ("1:30", "4:30", EARLY), ("0130", "04:30", EARLY), ("1:30am", "4:30 AM", EARLY),
       ("9am", "8pm", LONG)]


@pytest.mark.parametrize(("starts", "ends", "said"), ODD)
def test_a_new_session_at_odd_times_is_asked_about_and_then_made(app, office, starts, ends, said):
    typed = filled(app) | {"starts": starts, "ends": ends}
    check = office.send(office.get("/staff/sessions/new"), typed, status=200)
    assert check.heading == "Check the times" and said in check.text
    assert "will be told" not in check.text
    assert number_of_sessions(app) == 0
    back = office.send(check, {"step": "change"}, status=200)
    assert (value_of(back, "starts"), value_of(back, "ends")) == (starts, ends)
    assert next(back.form().iter(f"{XHTML}textarea")).text == typed["note"]
    done = office.follow(office.send(check, {"step": "confirm"}))
    assert done.heading == TITLE and said in done.text
    assert number_of_sessions(app) == 1


@pytest.mark.parametrize(("starts", "ends"), [("7:00", "17:00"), ("1.30pm", "4.30pm"), ("18:00", "21:00")])
def test_ordinary_times_are_saved_at_once(app, office, starts, ends):
    office.send(office.get("/staff/sessions/new"), filled(app) | {"starts": starts, "ends": ends}, status=302)
    assert number_of_sessions(app) == 1


@pytest.mark.parametrize(("starts", "ends", "said"), ODD)
def test_a_part_at_odd_times_is_asked_about_and_then_saved(app, office, starts, ends, said):
    session_id = make_draft(app)
    for address in ("parts/1", "parts/new"):
        page = office.get(f"/staff/sessions/{session_id}/{address}")
        typed = {"kind": "in_person", "day": "11 Feb 2027", "starts": starts, "ends": ends}
        check = office.send(page, typed, status=200)
        assert check.heading == "Check the times" and said in check.text
        assert value_of(office.send(check, {"step": "change"}, status=200), "starts") == starts
        if address == "parts/1":
            with app.app_context():
                assert stored(session_id).starts_at == time(9, 30)
            assert said in office.follow(office.send(check, {"step": "confirm"})).text


def test_what_stands_is_not_asked_about_again_and_publishing_warns(app, office):
    with app.app_context():
        session_id = draft(part(starts=time(1, 30), ends=time(4, 30)))
    assert EARLY in office.get(f"/staff/sessions/{session_id}").text
    assert EARLY in office.get(f"/staff/sessions/{session_id}/publish").text
    office.send(office.get(f"/staff/sessions/{session_id}/parts/1"), {"venue": ""}, status=302)


def test_people_who_booked_and_odd_times_are_one_question(app, office):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 2)
    check = office.send(
        office.get(f"/staff/sessions/{session_id}/parts/1"), {"starts": "1.30", "ends": "4.30"}, status=200
    )
    assert check.heading == "Check before 2 people are told" and EARLY in check.text
    assert letters(app) == []
    office.send(check, {"step": "confirm"}, status=302)
    assert len(letters(app)) == 2


def test_an_end_that_means_the_afternoon_is_told_how_to_say_so(app, office):
    page = office.get(f"/staff/sessions/{make_draft(app)}/parts/1")
    again = office.send(page, {"starts": "1.30pm", "ends": "4.30"}, status=422)
    assert errors_on(again) == ["The end must be after the start. Write 4:30pm if that is meant"]


def test_the_rule():
    assert unusual_about_times(time(7), time(17)) == []
    assert unusual_about_times(time(6, 59), time(17)) == ["starts at 6:59am, before 7am", "lasts 10 hours 1 minute"]
    assert may_mean_the_afternoon("1.30", time(1, 30)) and may_mean_the_afternoon("00:30", time(0, 30))
    assert not may_mean_the_afternoon("1.30am", time(1, 30)) and not may_mean_the_afternoon("7:00", time(7))
    assert in_the_afternoon(time(0, 30)) == time(12, 30)
    assert warnings_about_times(None, None) == []
