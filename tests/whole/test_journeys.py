"""What people come for, done in a real browser: without a mouse, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.chromium import DESK, Service, Visitor, program, visitor
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
MOST_STEPS = 120
FOCUSED = """() => [...document.activeElement.labels || []].map(one => one.innerText).join()
    || document.activeElement.innerText"""
# Something that can be seen must differ while the element holds the focus. A hidden radio shows it on its label.
SEEN_TO_HOLD_THE_FOCUS = """() => {
  const held = document.activeElement, shown = held.type === 'radio' && held.labels.length ? held.labels[0] : held;
  const look = () => { const style = getComputedStyle(shown);
    return [style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow, style.backgroundColor].join('|') };
  const focused = look(); held.blur(); const left = look(); held.focus(); return focused !== left }"""


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on something that says this, as someone without a mouse must."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        said = " ".join(str(page.evaluate(FOCUSED)).split())
        if re.search(words, said):
            assert page.evaluate(SEEN_TO_HOLD_THE_FOCUS), f"nothing shows that “{said}” has the focus"
            return
    raise AssertionError(f"the keyboard never comes to “{words}”")


def _heading(someone: Visitor) -> str:
    return someone.page.locator("h1").inner_text()


def test_with_the_keyboard_alone_from_the_first_page_to_the_thanks(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, viewport=DESK) as someone:
        page = someone.page
        someone.open("/programme")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main-content")
        someone.open("/programme")
        _press(someone, "Step into another role")
        _press(someone, f"^Step in as .*{Role.PRACTITIONER.label}")
        assert _heading(someone) == "My training"
        _press(someone, "^Give feedback")
        for question in ("knowledge", "skills", "confidence"):
            page.locator(f"#after_{question}, [name=after_{question}]").first.focus()
            page.keyboard.press("Space")
            for _ in range(3):
                page.keyboard.press("ArrowRight")
        _tab_to(page, "Send my answers")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="Thank you").wait_for()
        assert not someone.complaints


def _press(someone: Visitor, words: str) -> None:
    before = someone.page.url
    _tab_to(someone.page, words)
    someone.page.keyboard.press("Enter")
    someone.page.wait_for_url(lambda address: address != before)
    someone.page.wait_for_load_state()


def test_without_javascript_from_the_search_to_the_yearly_report(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, java_script_enabled=False) as someone:
        page = someone.page
        someone.open("/programme?year=2024-25")
        page.get_by_label("Course or topic").fill("neglect")
        page.get_by_role("button", name="Search").click()
        assert "neglect" in page.locator("main").inner_text().lower()
        page.locator("main a[href*='/sessions/']").first.click()
        assert "/sessions/" in page.url
        someone.step_into(Role.PRACTITIONER)
        page.get_by_role("link", name=re.compile("Give feedback")).first.click()
        evaluation = page.url
        page.locator("[name=after_knowledge][value='8']").click()
        page.get_by_role("button", name="Send my answers").click()
        assert _heading(someone) == "Thank you"
        page.goto(evaluation)
        assert _heading(someone) == "We already have your answers"
        someone.step_into(Role.REVIEWER)
        page.get_by_role("link", name="Impact", exact=True).click()
        page.locator("main a[href='/impact/2024-25']").first.click()
        assert _heading(someone) == "Impact of the 2024-25 programme"
        page.get_by_role("link", name="Yearly report").click()
        page.get_by_role("link", name=re.compile("2024-25")).first.click()
        assert "288" in page.locator("main").inner_text()
        page.get_by_role("button", name="Sign out").click()
        assert _heading(someone).startswith("Sign in")


def test_the_script_makes_nothing_worse(chromium: Chromium, demonstration_service: Service):
    """A page that is sent twice in a second by a double click is sent once; nothing else changes."""
    with visitor(chromium, demonstration_service, Role.PRACTITIONER) as someone:
        someone.page.get_by_role("link", name=re.compile("Give feedback")).first.click()
        someone.page.locator("[name=after_knowledge][value='8']").click()
        someone.page.get_by_role("button", name="Send my answers").dblclick()
        someone.page.get_by_role("heading", level=1, name="Thank you").wait_for()
        assert not someone.complaints
