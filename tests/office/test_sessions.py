"""The office's pages of sessions, as the office uses them."""

from datetime import date, time

import pytest
from sqlalchemy import select

from tests.guards import XHTML, words_of
from tests.office.acts import book_people, errors_on, letters, make_draft, value_of
from tests.office.drafts import (
    NOW,
    TITLE,
    audit_lines,
    draft,
    id_of,
    make_trainer_user,
    parts_of,
    prepare_office,
    stored,
)
from tests.world.programme import make_session
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.office.wording import warnings_about
from training_app.programme.commands.sessions import mark_cancelled
from training_app.programme.models import Course, Provider, Venue
from training_app.programme.rules.sessions import SessionStatus

pytestmark = pytest.mark.usefixtures("time_stands_still")
NASTY = "<script>alert('x')</script> O’Neill & “Sons”"
PAGES = ["", "/about", "/parts/new", "/parts/1", "/parts/1/remove", "/places", "/priorities", "/trainers", "/publish",
         "/cancel", "/delete", "/copy"]


@pytest.mark.parametrize("role", [None, *(one for one in Role if one is not Role.OFFICE)])
def test_these_pages_are_for_the_office_alone(app, browser, browser_of, role):
    with app.app_context():
        prepare_office()
        session_id = draft()
    visitor = browser if role is None else browser_of(role)
    for page in ["/staff/courses", "/staff/sessions", *(f"/staff/sessions/{session_id}{one}" for one in PAGES)]:
        assert visitor.get(page, status=None).status == (302 if role is None else 403), page
    assert "Sessions" not in visitor.get("/programme").links


def test_the_office_finds_sessions_in_its_menu_of_at_most_seven(office):
    page = office.get("/staff/sessions")
    menu = next(one for one in page.tree.iter(f"{XHTML}nav") if one.get("aria-label") == "Main")
    links = list(menu.iter(f"{XHTML}a"))
    assert len(links) <= 7
    assert [one.text for one in links if one.get("aria-current")] == ["Sessions"]
    assert page.links["Registers"] == "/registers" and page.links["My training"] == "/my"


def test_a_session_is_made_published_and_seen(app, office, browser):
    page = office.get("/staff/sessions/new")
    with app.app_context():
        course, venue = id_of(Course, TITLE), id_of(Venue, "City Hall")
    made = office.send(page, {
        "course": course, "strand": "core", "kind": "in_person", "day": "10 Feb 2027", "starts": "9.30am",
        "ends": "16:00", "venue": venue, "capacity": "24",
    })
    draft_page = office.follow(made)
    assert draft_page.heading == TITLE and "Only staff see it." in draft_page.text
    session_id = int(made.location.rsplit("/", 1)[1])
    browser.get(f"/sessions/{session_id}", status=404)
    assert TITLE not in browser.get("/programme").text
    assert b"VEVENT" not in browser.client.get("/calendar.ics").data
    done = office.follow(office.send(office.get(f"/staff/sessions/{session_id}/publish")))
    assert "Published. Everyone can see and book it now." in done.text
    assert "Wednesday 10 February 2027, 9:30am to 4pm" in browser.get(f"/sessions/{session_id}").text
    assert TITLE in browser.get("/programme").text
    assert "Published22 November 2026 at 9am, Siân O’Neill (administrator)" in done.text


def test_what_was_typed_is_kept_and_each_fault_named(office):
    page = office.get("/staff/sessions/new")
    typed = {"day": "31 June 2027", "starts": "25:00", "ends": "half past", "capacity": "many", "note": NASTY}
    again = office.send(page, typed, status=422)
    assert errors_on(again) == [
        "Choose a course", "Choose how people take part", "There is no 31 June: June has 30 days",
        "Enter a time like 9:30am or 14:00", "Enter a time like 9:30am or 14:00",
        "Enter a whole number of places, from 1 to 5,000",
    ]
    for name in ("day", "starts", "ends", "capacity"):
        assert value_of(again, name) == typed[name]
    assert next(again.form().iter(f"{XHTML}textarea")).text == NASTY


def test_a_part_must_end_after_it_starts(app, office):
    session_id = make_draft(app)
    page = office.get(f"/staff/sessions/{session_id}/parts/1")
    again = office.send(page, {"starts": "2pm", "ends": "12:30pm"}, status=422)
    assert errors_on(again) == ["The end must be after the start"]
    again = office.send(page, {"kind": "e_learning"}, status=422)
    assert "E-learning has no day: leave this empty" in errors_on(again)


def test_html_in_names_is_words(app, office):
    office.send(office.get("/staff/courses/new"), {"title": NASTY, "summary": NASTY})
    assert NASTY in office.get("/staff/courses").text
    office.send(office.get("/staff/venues/new"), {"name": NASTY})
    office.send(office.get("/staff/providers/new"), {"name": NASTY, "ended_on": "31/3/2027"})
    with app.app_context():
        venue = id_of(Venue, NASTY)
        assert id_of(Provider, NASTY)
    session_id = make_draft(app)
    office.send(office.get(f"/staff/sessions/{session_id}/parts/1"), {"venue": venue})
    assert f"now Wednesday 10 February 2027, 9:30am to 12:30pm, in person, {NASTY}" in office.get(
        f"/staff/sessions/{session_id}"
    ).text


def test_a_change_of_a_booked_session_is_checked_then_told(app, office):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 2)
    page = office.get(f"/staff/sessions/{session_id}/parts/1")
    check = office.send(page, {"day": "29 March 2027", "starts": "10am"}, status=200)
    assert check.heading == "Check before 2 people are told"
    assert "Monday 29 March 2027, 10am to 12:30pm" in check.text
    assert "is a bank holiday (Easter Monday)" in check.text
    assert letters(app) == []
    with app.app_context():
        assert stored(session_id).first_day == date(2027, 2, 10)
    back = office.send(check, {"step": "change"}, status=200)
    assert value_of(back, "day") == "29 March 2027"
    done = office.follow(office.send(check, {"step": "confirm"}))
    assert "Saved. Monday 29 March 2027 is a bank holiday (Easter Monday)." in done.text
    assert len(letters(app)) == 2 and all("hanged" in subject for subject in letters(app))
    with app.app_context():
        assert (stored(session_id).first_day, stored(session_id).starts_at) == (date(2027, 3, 29), time(10))


def test_saving_a_booked_session_unchanged_tells_nobody(app, office):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 1)
    office.send(office.get(f"/staff/sessions/{session_id}/parts/1"))
    assert letters(app) == []


def test_a_part_taken_from_a_booked_session_is_told(app, office):
    session_id = make_draft(app, published=True)
    office.send(office.get(f"/staff/sessions/{session_id}/parts/new"), {
        "kind": "online", "day": "17 February 2027", "starts": "9am", "ends": "10am",
    })
    book_people(app, session_id, 3)
    page = office.get(f"/staff/sessions/{session_id}/parts/2/remove")
    assert "3 people will be told by letter." in page.text
    office.send(page)
    # What changed, and the day that goes from their calendars: one object a letter.
    assert [one.partition(":")[0] for one in letters(app)] == [
        "Changed", "Out of your calendar, Wednesday 17 February 2027",
    ] * 3  # fmt: skip
    with app.app_context():
        assert len(parts_of(session_id)) == 1


def test_a_session_that_is_over_is_put_right_without_a_letter(app, office, monkeypatch):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 2)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2027, month=6))
    office.send(office.get(f"/staff/sessions/{session_id}/parts/1"), {"ends": "1pm"})
    assert letters(app) == []
    with app.app_context():
        assert stored(session_id).parts[0].ends_at == time(13)


def test_cancelling_asks_why_says_how_many_and_tells_them(app, office, browser):
    session_id = make_draft(app, published=True)
    book_people(app, session_id, 2)
    page = office.get(f"/staff/sessions/{session_id}/cancel")
    assert "2 people will be told by letter. Your reason is told too. This cannot be undone." in page.text
    assert errors_on(office.send(page, {"why": "  "}, status=422)) == ["Say why the session is cancelled"]
    with app.app_context():
        assert stored(session_id).status is SessionStatus.PUBLISHED
    done = office.follow(office.send(page, {"why": "Snow & “ice”"}))
    assert "Cancelled. 2 people are being told by letter." in done.text and "Why: Snow & “ice”" in done.text
    assert len(letters(app)) == 2
    assert "This session is cancelled" in browser.get(f"/sessions/{session_id}").text
    assert "Change" not in done.links
    again = office.send(page, {"why": "Again"}, status=422)
    assert "This session is cancelled" in errors_on(again)[0]
    with app.app_context():
        states = list(db.session.scalars(select(Booking.state)))
    assert states == ["cancelled", "cancelled"]


def test_what_has_begun_is_not_offered_to_be_cancelled(app, office, monkeypatch):
    session_id = make_draft(app, published=True)
    address = f"/staff/sessions/{session_id}"
    assert "Cancel this session" in office.get(address).links
    page = office.get(f"{address}/cancel")
    book_people(app, session_id, 1)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2027, month=3))
    assert "Cancel this session" not in office.get(address).links
    said = office.follow(office.send(page, {"why": "Nobody came"}))
    assert "This session has begun, so it can no longer be cancelled." in said.text
    assert letters(app) == []
    with app.app_context():
        assert stored(session_id).status is SessionStatus.PUBLISHED


def test_people_who_booked_one_course_are_not_sent_to_another(app, office):
    session_id = make_draft(app, published=True)
    office.send(office.get("/staff/courses/new"), {"title": "Another course"})
    with app.app_context():
        other = id_of(Course, "Another course")
    book_people(app, session_id, 1)
    page = office.send(office.get(f"/staff/sessions/{session_id}/about"), {"course": other}, status=422)
    assert "People have booked this course" in errors_on(page)[0]
    with app.app_context():
        assert stored(session_id).course.title == TITLE


def test_a_draft_is_deleted_not_cancelled(app, office):
    session_id = make_draft(app)
    page = office.follow(office.get(f"/staff/sessions/{session_id}/cancel", status=302))
    assert "Delete it instead" in page.text
    gone = office.follow(office.send(office.get(f"/staff/sessions/{session_id}/delete")))
    assert "The draft is deleted." in gone.text
    office.get(f"/staff/sessions/{session_id}", status=404)


def test_a_page_someone_else_was_faster_than_shows_both(app, office, browser_of):
    session_id = make_draft(app)
    mine = office.get(f"/staff/sessions/{session_id}/about")
    office.send(office.get(f"/staff/sessions/{session_id}/about"), {"note": "Theirs <b>"})
    refused = office.send(mine, {"note": "Mine “quoted”"}, status=409)
    assert "Someone else changed this while you had it open" in errors_on(refused)[0]
    assert "Note for staffnot statedTheirs <b>" in refused.text
    assert next(refused.form().iter(f"{XHTML}textarea")).text == "Mine “quoted”"
    office.send(refused)
    with app.app_context():
        assert stored(session_id).note == "Mine “quoted”"


@pytest.mark.parametrize("seen", ["", "{", "[1]", "7"])
def test_a_form_without_what_it_showed_saves_nothing(app, office, seen):
    session_id = make_draft(app)
    page = office.get(f"/staff/sessions/{session_id}/places")
    again = office.send(page, {"capacity": "7", "seen": seen}, status=422)
    assert "Check what is typed and save again" in errors_on(again)[0]
    office.send(again)
    with app.app_context():
        assert stored(session_id).capacity == 7


def test_copying_takes_one_page(app, office):
    session_id = make_draft(app, published=True)
    page = office.get(f"/staff/sessions/{session_id}/copy")
    assert errors_on(office.send(page, {"days": "3 March 2027\nsoon"}, status=422)) == [
        "“soon” is not a day. Enter a date like 23 May 2027"
    ]
    one = office.follow(office.send(page, {"days": "3 March 2027"}))
    assert "This is the copy, as a draft." in one.text and "Wednesday 3 March 2027" in one.text
    several = office.follow(office.send(page, {"days": "10 March 2027\r\n\r\n17/3/2027"}))
    assert "2 drafts made." in several.text and several.heading == "Drafts"


def test_priorities_and_trainers_are_ticked(app, office):
    session_id = make_draft(app)
    with app.app_context():
        leader = make_trainer_user()
    page = office.get(f"/staff/sessions/{session_id}/priorities")
    ids = [one.get("value") for one in page.form().iter(f"{XHTML}input") if one.get("type") == "checkbox"]
    office.send(page, {"chosen": ids[:2]})
    office.send(office.get(f"/staff/sessions/{session_id}/trainers"), {"chosen": [leader]})
    shown = office.get(f"/staff/sessions/{session_id}").text
    assert "Child Sexual AbuseNeglect" in shown and "Trainers: was none, now Trainer T’Challa" in shown
    office.send(office.get(f"/staff/sessions/{session_id}/priorities"), {"chosen": []})
    with app.app_context():
        assert stored(session_id).priorities == []
        assert "T’Challa" not in str([one.detail for one in audit_lines()])


def test_a_priority_that_is_not_offered_is_refused(app, office):
    session_id = make_draft(app)
    page = office.get(f"/staff/sessions/{session_id}/priorities")
    assert office.send(page, {"chosen": ["1"]}, status=422)
    assert office.send(office.get(f"/staff/sessions/{session_id}/trainers"), {"chosen": ["999"]}, status=422)
    with app.app_context():
        assert stored(session_id).priorities == []


def test_a_course_keeps_its_address(app, office, browser):
    make_draft(app, published=True)
    with app.app_context():
        course = id_of(Course, TITLE)
    page = office.get(f"/staff/courses/{course}")
    assert "/programme/childrens-voice" in page.text
    office.send(page, {"title": "Another title", "summary": "For “everyone”."})
    assert browser.get("/programme/childrens-voice").heading == "Another title"
    refused = office.send(page, {"title": "Mine"}, status=409)
    assert "TitleChildren’s “Voice” & RightsAnother title" in refused.text


def test_a_second_of_one_name_is_refused_with_what_was_typed(office):
    page = office.send(office.get("/staff/venues/new"), {"name": "city hall", "area": "rutland"}, status=422)
    assert errors_on(page) == ["There is already a venue called “City Hall”."]
    chosen = [one.get("value") for one in page.form().iter(f"{XHTML}option") if one.get("selected") is not None]
    assert chosen == ["rutland"]


def test_the_list_shows_what_was_asked_for(app, office, monkeypatch):
    coming = make_draft(app, published=True)
    make_draft(app, date(2027, 3, 3))
    cancelled = make_draft(app, date(2027, 3, 4), published=True)
    make_draft(app, date(2026, 5, 6), published=True)
    with app.app_context(), transaction():
        mark_cancelled(cancelled, "Snow", actor_id=None, now=NOW)
    to_come = office.get("/staff/sessions")
    assert "2 sessions" in to_come.text and "10 February 2027" in to_come.text and "Draft" in to_come.text
    assert "3 March 2027" in office.get("/staff/sessions?show=drafts").text
    assert "4 March 2027" in office.get("/staff/sessions?show=cancelled").text
    past = office.get("/staff/sessions?year=2026-27")
    assert past.heading == "Sessions held in 2026-27" and "1 session" in past.text
    assert "Open: unmarked" in past.text
    assert "1 session" in office.get("/staff/sessions?q=childrens+VOICE+city&month=2027-02").text
    assert "No sessions here" in office.get("/staff/sessions?q=neglect").text
    office.get("/staff/sessions?year=nonsense", status=404)
    assert coming


def test_the_list_asks_the_same_of_a_hundred_sessions_as_of_two(app, office):
    with app.app_context(), transaction():
        course = db.session.scalars(select(Course)).one()
        venue = db.session.scalars(select(Venue)).first()
        for turn in range(100):
            session = make_session(
                course=course, day=date(2027, 1, 4 + turn % 25), starts=time(9 + turn // 25), ends=time(20)
            )
            session.parts[0].venue = venue
    page = office.get("/staff/sessions?page=2", most_queries=14)
    assert "100 sessions" in page.text and "Page 2 of 4" in page.text
    assert office.get("/staff/sessions?page=99", most_queries=14).text.count("City Hall") == 25


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 3, 29), ["Monday 29 March 2027 is a bank holiday (Easter Monday)."]),
        (date(2027, 3, 27), ["27 March 2027 is a Saturday."]),
        (date(2027, 3, 28), ["28 March 2027 is a Sunday.",
                             "Sunday 28 March 2027 begins with the clocks going forward."]),
        (date(2027, 10, 31), ["31 October 2027 is a Sunday.",
                              "Sunday 31 October 2027 begins with the clocks going back."]),
        (date(2026, 11, 20), ["Friday 20 November 2026 is in the past."]),
        (date(2027, 2, 10), []),
    ],
)
def test_odd_days_are_worth_a_second_look(day, said):
    assert warnings_about(day, date(2026, 11, 22)) == said


def test_an_odd_day_is_shown_and_not_refused(app, office):
    session_id = make_draft(app, date(2027, 3, 28))
    assert "begins with the clocks going forward" in office.get(f"/staff/sessions/{session_id}").text
    publish = office.get(f"/staff/sessions/{session_id}/publish")
    assert "Please check: 28 March 2027 is a Sunday." in publish.text
    assert "Published." in office.follow(office.send(publish)).text


def test_after_adding_a_course_its_first_session_is_one_link_away(office):
    page = office.send(office.get("/staff/courses/new"), {"title": "Tea & “Toast”", "summary": ""})
    done = office.follow(page)
    assert "Added: Tea & “Toast”." in done.text
    form = office.get(done.links["Add its first session"])
    chosen = [one for one in form.tree.iter(f"{XHTML}option") if one.get("selected") is not None]
    assert "Tea & “Toast”" in [words_of(one) for one in chosen]
