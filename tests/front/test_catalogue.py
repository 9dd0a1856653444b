"""The programme as a person without an account finds it."""

import pytest
import time_machine
from sqlalchemy import select

from tests.guards import XHTML, words_of
from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row, loaded
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus

TODAY = "2027-03-15 09:00:00"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def spring(app):
    with app.app_context():
        loaded(
            a_file(
                a_row(course_title="Held in March", session_date="2027-03-02"),
                a_row(course_title="Neglect", session_date="2027-03-30", priority="Neglect"),
                a_row(
                    course_title="Evening DSL",
                    course_type="dsl_initial",
                    session_date="2027-04-06",
                    start="18:00",
                    end="20:00",
                    format="online",
                    venue="MS Teams",
                ),
                a_row(course_title="Rutland day", session_date="2027-04-07", venue="Oakham, Rutland"),
            )
        )


def rows(page) -> list[str]:
    return [words_of(one) for one in page.tree.iter(f"{XHTML}h3")]


def chips(page) -> dict[str, str | None]:
    return {
        words_of(one): one.get("aria-current")
        for one in page.tree.iter(f"{XHTML}a")
        if one.get("class") == "scp-chip"
    }


def test_the_front_door_says_whom_the_training_is_for(browser, spring):
    assert "Training for everyone" in browser.get("/").heading


def test_sessions_to_come_by_month(browser, spring):
    page = browser.get("/programme")
    assert rows(page) == ["Neglect", "Evening DSL", "Rutland day"]
    months = [words_of(one) for one in page.tree.iter(f"{XHTML}h2")]
    assert months == ["March 2027", "April 2027"]
    assert "Tuesday 30 March 2027" in page.text
    assert "9:30am to 12:30pm, City Hall, Leicester" in page.text
    assert "24 places" in page.text and "18" not in page.text
    assert chips(page) == {
        "All 3": "true",
        "With places left 3": None,
        "Evenings 1": None,
        "Online 1": None,
        "DSL 1": None,
        "Rutland 1": None,
    }
    assert {"/calendar.ics", "/programme?year=2026-27"} <= set(page.links.values())


def test_the_form_asks_with_get_and_keeps_what_was_asked(browser, spring):
    page = browser.get("/programme?q=rutland&area=rutland&time=morning")
    assert rows(page) == ["Rutland day"]
    form = next(one for one in page.tree.iter(f"{XHTML}form") if one.get("id") == "search")
    assert (form.get("method"), form.get("action")) == ("get", "/programme")
    held = {one.get("name"): one.get("value") for one in form.iter(f"{XHTML}input")}
    assert held == {"q": "rutland"}
    selects = [one for one in page.tree.iter(f"{XHTML}select")]
    assert {one.get("name") for one in selects} == {"strand", "format", "month", "area", "time"}
    assert all(one.get("form") == "search" for one in selects)
    chosen = {
        one.get("name"): option.get("value")
        for one in selects
        for option in one
        if option.get("selected") is not None
    }
    assert chosen["area"] == "rutland" and chosen["time"] == "morning"
    assert "1 session for “rutland” in Rutland in the morning." in page.text
    assert page.links["Show everything"] == "/programme"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("strand=dsl", ["Evening DSL"]),
        ("format=in_person", ["Neglect", "Rutland day"]),
        ("month=2027-03", ["Neglect"]),
        ("time=evening", ["Evening DSL"]),
        ("q=NEGLÉCT", ["Neglect"]),
        ("page=99", ["Neglect", "Evening DSL", "Rutland day"]),
        ("strand=nonsense&page=-1", ["Neglect", "Evening DSL", "Rutland day"]),
    ],
)
def test_filters(browser, spring, asked, found):
    assert rows(browser.get(f"/programme?{asked}")) == found


def test_nothing_found_says_so_and_shows_a_way_on(browser, spring):
    page = browser.get("/programme?area=rutland&time=evening")
    assert "Nothing in Rutland in the evening yet." in page.text
    assert "1 online session is open to everyone." in page.text
    online = browser.get(page.links["Show the online sessions"])
    assert rows(online) == ["Evening DSL"]
    page = browser.get("/programme?q=quantum")
    assert "Nothing for “quantum” yet." in page.text
    assert page.links["See all 3 sessions"] == "/programme"


def test_an_empty_programme(browser):
    page = browser.get("/programme")
    assert "No session to come is published just now." in page.text
    assert page.links["Ask the business office what is planned"].startswith("mailto:")


def test_what_is_typed_is_never_markup(browser, spring):
    page = browser.get("/programme?q=%3Cscript%3Ealert(1)%3C/script%3E%22%3E")
    assert 'Nothing for “<script>alert(1)</script>">” yet.' in page.text
    assert "<script>alert" not in page.response.get_data(as_text=True)


def test_a_past_year_is_shown_as_past(browser, browser_of, app):
    with app.app_context():
        loaded(PROGRAMME)
        loaded(BESIDE, beside=True)
    page = browser.get("/programme?year=2024-25")
    assert page.heading == "Training programme 2024-25"
    assert "This year is over." in page.text
    assert "88 sessions, and 19 beside the programme" in page.text
    assert "places" not in page.text and "came" not in page.text and "No data" not in page.text
    assert page.links["What is coming"] == "/programme"
    assert "Page 1 of 6" in page.text
    last = browser.get("/programme?year=2024-25&page=6")
    assert len(rows(last)) == 107 - 5 * 20
    everything = [
        row for number in range(1, 7) for row in rows(browser.get(f"/programme?year=2024-25&page={number}"))
    ]
    assert len(everything) == 107
    staff = browser_of(Role.REVIEWER).get("/programme?year=2024-25")
    assert "No data: April 2024 cyber-attack" in staff.text
    assert "18 people came, by headcount" in staff.text
    assert "came" not in browser_of(Role.PRACTITIONER).get("/programme?year=2024-25").text


def test_this_year_holds_what_was_and_what_comes(browser, browser_of, spring):
    page = browser.get("/programme?year=2026-27")
    assert rows(page) == ["Held in March", "Neglect"]
    assert "This year is over" not in page.text
    assert page.text.count("24 places") == 1, "a session that was held offers no places"
    staff = browser_of(Role.OFFICE).get("/programme?year=2026-27")
    assert staff.text.count("18 people came") == 1 and staff.text.count("24 places") == 1


@pytest.mark.parametrize("year", ["banana", "2024-2025", "24-25", "1066-67"])
def test_a_year_that_is_none_is_not_found(browser, year):
    browser.get(f"/programme?year={year}", status=404)


def test_drafts_and_cancelled_sessions_are_not_listed(browser, app, spring):
    with app.app_context(), transaction():
        for one, status in zip(
            db.session.scalars(select(TrainingSession).order_by(TrainingSession.id)),
            ("draft", "draft", "cancelled"),
            strict=False,
        ):
            one.status = SessionStatus(status)
    assert rows(browser.get("/programme")) == ["Rutland day"]


def test_the_whole_programme_as_a_calendar(browser, spring):
    page = browser.get("/calendar.ics")
    assert page.response.mimetype == "text/calendar"
    text = page.response.get_data(as_text=True)
    assert text.count("BEGIN:VEVENT") == 3
    assert "SUMMARY:Held in March" not in text
    tag = page.response.headers["ETag"]
    again = browser.client.get("/calendar.ics", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_a_long_programme_costs_few_queries(browser, app):
    with app.app_context():
        loaded(PROGRAMME)
    browser.get("/programme?year=2024-25", most_queries=8)


def test_a_month_is_one_list(browser, spring):
    """The rows stand in lists, one per month, so that a screen reader says how many there are."""
    page = browser.get("/programme")
    lists = [one for one in page.tree.iter(f"{XHTML}ol")]
    assert [len(one.findall(f"{XHTML}li")) for one in lists] == [1, 2]


def test_the_way_back_leads_to_the_search_one_comes_from(browser, spring):
    found = browser.get("/programme?q=neglect&page=1")
    href = next(one for one in found.links.values() if one.startswith("/sessions/"))
    for address in (href, next(one for one in browser.get(href).links.values() if one.startswith("/programme/"))):
        for before, back in (
            ("http://localhost/programme?q=neglect", "/programme?q=neglect"),
            ("http://localhost/programme", None), ("http://evil.example/programme?q=neglect", None), ("http://[", None),
        ):
            with browser.app.app_context():
                page = browser.read(browser.client.get(address, headers={"Referer": before}))
            link = page.links["Training programme"]
            assert link == back if back else "neglect" not in link, (address, before)


def is_open(page) -> bool:
    return any(one.get("open") is not None for one in page.tree.iter(f"{XHTML}details"))


def test_a_chip_keeps_what_else_is_chosen_and_comes_off_by_itself(browser, spring):
    page = browser.get("/programme?q=dsl&month=2027-04&time=evening")
    links = {words_of(one): one.get("href") for one in page.tree.iter(f"{XHTML}a") if one.get("class") == "scp-chip"}
    assert links["Online 1"] == "/programme?q=dsl&format=online&month=2027-04&time=evening"
    assert links["Evenings ×, take this off"] == "/programme?q=dsl&month=2027-04"
    assert links["April 2027 ×, take this off"] == "/programme?q=dsl&time=evening"
    assert links["“dsl” ×, take this off"] == "/programme?month=2027-04&time=evening"
    assert is_open(page) and not is_open(browser.get("/programme")) and not is_open(browser.get("/programme?q=dsl"))


def test_dates_of_a_course_go_by_day_then_by_start(browser, app):
    """Two runs on one day are told apart by their hours and places."""
    with app.app_context():
        loaded(a_file(
            a_row(session_date="2027-05-05", start="13:30", end="16:30", venue="Oakham, Rutland"),
            a_row(session_date="2027-05-06", start="08:30", end="10:00"),
            a_row(session_date="2027-05-05", start="09:30", end="12:30"),
        ))
    assert rows(browser.get("/programme/core-awareness")) == [
        "9:30am to 12:30pm, City Hall, Leicester, Wednesday 5 May 2027",
        "1:30pm to 4:30pm, Oakham, Rutland, Wednesday 5 May 2027",
        "8:30am to 10am, City Hall, Leicester, Thursday 6 May 2027",
    ]


def test_with_places_left(app, browser, spring):
    with app.app_context(), transaction() as store:
        for one in store.scalars(select(TrainingSession)):
            if one.course.title == "Neglect":
                one.capacity = 0
    page = browser.get("/programme?places=left")
    assert rows(page) == ["Evening DSL", "Rutland day"]
    assert "2 sessions with places left." in page.text
    box = next(one for one in page.tree.iter(f"{XHTML}input") if one.get("name") == "places")
    assert box.get("checked") is not None and box.get("form") == "search"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("neglct", "Nothing fits “neglct”. Showing “neglect”."),
     ("rutlnad", "Nothing fits “rutlnad”. Showing “rutland”.")],
)
def test_a_guess_is_said(browser, spring, typed, said):
    page = browser.get(f"/programme?q={typed}")
    assert said in page.text and len(rows(page)) == 1
