"""Booking in a real browser: on a phone, with the keyboard alone, JavaScript off, in at most four pages."""

from email import message_from_bytes, policy

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium

from tests.accounts.letters import code_in
from tests.chromium import PHONE, Service, Visitor, program, visitor
from tests.keyboard import fill, press
from training_app.accounts.rules.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium on this machine"),
]
MOST_PAGES = 4
PRACTITIONER = "practitioner@demonstration.example"


def session_with(someone: Visitor, words: str) -> str:
    """The address of the first session on the programme whose places read so, and that they have not booked."""
    someone.open("/programme")
    rows = someone.page.locator(".scp-session").filter(has_text=words).filter(has_not_text="You have booked")
    return str(rows.first.locator("h3 a").get_attribute("href"))


def latest_code(service: Service) -> str:
    files = sorted(service.letters.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    letters = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
    return code_in([one for one in letters if one["To"] == PRACTITIONER][-1])


def test_from_the_session_page_to_a_place_in_four_pages(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, Role.PRACTITIONER) as someone:
        session = session_with(someone, "left of")
    with visitor(chromium, demonstration_service, viewport=PHONE, java_script_enabled=False) as someone:
        page = someone.page
        someone.open(session)
        opened: list[str] = []
        page.on("load", lambda loaded: opened.append(loaded.url))
        press(page, "Book a place")
        fill(page, "Your work email", PRACTITIONER)
        press(page, "Email me a code")
        fill(page, "Six-digit code", latest_code(demonstration_service))
        press(page, "Sign in")
        assert page.locator("h1").inner_text() == "Check your answers, then book"
        fill(page, "What would help you take part?", "Captions")
        press(page, "Book my place")
        assert page.locator("h1").inner_text() == "Your place is booked"
        assert len(opened) <= MOST_PAGES, opened
        press(page, "Cancel your place")
        press(page, "Cancel my place")
        assert page.locator("h1").inner_text() == "This booking is cancelled"


@pytest.mark.long
def test_no_booking_page_has_a_fault_that_axe_finds(chromium: Chromium, demonstration_service: Service):
    with visitor(chromium, demonstration_service, Role.PRACTITIONER, viewport=PHONE, bypass_csp=True) as someone:
        page, seen = someone.page, []

        def inspect() -> None:
            faults = Axe().run(page)
            assert not faults.violations_count, faults.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            seen.append(page.locator("h1").inner_text())

        inspect()
        page.get_by_role("link", name="See the offer").click()
        inspect()
        someone.open(session_with(someone, "Full"))
        page.get_by_role("link", name="Join the waiting list").click()
        inspect()
        page.get_by_role("button", name="Join the waiting list").click()
        inspect()
        someone.open(session_with(someone, "left of"))
        page.get_by_role("link", name="Book a place").click()
        page.get_by_role("textbox").fill("Hearing loop")
        page.get_by_role("button", name="Change your job").click()
        inspect()
        page.get_by_role("button", name="Back", exact=True).click()
        assert page.get_by_role("textbox").input_value() == "Hearing loop"
        page.get_by_role("button", name="Change your job").click()
        page.get_by_label("Your name").press("Enter")
        assert "Your details are changed." in page.locator("body").inner_text()
        page.get_by_role("button", name="Book my place").click()
        inspect()
        page.get_by_role("link", name="Cancel your place").click()
        inspect()
        assert seen == [
            "My training", "A place has come free for you", "This session is full: join the waiting list",
            "You are on the waiting list", "Change your details", "Your place is booked", "Cancel your place?",
        ]


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False])
def test_the_office_finds_people_page_by_page_and_says_who_is_meant(
    chromium: Chromium, demonstration_service: Service, scripts: bool
):
    with visitor(
        chromium, demonstration_service, Role.OFFICE, viewport=PHONE, bypass_csp=True, java_script_enabled=scripts
    ) as someone:
        page = someone.page

        def inspect() -> None:
            if scripts:
                faults = Axe().run(page)
                assert not faults.violations_count, faults.generate_report()
                assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

        someone.open("/programme")
        last = page.locator(".scp-session h3 a").last.get_attribute("href")
        someone.open(f"{last}/bookings/new")
        page.get_by_label("Their name or email").fill("d'souza")
        page.get_by_label("Their name or email").press("Enter")
        assert page.locator(".govuk-radios__label").first.inner_text().endswith("D’Souza")
        page.get_by_label("Their name or email").fill("a")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("button", name="Next people").click()
        inspect()
        known = page.locator(".govuk-radios__label").first.inner_text()
        page.get_by_label("Their name", exact=True).fill(" ".join(reversed(known.upper().split())))
        page.get_by_label("Their agency or sector").select_option(index=2)
        page.get_by_label("Their job or role").fill("Cook")
        page.get_by_label("Why do you book for them?").fill("Rang us")
        page.get_by_role("button", name="Book for them").click()
        inspect()
        assert "Is this someone we know?" in page.locator(":focus" if scripts else "#who").inner_text()
        page.get_by_role("button", name=f"Book {known}").first.click()
        assert f"{known}: " in page.locator("body").inner_text()
