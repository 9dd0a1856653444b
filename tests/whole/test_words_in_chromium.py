"""The words of every page in a real browser: none broken, none cut off, none under another, none off the page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.chromium import Service, program, visitor
from tests.fonts import Family, write_in
from tests.whole.crawling import pages_of
from tests.whole.places import Prepared
from tests.whole.visitors import VISITORS, visitor_name
from tests.whole.words import faults_on_paper, faults_on_screen, word_faults
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
# Of each visitor the pages with most on them.
FULLEST = {
    None: ["/programme", "/privacy"],
    Role.PRACTITIONER: ["/my", "/account"],
    Role.COORDINATOR: ["/agency/bookings"],
    Role.TRAINER: ["/registers"],
    Role.REVIEWER: ["/impact/2024-25", "/reports/yearly/2024-25"],
    Role.OFFICE: ["/staff/sessions", "/letters", "/staff/courses"],
}


def _check(chromium: Chromium, service: Service, role: Role | None, addresses: list[str]) -> None:
    faults, seen = [], set()
    with visitor(chromium, service, role) as someone:
        for address in addresses:
            someone.open(address)
            if someone.page.url not in seen:  # some addresses lead to one page
                seen.add(someone.page.url)
                faults += [f"{address} in {fault}" for fault in word_faults(someone.page)]
    assert seen
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", FULLEST, ids=visitor_name)
def test_the_fullest_pages(chromium: Chromium, service: Service, role: Role | None):
    _check(chromium, service, role, FULLEST[role])


@pytest.mark.long
@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_page_of_every_visitor(
    twin: Flask, prepared: Prepared, chromium: Chromium, service: Service, role: Role | None
):
    _check(chromium, service, role, list(pages_of(twin, prepared.places, role, most_of_a_kind=4)))


# Each of these is at fault on a small phone, and says so in these words.
WRONG = {
    "a word broken by its column": (
        '<p style="width: 60px; overflow-wrap: anywhere">Confirmed</p>',
        ["broken: “Confirmed” in p"],
    ),
    "a word broken by a soft hyphen": (
        '<p style="width: 60px">Attend&shy;ances</p>',
        ["broken: “Attend\xadances” in p"],
    ),
    "a word broken after its hyphen": (
        '<p style="width: 60px; overflow-wrap: anywhere">co-ordinators</p>',
        ["broken: “ordinators” in p"],
    ),
    "a word broken where identifiers may be": (
        '<p class="govuk-!-text-break-word" style="width: 60px; overflow-wrap: anywhere">Confirmed</p>',
        ["broken: “Confirmed” in p.govuk-!-text-break-word"],
    ),
    "a line cut off at its end": (
        '<p style="width: 90px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">Rutland College</p>',
        ["cut off: “Rutland College” by p"],
    ),
    "a second line cut off": (
        '<div class="low" style="width: 90px; height: 20px; overflow: hidden">Rutland County College</div>',
        ["cut off: “Rutland County College” by div.low"],
    ),
    "two lines on each other": (
        '<p>Thursday 23 May</p><p style="margin-top: -30px">9:30am to 4pm</p>',
        ["overlap: “Thursday 23 May” and “9:30am to 4pm” in p"],
    ),
    "two labels of a drawing on each other": (
        '<svg width="200" height="30"><text x="5" y="20">Before</text><text x="40%" y="20">6.4</text>'
        '<text x="40" y="22">After</text></svg>',
        ["overlap: “Before” and “After” in svg > text"],
    ),
    "a line that sticks out of its pill": (
        '<span class="pill" style="display: inline-block; width: 40px; white-space: nowrap">Third to come</span>',
        ["sticks out: “Third to come” of span.pill"],
    ),
    "a second line that hangs out of its pill": (
        '<span class="pill" style="display: inline-block; width: 90px; height: 20px">Third on the waiting list</span>',
        ["sticks out: “Third on the waiting list” of span.pill"],
    ),
    "a note that is placed by itself and cut off by the box that holds it": (
        '<div class="box" style="position: relative; width: 90px; height: 40px; overflow: hidden"><i>'
        '<b style="position: absolute; left: 40px; white-space: nowrap">Rutland College</b></i></div>',
        ["cut off: “Rutland College” by div.box"],
    ),
    "a label drawn by a style": (
        '<style>td::before { content: attr(data-label); display: block }</style><table><tr>'
        '<td data-label="Attendances" style="display: block; width: 60px; overflow-wrap: anywhere">9</td></tr></table>',
        ["broken: “Attendances” in tr > td.label-written-out > span"],
    ),
    "a page wider than the screen": (
        '<div style="width: 330px">Programme</div>',
        ["sideways: the page is 18 pixels wider than the screen"],
    ),
    "a line that begins off the page": (
        '<p style="position: absolute; left: -40px">Programme</p>',
        ["off the page: “Programme” in p"],
    ),
}  # fmt: skip
RIGHT = {
    "a line that ends after a hyphen": '<p style="width: 120px">multi-agency safeguarding</p>',
    "an address that may be parted": '<p style="width: 110px">training<wbr>@partnership<wbr>.example</p>',
    "an identifier that is marked as one": (
        '<p class="govuk-!-text-break-word" style="width: 60px; overflow-wrap: anywhere">c5dc2ca1442c</p>'
    ),
    "a link that somebody typed": (
        '<p class="scp-lines" style="width: 90px; overflow-wrap: anywhere">https://meet.example/l/meetup-join/19</p>'
    ),
    "words for a screen reader": (
        '<p>Change <span style="position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)">'
        "your e-mail address</span></p>"
    ),
    "what is closed": '<p>Why</p><div hidden style="width: 20px; overflow: hidden">Leicestershire</div>',
    "a table that scrolls by itself": '<div style="overflow-x: auto"><p style="width: 900px">A wide one</p></div>',
    "a bar that stays in sight": '<p>A row</p><p style="position: sticky; bottom: 0; margin-top: -30px">Save</p>',
    "lines that stand close": '<p style="font-size: 30px; line-height: 1.05">A figure<br>and what it counts</p>',
}


@pytest.fixture
def blank(chromium: Chromium) -> Iterator[Page]:
    """A page to write a specimen on."""
    page = chromium.new_page()
    yield page
    page.close()


def _show(page: Page, body: str) -> None:
    page.set_content(f'<!DOCTYPE html><html lang="en"><body style="font: 16px Arial">{body}</body></html>')


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_found(blank: Page, name: str):
    body, faults = WRONG[name]
    _show(blank, body)
    assert faults_on_screen(blank, 320) == faults


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_let_through(blank: Page, name: str):
    _show(blank, RIGHT[name])
    assert faults_on_screen(blank, 320) == []


def test_on_paper_nothing_scrolls(blank: Page):
    _show(blank, '<div style="overflow-x: auto"><p style="width: 900px; text-align: right">Far</p></div>')
    assert faults_on_screen(blank, 320) == []
    assert faults_on_paper(blank) == ["cut off: “Far” by div"]


def test_every_size_is_looked_at_in_both_families(blank: Page):
    """A line that is too long for its column up to a tablet upright; in the wider letters, also on its side."""
    _show(blank, '<p style="width: 23vw; white-space: nowrap">Leicestershire and Rutland 2026</p>')
    said = word_faults(blank)
    assert {one.split(": ")[0] for one in said} == {
        f"{family} at {medium}" for family in Family for medium in ("320 px", "390 px", "640 px", "768 px", "print")
    } | {f"{Family.WIDEST} at 1024 px"}


USED = """async ([family, widest]) => {
  const width = font => { const pen = document.createElement('canvas').getContext('2d')
    pen.font = `40px ${font}`; return pen.measureText('Safeguarding children').width }
  return [width('Arial, sans-serif'), width(`"${family}"`), width(`"${widest}"`)]
}"""


def test_the_fonts_are_those_of_the_tests(chromium: Chromium, service: Service):
    """Arial is written as wide as it is; the other family is there too and is wider, whatever this machine has."""
    with visitor(chromium, service) as someone:
        someone.open("/contact")
        written, narrow, wide = someone.page.evaluate(USED, [Family.ARIAL_LIKE, Family.WIDEST])
        heading = someone.page.locator("h1")
        heading.evaluate("one => { one.style.display = 'inline-block'; one.style.whiteSpace = 'nowrap' }")
        before = heading.bounding_box()
        write_in(someone.page, Family.WIDEST)
        after = heading.bounding_box()
    assert written == narrow and before and after
    assert wide > narrow * 1.1 and after["width"] > before["width"] * 1.1
