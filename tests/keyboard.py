"""Going through pages with the keyboard alone, as someone does who cannot use a mouse."""

from playwright.sync_api import Page

MOST_STEPS = 80
FOCUSED = """() => [...document.activeElement.labels || []].map(one => one.innerText).join()
    || document.activeElement.innerText || ''"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the words are those of what has the focus: a link, a button, or the label of a box."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if words in " ".join(str(page.evaluate(FOCUSED)).split()):
            return
    raise AssertionError(f"the keyboard never comes to “{words}”")


def tab_to_field(page: Page, name: str) -> None:
    """The same by a field's name: the boxes of a rating share one, and are one stop."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the keyboard never comes to {name}")


def press(page: Page, words: str) -> None:
    """Come to it by Tab, press Enter, and wait for the page it leads to."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def rate(page: Page, field: str, steps: int) -> None:
    """Choose the lowest number of a rating, then go on by so many."""
    tab_to_field(page, field)
    page.keyboard.press("Space")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
