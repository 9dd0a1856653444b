"""An authenticator app on a person's phone, as the tests hold it."""

import re

import pyotp

from tests.browser import Browser, Page
from training_app import clock

THE_KEY = re.compile(r"Key ?((?:[A-Z2-7]{4} ?){8}) ?Account")
A_RECOVERY_CODE = re.compile(r"\b(?:[234679A-Z]{4} ){2}[234679A-Z]{4}\b")


class Phone:
    """It holds the key that was typed into it, and shows codes."""

    def __init__(self, key: str) -> None:
        self.key = key.replace(" ", "")

    def code(self, *, steps: int = 0) -> str:
        """The code of this half minute, or of one so many steps later."""
        return pyotp.TOTP(self.key).generate_otp(int(clock.now().timestamp()) // 30 + steps)

    def another_code(self) -> str:
        """A code that no half minute near this one has."""
        near = {self.code(steps=steps) for steps in range(-3, 4)}
        return next(code for code in (f"{number:06}" for number in range(100)) if code not in near)


def key_on(page: Page) -> str:
    found = THE_KEY.search(page.text)
    assert found, "the page shows no key in groups of four"
    return found[1]


def recovery_codes_on(page: Page) -> list[str]:
    return A_RECOVERY_CODE.findall(page.text)


def led_to(browser: Browser, address: str) -> Page:
    """The page on which someone ends who opens this address."""
    page = browser.get(address, status=None)
    return led_to(browser, page.location) if page.status == 302 else page


def set_up_app(browser: Browser, asked_for: str) -> tuple[Phone, Page]:
    """From a page someone asked for, through the set-up it leads to, to the page with the recovery codes."""
    page = led_to(browser, asked_for)
    assert page.heading == "Set up an authenticator app"
    page = browser.follow(browser.send(page))
    phone = Phone(key_on(page))
    return phone, browser.send(page, {"code": phone.code()}, status=200)


def onwards(page: Page) -> str:
    """Where the page with the recovery codes leads on to."""
    return page.links["I have kept them: continue"]
