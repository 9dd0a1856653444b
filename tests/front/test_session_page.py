"""The pages of a course and of one session."""

import json

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import select

from tests.guards import XHTML
from tests.programme.made_up_files import a_file, a_row, loaded
from tests.world.people import make_person
from tests.world.registers import make_mark
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus

HOSTILE = "</script><script>alert('x')</script> \"Dads'\" & <b>'babies'</b> -->"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2027-03-15 09:00:00", tick=False):
        yield


@pytest.fixture
def load(app):
    """Load rows; returns the ids of all sessions by date."""

    def load_rows(*rows, beside=False) -> list[int]:
        with app.app_context():
            loaded(a_file(*rows), beside=beside)
            by_date = select(TrainingSession.id).order_by(TrainingSession.first_day, TrainingSession.id)
            return list(db.session.scalars(by_date))

    return load_rows


def markup_of(page) -> dict:
    scripts = [one for one in page.tree.iter(f"{XHTML}script") if one.get("type") == "application/ld+json"]
    assert len(scripts) == 1
    assert f"'nonce-{scripts[0].get('nonce')}'" in page.response.headers["Content-Security-Policy"]
    return json.loads(scripts[0].text)


def test_a_session_to_come(browser, load):
    (session,) = load(
        a_row(
            course_title="Neglect & you", session_date="2027-03-30", priority="Neglect", provider="The pool"
        )
    )
    page = browser.get(f"/sessions/{session}")
    assert page.heading == "Neglect & you"
    for said in (
        "Tuesday 30 March 2027, 9:30am to 12:30pm, City Hall, Leicester",
        "24 places",
        "3 hours",
        "The pool",
    ):
        assert said in page.text
    assert "Priority Neglect" in page.text.replace("PriorityNeglect", "Priority Neglect")
    assert page.links["Training programme"] == "/programme"
    assert page.links["Add this date to your calendar"] == f"/sessions/{session}/calendar.ics"
    assert page.links["Book a place"] == f"/sessions/{session}/book"
    assert "mailto" not in " ".join(page.links[words] for words in page.links if "place" in words)


def test_two_parts_are_told_one_by_one(browser, load):
    (session,) = load(a_row(format="blended_two_part", venue="MS Teams"))
    page = browser.get(f"/sessions/{session}")
    assert "The two parts" in page.text
    assert "Part 1: e-learning, at your own pace" in page.text
    assert "Any time before Tuesday 8 June 2027" in page.text
    assert "Part 2: live online, 3 hours" in page.text
    assert "Tuesday 8 June 2027, 9:30am to 12:30pm, MS Teams" in page.text


def test_a_session_that_is_over_says_so(browser, browser_of, load):
    held, coming = load(a_row(session_date="2027-03-02", note="A note"), a_row(session_date="2027-05-04"))
    page = browser.get(f"/sessions/{held}")
    assert "This session is over" in page.text
    assert "It took place on Tuesday 2 March 2027." in page.text
    assert page.links["Tuesday 4 May 2027, 9:30am to 12:30pm"] == f"/sessions/{coming}"
    assert page.links["Training programme"] == "/programme?year=2026-27"
    assert page.text.count("24 places left") == page.text.count("places") == 1, "those of the other date"
    for hidden in ("18", "came", "Book a place", "A note"):
        assert hidden not in page.text
    for role in (Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER):
        assert "came" not in browser_of(role).get(f"/sessions/{held}").text
    for role in (Role.OFFICE, Role.REVIEWER):
        staff = browser_of(role)
        seen = staff.get(f"/sessions/{held}").text
        assert "18 people came, by headcount" in seen and "A note" in seen
    impact = staff.get(f"/sessions/{held}").links["What changed for those who came"]
    assert staff.get(impact).heading
    course = staff.get("/programme/core-awareness")
    assert staff.get(course.links["What changed for those who came in 2026-27"]).heading
    assert "What changed" not in browser.get("/programme/core-awareness").text


def test_it_is_over_when_it_ends_and_not_at_midnight(browser, load):
    (session,) = load(a_row(session_date="2027-03-15"))
    with time_machine.travel("2027-03-15 12:29:00", tick=False):
        page = browser.get(f"/sessions/{session}")
        assert "This session has started" in page.text and "Book a place" not in page.links
        assert "Has started" in browser.get("/programme").text
    with time_machine.travel("2027-03-15 12:30:00", tick=False):
        assert "This session is over" in browser.get(f"/sessions/{session}").text


def test_unknown_attendance_is_said_with_its_reason(browser_of, load):
    one, other = load(
        a_row(session_date="2027-03-01", attendees="", note="No data: provider did not share. Chased twice"),
        a_row(session_date="2027-03-02", attendees=""),
    )
    staff = browser_of(Role.REVIEWER)
    assert "No data: Provider did not share" in staff.get(f"/sessions/{one}").text
    assert "No data: Not given" in staff.get(f"/sessions/{other}").text


def test_names_come_before_a_headcount_and_both_are_told_where_they_differ(app, browser_of, load):
    (session,) = load(a_row(session_date="2027-03-02", attendees="18"))
    with app.app_context(), transaction() as store:
        make_mark(store.get(TrainingSession, session), make_person("Ama Ofori"))
    page = browser_of(Role.REVIEWER).get(f"/sessions/{session}")
    assert "1 person came, by the register; the headcount stated was 18" in page.text


def test_a_cancelled_session_says_so_and_takes_nobody(app, browser, load):
    cancelled, other = load(a_row(), a_row(session_date="2027-06-09"))
    with app.app_context(), transaction() as store:
        store.get(TrainingSession, cancelled).status = SessionStatus.CANCELLED
    page = browser.get(f"/sessions/{cancelled}")
    assert "This session is cancelled" in page.text
    assert "Book a place" not in page.text and page.text.count("24 places left") == page.text.count("24 places") == 1
    assert f"/sessions/{other}" in page.links.values()
    assert markup_of(page)["eventStatus"] == "https://schema.org/EventCancelled"
    assert f"/sessions/{cancelled}" not in browser.get("/programme/core-awareness").links.values()


def test_the_course_of_a_cancelled_session_can_be_opened_though_it_has_no_other(app, browser, load):
    """Its page leads there, and so does the letter that tells people it is off."""
    (cancelled,) = load(a_row())
    with app.app_context(), transaction() as store:
        store.get(TrainingSession, cancelled).status = SessionStatus.CANCELLED
    assert "/programme/core-awareness" in browser.get(f"/sessions/{cancelled}").links.values()
    page = browser.get("/programme/core-awareness")
    assert "No date is planned yet." in page.text and f"/sessions/{cancelled}" not in page.links.values()


def test_a_draft_and_a_number_too_high_are_not_found(app, browser, load):
    (session,) = load(a_row())
    with app.app_context(), transaction() as store:
        store.get(TrainingSession, session).status = SessionStatus.DRAFT
    for path in (
        f"/sessions/{session}",
        f"/sessions/{session}/calendar.ics",
        "/sessions/999999",
        "/programme/nothing",
    ):
        browser.get(path, status=404)
    browser.get("/programme/core-awareness", status=404)


def test_a_course_with_its_dates(browser, load):
    load(
        a_row(session_date="2024-06-04"),
        a_row(session_date="2027-03-30"),
        a_row(session_date="2027-04-20", start="18:00", end="20:00"),
    )
    page = browser.get("/programme/core-awareness")
    assert "2 dates to come" in page.text
    assert "Past dates, 2024-25" in page.text
    assert "6pm to 8pm, City Hall, Leicester, Tuesday 20 April 2027" in page.text
    assert page.text.count("24 places") == 2


def test_a_course_without_a_date_shows_a_way_on(browser, load):
    load(a_row(session_date="2024-06-04"))
    page = browser.get("/programme/core-awareness")
    assert "No date is planned yet." in page.text
    assert page.links["Tell the business office"].startswith("mailto:")


def test_a_hostile_title_stays_words(browser, load):
    (session,) = load(a_row(course_title=HOSTILE, venue="<i>Hall</i>", provider='"><svg onload=alert(1)>'))
    for path in (
        "/programme",
        f"/sessions/{session}",
        browser.get(f"/sessions/{session}").links["About this course and all its dates"],
    ):
        page = browser.get(path)
        assert HOSTILE in page.text
        html = page.response.get_data(as_text=True)
        assert "<script>alert" not in html and "<svg onload" not in html and "<i>Hall" not in html
    assert markup_of(browser.get(f"/sessions/{session}"))["name"] == HOSTILE


def test_a_session_in_the_words_of_schema_org(browser, load):
    (session,) = load(a_row(session_date="2027-03-30", provider="The pool"))
    markup = markup_of(browser.get(f"/sessions/{session}"))
    assert (markup["@context"], markup["@type"]) == ("https://schema.org", "EducationEvent")
    assert (markup["startDate"], markup["endDate"]) == (
        "2027-03-30T09:30:00+01:00",
        "2027-03-30T12:30:00+01:00",
    )
    assert markup["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert markup["location"]["@type"] == "Place" and markup["location"]["name"] == "City Hall, Leicester"
    assert markup["url"] == f"http://127.0.0.1:8000/sessions/{session}"
    assert markup["about"]["@type"] == "Course" and markup["performer"]["name"] == "The pool"


def test_a_course_in_the_words_of_schema_org(browser, load):
    load(
        a_row(session_date="2027-03-26", format="online", venue="MS Teams"),
        a_row(session_date="2027-03-30", format="blended_two_part", venue="Oakham, Rutland"),
        a_row(session_date="2024-06-04"),
    )
    markup = markup_of(browser.get("/programme/core-awareness"))
    assert markup["@type"] == "Course" and markup["provider"]["@type"] == "Organization"
    instances = markup["hasCourseInstance"]
    assert [one["courseMode"] for one in instances] == ["online", "blended"]
    assert [one["startDate"] for one in instances] == [
        "2027-03-26T09:30:00+00:00",
        "2027-03-30T09:30:00+01:00",
    ]
    assert instances[0]["location"]["@type"] == "VirtualLocation"


def test_one_session_as_a_calendar(browser, load):
    (session,) = load(a_row(session_date="2027-03-30"))
    page = browser.get(f"/sessions/{session}/calendar.ics")
    assert page.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="session-{session}.ics"' in page.response.headers["Content-Disposition"]
    (event,) = Calendar.from_ical(page.response.data).walk("VEVENT")
    assert event["dtstart"].params["TZID"] == "Europe/London"


def test_what_is_not_stated_is_said_to_be_unknown(browser, load):
    (session,) = load(a_row(venue="Not stated in the report", provider="", session_date="2027-03-30"))
    page = browser.get(f"/sessions/{session}")
    assert "place not stated" in page.text
    assert "Provider" not in page.text
