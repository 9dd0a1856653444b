"""A register of thirty with two walk-ins, on a phone, by the keyboard alone and without JavaScript."""

import sqlite3
from collections import Counter

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.chromium import PHONE, Service, Visitor, program, visitor
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
FOCUS = "document.activeElement.name || document.activeElement.innerText"


@pytest.fixture
def service(demonstration_service: Service) -> Service:
    return demonstration_service


def _tab_to(page: Page, wanted: str) -> str:
    for _ in range(90):
        page.keyboard.press("Tab")
        focused = str(page.evaluate(FOCUS))
        if focused.startswith(wanted):
            return focused
    raise AssertionError(f"the keyboard never comes to “{wanted}”")


def _add_at_the_door(page: Page, name: str, agency: str) -> None:
    _tab_to(page, "Add someone who is not on the list")
    page.keyboard.press("Enter")
    _tab_to(page, "walk_in_name")
    page.keyboard.type(name)
    _tab_to(page, "walk_in_agency")
    page.keyboard.type(agency)
    _tab_to(page, "walk_in_post")
    page.keyboard.press("Enter")  # as people do in a form
    page.get_by_text(f"{name} is on the register, marked here.").wait_for()


def _marks(service: Service) -> Counter[str]:
    with sqlite3.connect(service.database) as database:
        rows = database.execute(
            "SELECT mark FROM attendance_mark m JOIN training_session s ON s.id = m.session_id"
            " WHERE m.superseded_at IS NULL AND s.last_day = (SELECT max(last_day) FROM training_session t JOIN"
            " attendance_mark n ON n.session_id = t.id)"
        ).fetchall()
    return Counter(mark for (mark,) in rows)


def test_thirty_people_and_two_at_the_door(chromium: Chromium, service: Service):
    with visitor(chromium, service, Role.TRAINER, java_script_enabled=False) as someone:
        page = someone.page
        someone.open("/registers")
        _tab_to(page, "Core Awareness")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Register: Core Awareness").wait_for()
        rows = [_tab_to(page, "mark-")]
        page.keyboard.press("Space")
        for _ in range(29):
            page.keyboard.press("Tab")
            rows.append(str(page.evaluate(FOCUS)))
            page.keyboard.press("Space")
        assert len(set(rows)) == 30 and all(row.startswith("mark-") for row in rows)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        _add_at_the_door(page, "Esi Panesar", "Leicestershire Police")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        _add_at_the_door(page, "Rhys Eboh", "Probation")
        assert _marks(service) == {"attended": 31, "absent": 1}
        assert page.get_by_text("Not on the list: walk-in").count() == 2
        _tab_to(page, "Save register")
        page.keyboard.press("Enter")
        page.get_by_text("Nothing was changed.").wait_for()
        assert _marks(service) == {"attended": 31, "absent": 1}
        assert not someone.complaints


def _first_register(someone: Visitor) -> Page:
    someone.open("/registers")
    someone.page.get_by_role("link", name="Core Awareness").first.click()
    someone.page.get_by_role("heading", name="Register: Core Awareness").wait_for()
    return someone.page


def _mark(page: Page, row: int, mark: str) -> None:
    page.locator("fieldset.scp-reg").nth(row).locator(f"input[value={mark}]").check()


def test_marks_are_counted_as_they_are_made_and_not_lost_unsaved(chromium: Chromium, service: Service):
    with visitor(chromium, service, Role.TRAINER) as someone:
        page = _first_register(someone)
        bar, unsaved = page.locator(".scp-regbar"), page.locator("#not-saved-yet")
        assert unsaved.is_hidden()
        for row, mark in ((0, "attended"), (1, "attended"), (2, "part_attended"), (20, "absent"), (0, "absent")):
            _mark(page, row, mark)
        assert "1 here 1 part 2 not here 26 unmarked" in " ".join(bar.inner_text().split())
        assert unsaved.inner_text() == "4 not saved"
        said = page.locator("#said-of-marks")
        assert not said.inner_text(), "nothing is said aloud while marks are made"
        page.get_by_text("4 not saved. 1 here, 1 part, 2 not here, 26 unmarked").wait_for()
        warned: list[str] = []
        page.once("dialog", lambda dialog: (warned.append(dialog.type), dialog.dismiss()))
        page.get_by_role("link", name="My sessions", exact=True).last.click()
        page.wait_for_timeout(300)
        assert warned == ["beforeunload"] and unsaved.inner_text() == "4 not saved", "they stay, and nothing is lost"
        page.get_by_role("button", name="Save register").click()
        page.get_by_text("Saved: 4 marks.").wait_for()
        assert unsaved.is_hidden() and _marks(service) == {"attended": 1, "part_attended": 1, "absent": 2}
        page.get_by_role("link", name="My sessions", exact=True).last.click()
        page.get_by_role("heading", name="My sessions").wait_for()
        assert not someone.complaints


def test_saving_comes_back_to_the_row_touched_last(chromium: Chromium, service: Service):
    with visitor(chromium, service, Role.TRAINER) as someone:
        page = _first_register(someone)
        for row in (25, 12):
            _mark(page, row, "attended")
        page.get_by_role("button", name="Save register").click()
        page.get_by_text("Saved: 2 marks.").wait_for()
        row = page.locator("fieldset.scp-reg").nth(12)
        assert page.url.endswith(f"#{row.get_attribute('id')}")
        assert 0 < row.bounding_box()["y"] < page.locator(".scp-savebar").bounding_box()["y"]
        assert not someone.complaints


@pytest.mark.parametrize("scripts", [True, False])
def test_why_someone_is_not_here_is_asked_at_once(chromium: Chromium, service: Service, scripts: bool):
    with visitor(chromium, service, Role.TRAINER, java_script_enabled=scripts) as someone:
        page = _first_register(someone)
        why = page.locator("fieldset.scp-reg select").nth(3)
        assert why.is_hidden()
        _mark(page, 3, "absent")
        why.select_option("ill")
        page.get_by_role("button", name="Save register").click()
        page.get_by_text("Saved: 1 mark.").wait_for()
        with sqlite3.connect(service.database) as database:
            assert [*database.execute("SELECT reason FROM attendance_mark ORDER BY id DESC LIMIT 1")] == [("ill",)]


def test_the_button_stays_in_reach_and_no_row_hides_under_it(chromium: Chromium, service: Service):
    """A row that has the focus must not be covered by the bar at the foot."""
    with visitor(chromium, service, Role.TRAINER) as someone:
        page = someone.page
        someone.open("/registers")
        page.get_by_role("link", name="Core Awareness").first.click()
        bar = page.locator(".scp-savebar")
        assert bar.bounding_box()["y"] < PHONE["height"], "the button to save is on the first screen"
        page.locator("input[type=radio]").first.focus()
        for _ in range(12):
            page.keyboard.press("Tab")
            held = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
            assert held <= page.evaluate("document.querySelector('.scp-savebar').getBoundingClientRect().top")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert not someone.complaints
