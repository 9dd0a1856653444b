"""What is printed: words and figures, and nothing that is only pressed."""

import re

import pytest
from playwright.sync_api import Browser as Chromium

from tests.chromium import Service, Visitor, program, visitor
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
PRESSED = """() => [...document.querySelectorAll(
    "button, input, textarea, nav, .govuk-back-link, .govuk-button, form[method=get], .govuk-label, select")]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length)
  .filter(one => one.type !== "hidden").map(one => one.tagName + " " + (one.id || one.className))"""
UNDERLINED = """() => [...document.querySelectorAll("main a")]
  .filter(one => one.getClientRects().length && getComputedStyle(one).textDecorationLine !== "none")
  .map(one => one.innerText)"""
# A link that does something, and says nothing to whoever reads the list on paper.
ACTS = """() => [...document.querySelectorAll("main a")]
  .filter(one => one.getClientRects().length && one.checkVisibility({visibilityProperty: true}))
  .map(one => one.innerText.trim())
  .filter(said => /^(Cancel|Change|Take it|Add|Give another|Leave words|Look at it)\\b/.test(said))"""
PRINTED = {
    Role.TRAINER: ["/registers"],
    Role.COORDINATOR: ["/agency/bookings"],
    Role.REVIEWER: ["/impact/2024-25", "/reports/yearly/2024-25"],
    Role.OFFICE: ["/staff/sessions", "/letters"],
}


def _found(someone: Visitor, script: str) -> list[str]:
    someone.page.emulate_media(media="print")
    return list(someone.page.evaluate(script))


def _open_register(someone: Visitor) -> None:
    """The first register on the list that can still be marked."""
    someone.open("/registers")
    address = someone.page.locator("main a[href$='/register']").first.get_attribute("href")
    assert address
    someone.open(address)
    assert someone.page.locator(".scp-savebar").is_visible()


@pytest.mark.parametrize("role", PRINTED)
def test_nothing_is_printed_that_is_only_pressed(chromium: Chromium, demonstration_service: Service, role: Role):
    with visitor(chromium, demonstration_service, role) as someone:
        for address in PRINTED[role]:
            someone.open(address)
            assert _found(someone, PRESSED) == [], address
            assert _found(someone, UNDERLINED) == [], address
            someone.page.emulate_media(media="screen")


def test_a_register_is_printed_without_its_boxes(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, Role.TRAINER) as someone:
        _open_register(someone)
        someone.page.locator(".scp-reg__choice--here input").first.check(force=True)
        assert _found(someone, PRESSED) == []
        first, second = (someone.page.locator(".scp-reg__choices").nth(one) for one in (0, 1))
        assert first.inner_text().strip() == "Here"
        said = second.evaluate("one => getComputedStyle(one, '::after').content")
        assert said == '"Unmarked"'


def test_no_row_of_a_sign_in_sheet_is_broken_and_its_head_comes_again(
    chromium: Chromium, demonstration_service: Service
):
    with visitor(chromium, demonstration_service, Role.TRAINER) as someone:
        _open_register(someone)
        someone.page.get_by_role("link", name="Print a sign-in sheet").click()
        assert _found(someone, PRESSED) == []
        style = "one => [getComputedStyle(one).breakInside, getComputedStyle(one).display]"
        assert someone.page.locator(".scp-signs tbody tr").first.evaluate(style) == ["avoid", "table-row"]
        assert someone.page.locator(".scp-signs thead").first.evaluate(style)[1] == "table-header-group"
        title = someone.page.locator(".scp-sheet b").first.text_content()
        assert someone.page.locator("main").inner_text().count(title) == 1, "each page says once which course it is"


def test_a_sign_in_sheet_of_the_demonstration_says_on_each_page_that_it_is_made_up(
    chromium: Chromium, demonstration_service: Service
):
    with visitor(chromium, demonstration_service, Role.TRAINER) as someone:
        _open_register(someone)
        someone.page.get_by_role("link", name="Print a sign-in sheet").click()
        someone.page.emulate_media(media="print")
        again = someone.page.locator(".scp-signs thead").all()
        assert again and all("Demonstration" in one.inner_text() for one in again), "it is at the head of every page"
        assert someone.page.locator("body").inner_text().count("Demonstration") == len(again), "and once"


# A4 without the margins that @page sets, in pixels of CSS.
WIDE, HIGH = 680, 1017
# The same in points, as a PDF measures from the foot of the paper: its height, and the margin there.
PAPER, MARGIN = 842, 40
# A link's place on the paper stands in a PDF as plain numbers: so the last words of everything become a link.
LINKED = """() => {
  for (const one of document.querySelectorAll("main :is(p, li, td, th, h1, h2, h3, dt, dd, figcaption, summary)")) {
    const words = [...one.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim()).pop();
    if (!words || one.closest("a")) continue;
    const link = document.createElement("a");
    link.href = "https://paper.example/";
    words.replaceWith(link);
    link.append(words);
  }
}"""


@pytest.mark.parametrize("address", ["/reports/yearly/2024-25", "/impact/2024-25"])
def test_a_figure_stands_beside_how_it_is_counted_and_the_first_page_is_full(
    chromium: Chromium, demonstration_service: Service, address: str
):
    with visitor(chromium, demonstration_service, Role.REVIEWER) as someone:
        someone.open(address)
        someone.page.set_viewport_size({"width": WIDE, "height": HIGH})
        someone.page.emulate_media(media="print")
        figures = someone.page.locator(".scp-figure:has(.scp-define)").all()
        whole = [box for one in figures if (box := one.bounding_box())]
        assert whole and max(box["height"] for box in whole) < HIGH / 5
        # What may not be broken begins on the next page: no more of the first is left empty than it would take.
        kept_whole = ".scp-figure, .scp-chart, tr, p, li, h1, h2, h3"
        boxes = [box for one in someone.page.locator(f"main :is({kept_whole})").all() if (box := one.bounding_box())]
        over = [box for box in boxes if box["y"] < HIGH < box["y"] + box["height"]]
        assert HIGH - min((box["y"] for box in over), default=HIGH) < HIGH / 4


@pytest.mark.parametrize("address", ["/reports/yearly/2024-25", "/impact/2024-25"])
def test_the_first_page_that_is_printed_is_full(
    chromium: Chromium, demonstration_service: Service, address: str
):
    with visitor(chromium, demonstration_service, Role.REVIEWER) as someone:
        someone.open(address)
        someone.page.evaluate(LINKED)
        whole, first = (someone.page.pdf(prefer_css_page_size=True, page_ranges=pages) for pages in ("", "1"))
        assert len(re.findall(rb"/Type /Page\b", whole)) > 1 == len(re.findall(rb"/Type /Page\b", first))
        places = [[float(one) for one in found.split()] for found in re.findall(rb"/Rect \[([-\d. ]+)\]", first)]
        assert places
        lowest = min(min(place[1], place[3]) for place in places)
        assert lowest - MARGIN < (PAPER - 2 * MARGIN) / 4, "a quarter of it, or more, is left empty"


def test_who_has_booked_is_printed_without_the_history_of_each(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, Role.OFFICE) as someone:
        someone.open("/staff/sessions")
        hrefs = [one.get_attribute("href") for one in someone.page.locator("main a[href*='/staff/sessions/']").all()]
        for number in {href.rpartition("/")[2] for href in hrefs if href and href.rpartition("/")[2].isdigit()}:
            someone.open(f"/sessions/{number}/bookings")
            history = someone.page.locator("summary", has_text="History").first
            if history.count():
                break
        assert history.is_visible()
        someone.page.emulate_media(media="print")
        assert not history.is_visible()
        assert someone.page.locator("main tbody tr").first.is_visible()


def test_who_has_booked_and_the_facts_of_a_session_are_printed_without_what_is_only_pressed(
    chromium: Chromium, demonstration_service: Service
):
    with visitor(chromium, demonstration_service, Role.OFFICE) as someone:
        someone.open("/staff/sessions")
        hrefs = [one.get_attribute("href") for one in someone.page.locator("main a[href*='/staff/sessions/']").all()]
        for number in sorted({href.rpartition("/")[2] for href in hrefs if href and href[-1].isdigit()}):
            someone.open(f"/sessions/{number}/bookings")
            if someone.page.locator("main td a", has_text="Cancel").count():
                break
        for address in (f"/sessions/{number}/bookings", f"/staff/sessions/{number}", "/comments"):
            someone.open(address)
            assert someone.page.evaluate(ACTS), f"{address}: there is something to press on the screen"
            assert _found(someone, ACTS) == [], address
            someone.page.emulate_media(media="screen")
