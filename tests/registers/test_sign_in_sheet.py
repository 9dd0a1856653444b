"""The sheet that is signed on paper: who is on it and in which order, what is not, and who may print it."""

import re

import pytest
import time_machine

from tests.guards import XHTML
from tests.registers.acts import BEFORE, a_day, book_for, let_lead, morning_session, register_walk_in
from tests.world.people import make_person
from tests.world.programme import make_self_paced_part, make_session_without_parts
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.bookings.rules import BookingState
from training_app.config import ROOT
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.programme.rules.sessions import EvaluationMode

NEEDS, EMAIL = "Hearing loop near the front", "ann.zeal@example.test"


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def led(app, browser_of):
    """A trainer's browser, and a session of two mornings that they lead, with three people booked and one waiting."""
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session(days=(a_day(0), a_day(1)))
        let_lead(session)
        book_for(session, needs=NEEDS, person=make_person("Ann Zeal", email=EMAIL))
        book_for(session, "Zoë Ábalos")
        book_for(session, "Bo Mead-Young")
        book_for(session, "Waits Still", state=BookingState.WAITLISTED)
        return browser, session.id


def address(session_id: int) -> str:
    return f"/sessions/{session_id}/register/sheet"


def names_on(page) -> list[list[str]]:
    """The names of each table's rows, the sheets in their order."""
    tables = page.tree.iter(f"{XHTML}table")
    return [
        ["".join(cell.itertext()).strip() for cell in one.iter(f"{XHTML}th") if cell.get("scope") == "row"]
        for one in tables
    ]


def test_each_part_has_a_sheet_in_order_of_surnames(led):
    browser, session_id = led
    page = browser.get(address(session_id))
    order = ["Zoë Ábalos", "Bo Mead-Young", "Ann Zeal"]
    assert names_on(page) == [order, order]
    assert "Thursday 11 June 2026, 9:30am to 12:30pm" in page.text
    assert "Friday 12 June 2026, 9:30am to 12:30pm" in page.text


def test_its_columns_are_name_agency_job_and_signature(led):
    browser, session_id = led
    page = browser.get(address(session_id))
    heads = [
        "".join(one.itertext()).strip() for one in next(page.tree.iter(f"{XHTML}thead")).iter(f"{XHTML}th")
        if one.get("scope") == "col"
    ]
    assert heads == ["Number", "Name", "Agency", "Job", "Signature", "Time in"]
    assert "Nurse" in page.text


def test_there_are_empty_lines_for_those_who_are_not_on_the_list(led):
    browser, session_id = led
    table = next(browser.get(address(session_id)).tree.iter(f"{XHTML}table"))
    rows = [one for body in table.iter(f"{XHTML}tbody") for one in body.iter(f"{XHTML}tr")]
    empty = [one for one in rows if not "".join(one.itertext()).strip()]
    assert len(empty) >= 5


def test_it_says_which_course_where_and_with_whom(app, led):
    browser, session_id = led
    with app.app_context():
        trainer = user_of(Role.TRAINER).name
    page = browser.get(address(session_id))
    assert "Core Awareness" in page.heading + page.text
    assert f"With {trainer}" in page.text


def test_neither_needs_nor_emails_nor_who_waits_is_on_it(led):
    browser, session_id = led
    page = browser.get(address(session_id))
    for hidden in (NEEDS, EMAIL, "Waits Still"):
        assert hidden not in page.text


def test_a_walk_in_of_the_first_part_is_on_the_sheets(app, browser_of):
    browser = browser_of(Role.TRAINER)
    with app.app_context():
        with transaction():
            session = morning_session(days=(a_day(0), a_day(1)))
            trainer = let_lead(session).id
            book_for(session, "Ann Zeal")
        session_id = session.id
        register_walk_in(session, "Cy Early", by=trainer)
    assert names_on(browser.get(address(session_id)))[1] == ["Cy Early", "Ann Zeal"]


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR, Role.REVIEWER])
def test_who_may_not_mark_may_not_print_it(led, browser_of, role):
    _, session_id = led
    assert browser_of(role).get(address(session_id), status=None).status == 403


def test_a_trainer_of_other_sessions_does_not_find_it(app, browser_of):
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session_id = morning_session().id
    assert browser.get(address(session_id), status=None).status == 404


def test_a_sheet_of_real_people_does_not_say_that_they_are_made_up(led):
    browser, session_id = led
    assert "made up" not in browser.get(address(session_id)).text


def test_the_office_prints_it_too(led, browser_of):
    _, session_id = led
    assert names_on(browser_of(Role.OFFICE).get(address(session_id)))


def test_the_register_leads_to_it(led):
    browser, session_id = led
    assert address(session_id) in browser.get(f"/sessions/{session_id}/register").links.values()


def test_a_session_without_a_day_has_nothing_to_sign(app, browser_of):
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = make_session_without_parts("Core Awareness online")
        make_self_paced_part(session)
        let_lead(session)
        session_id = session.id
    page = browser.get(address(session_id))
    assert names_on(page) == []
    assert "nothing to sign" in page.text
    assert address(session_id) not in browser.get(f"/sessions/{session_id}/register").links.values()


def codes_on(page) -> list[int]:
    """On which of the sheets there is a square to point a phone at."""
    sheets = [one for one in page.tree.iter(f"{XHTML}section") if one.get("class") == "scp-sheet"]
    return [number for number, one in enumerate(sheets, 1) if "Before you leave" in "".join(one.itertext())]


def test_the_last_sheet_leads_to_feedback_once_there_is_a_code(app, led):
    browser, session_id = led
    assert codes_on(browser.get(address(session_id))) == []
    with app.app_context(), transaction():
        code = room.make_code(session_id, actor_id=None, now=BEFORE)
    page = browser.get(address(session_id))
    assert codes_on(page) == [2] and f"/e/{code}" in page.text and "QR code" in page.text


@pytest.mark.parametrize("mode", [EvaluationMode.SEPARATE, EvaluationMode.NONE])
def test_what_is_not_on_the_standard_evaluation_has_no_code(app, browser_of, mode):
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session(evaluation_mode=mode)
        let_lead(session)
        room.make_code(session.id, actor_id=None, now=BEFORE)
        session_id = session.id
    page = browser.get(address(session_id))
    assert codes_on(page) == [] and "QR code" not in page.text


def test_each_thing_on_it_has_a_look_of_its_own(led):
    browser, session_id = led
    page = browser.get(address(session_id))
    named = {name for one in page.tree.iter() for name in (one.get("class") or "").split()}
    drawn = "".join(one.read_text() for one in (ROOT / "static" / "look").glob("*.css"))
    ours = {one for one in named if one.startswith(("scp-sheet", "scp-signs"))}
    assert ours and not {one for one in ours if not re.search(rf"[.]{one}(?![-\w])", drawn)}


def test_hours_stand_on_one_line(led):
    browser, session_id = led
    for page in (browser.get(address(session_id)), browser.get(f"/sessions/{session_id}/register")):
        assert "9:30am\u00a0to\u00a012:30pm" in page.response.text and "9:30am to" not in page.response.text
    other = browser.get(f"/sessions/{session_id}")
    assert "9:30am\u00a0to\u00a012:30pm" in other.response.text and "9:30am to" not in other.response.text
