"""Looks at the words of an open page as a reader does: is one broken, cut off, under another or off the page?"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.fonts import Family, write_in

LOOK = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
# A small phone, a phone, a desk's screen at 200%, a tablet upright and on its side, a desk's screen.
SCREENS = (320, 390, 640, 768, 1024, 1280)
# A4 with margins of a centimetre, in pixels of CSS.
PAPER = 718


def word_faults(page: Page) -> list[str]:
    """Each fault of the page in front of us, on every size of screen and on paper, in narrow and in wide letters."""
    page.evaluate(OPEN_ALL)
    return [f"{family} at {medium}: {fault}" for family in Family for medium, fault in _in_letters(page, family)]


def _in_letters(page: Page, family: Family) -> Iterator[tuple[str, str]]:
    write_in(page, family)
    for width in SCREENS:
        yield from ((f"{width} px", fault) for fault in faults_on_screen(page, width))
    yield from (("print", fault) for fault in faults_on_paper(page))


def faults_on_screen(page: Page, width: int) -> list[str]:
    """Each fault of the page as it is written, on a screen of this width."""
    return _looked_at(page, width, on_paper=False)


def faults_on_paper(page: Page) -> list[str]:
    """Each fault of the page as it is written, when it is printed."""
    page.emulate_media(media="print")
    found = _looked_at(page, PAPER, on_paper=True)
    page.emulate_media(media="screen")
    return found


def _looked_at(page: Page, width: int, *, on_paper: bool) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    seen = page.evaluate(LOOK, on_paper)
    assert seen["lines"] > 0, f"{page.url} has no words"
    faults: list[str] = seen["faults"]
    return faults
