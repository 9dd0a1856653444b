"""Mail gateways open the links of letters; some run scripts, type words and press every button. Nothing changes.

Whoever wrote the letter of a new kind into the service has to write it here too, or the first test fails.
"""

from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from sqlalchemy import select

from tests.browser import Browser, Page, watched
from tests.chromium import serving
from tests.guards import XHTML
from tests.whole.every_letter import links_of, write_every_letter
from tests.whole.sources import letters as templates_of
from tests.world.accounts import make_user
from tests.world.signing_in import signed_in, signs_in_anew
from training_app.accounts.models import User
from training_app.database import Base, transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.letters import kinds
from training_app.outbox.models import Letter
from training_app.people.models import Person

SCANNER = "scanner@gateway.example"
# What a scanner types: nothing, a word, an address of its own.
TYPED = ("", "scanner", SCANNER)
FOLLOWED, MOST_BUTTONS = 5, 10
ABOUT_SIGNING_IN = {file.stem.replace("_", " ") for file in templates_of("accounts")}


@pytest.fixture
def letters(app: Flask) -> list[Letter]:
    """Every letter, as it stands in the queue; who got one has a sign-in."""
    with app.app_context():
        write_every_letter()
        _give_sign_ins()
        found = list(db.session.scalars(select(Letter).order_by(Letter.id)))
        db.session.expunge_all()
        return found


def _give_sign_ins() -> None:
    with transaction():
        has_one = select(User.person_id).where(User.person_id.is_not(None))
        for person in db.session.scalars(select(Person).where(Person.id.not_in(has_one))):
            make_user(person=person, session_key=f"key-of-{person.name}")


@pytest.fixture
def links(letters: list[Letter]) -> list[str]:
    found = sorted({link for letter in letters for link in links_of(letter)})
    assert {link.split("/")[1] for link in found} >= {"bookings", "programme", "sessions"}
    return found


def everything(app: Flask) -> dict[str, list[tuple]]:
    """Every row of every table, but for a code that the scanner asked for itself and the letter that brought it."""
    with app.app_context():
        return {
            table.name: sorted(
                (tuple(row) for row in db.session.execute(select(table)) if SCANNER not in tuple(row)), key=repr
            )
            for table in Base.metadata.sorted_tables
        }


def test_every_kind_of_letter_is_looked_at(letters):
    assert {letter.kind for letter in letters} == kinds()
    assert all(links_of(letter) for letter in letters if letter.kind not in ABOUT_SIGNING_IN)


def test_no_letter_about_signing_in_holds_a_link(letters):
    """There is nothing to press: the code has to be typed where it was asked for."""
    about = [letter for letter in letters if letter.kind in ABOUT_SIGNING_IN]
    assert about and not any(links_of(letter) for letter in about)


def test_opening_every_link_of_every_letter_changes_nothing(app: Flask, letters, links):
    with app.app_context():
        keys = {user.email: signs_in_anew(user.id) for user in db.session.scalars(select(User))}
    before = everything(app)
    for reader in (Browser(app), *(signed_in(app, keys[one]) for one in {letter.recipient for letter in letters})):
        for link in links:
            with watched(app) as seen:
                head = reader.client.head(link, follow_redirects=True)
                page = reader.client.get(link, follow_redirects=True)
            assert not seen.writes, link
            assert page.status_code in {200, 404} and head.get_data() == b"", link
    assert everything(app) == before


@pytest.mark.parametrize("word", TYPED, ids=["as it stands", "a word", "an address"])
def test_pressing_every_button_of_every_link_changes_nothing(app: Flask, links, word: str):
    before, pressed = everything(app), 0
    for link in links:
        browser = Browser(app)
        pressed += _press_all(browser, _open(browser, link), word, deep=2)
    assert pressed > len([link for link in links if link.startswith("/bookings/")])
    assert everything(app) == before
    sent = _sent_to_scanner(app)
    assert all(letter.kind == "sign-in code" for letter in sent)
    assert bool(sent) is (word == SCANNER), "a word of a scanner's own sends nothing"


def _sent_to_scanner(app: Flask) -> list[Letter]:
    with app.app_context():
        return list(db.session.scalars(select(Letter).where(Letter.recipient == SCANNER)))


def _open(browser: Browser, link: str) -> Page:
    page = browser.get(link, status=None)
    for _ in range(FOLLOWED):
        if page.status != 302:
            break
        page = browser.get(page.location, status=None)
    return page


def _press_all(browser: Browser, page: Page, word: str, deep: int) -> int:
    """Send every form of a page, and those of the pages that this leads to."""
    if page.tree is None or not deep:
        return 0
    where = page.response.request.path
    forms = [one for one in page.tree.iter(f"{XHTML}form") if (one.get("method") or "").lower() == "post"]
    for form in forms:
        data = {
            one.get("name"): one.get("value") or word
            for one in form.iter(f"{XHTML}input", f"{XHTML}textarea", f"{XHTML}select")
            if one.get("name")
        }
        answer = browser.client.post(urljoin(where, form.get("action") or where), data=data)
        led = _open(browser, answer.headers["Location"]) if answer.status_code == 302 else browser.read(answer)
        _press_all(browser, led, word, deep - 1)
    return len(forms)


@pytest.mark.browser
def test_a_real_browser_that_runs_scripts_and_presses_everything_changes_nothing(
    app: Flask, links, chromium: Chromium
):
    before, pressed = everything(app), []
    file = Path(of(app).settings.database_url.removeprefix("sqlite:///"))
    with serving(file) as service:
        for link in links:
            pressed += [link] * _press_every_button(chromium, service.address + link)
    assert {link for link in links if link.startswith(("/bookings/", "/sessions/"))} <= set(pressed)
    assert everything(app) == before
    sent = _sent_to_scanner(app)
    assert sent and {letter.kind for letter in sent} == {"sign-in code"}


def _press_every_button(chromium: Chromium, address: str) -> int:
    """Open a link as often as it has buttons, each time as a stranger, and press another one; returns how many."""
    window = chromium.new_context()
    try:
        screen = window.new_page()
        screen.goto(address)
        buttons = screen.locator("main button, main input[type=submit]")
        number = min(buttons.count(), MOST_BUTTONS)
        for turn in range(number):
            for box in screen.locator("main input:not([type=hidden]):not([type=radio]):not([type=checkbox])").all():
                box.fill(SCANNER)
            buttons.nth(turn).click()
            screen.wait_for_load_state()
            if turn + 1 < number:
                window.clear_cookies()
                screen.goto(address)
        return number
    finally:
        window.close()
