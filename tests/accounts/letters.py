"""Reading the code out of the letter, as the person at the mailbox would."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from tests.browser import Browser, Page
from training_app.installation import of

THE_CODE = re.compile(r"^(\d{3} \d{3})\s*$", re.MULTILINE)


def letters_to(app: Flask, address: str) -> list[EmailMessage]:
    """Every letter to this address in the mail folder, the oldest first."""
    folder = Path(of(app).settings.mail_folder)
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    everything = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [letter for letter in everything if letter["To"] == address]


def code_in(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    found = THE_CODE.search(body.get_content())
    assert found, "the letter holds no code"
    return found[1]


def latest_code(app: Flask, address: str) -> str:
    return code_in(letters_to(app, address)[-1])


def ask(browser: Browser, address: str, *, after: str = "/sign-in") -> Page:
    """Type an address on the sign-in page; returns the page that asks for the code."""
    return browser.follow(browser.send(browser.get(after), {"email": address}))


def enter(browser: Browser, page: Page, code: str, *, status: int = 302) -> Page:
    return browser.send(page, {"code": code}, action="/sign-in/code", status=status)


def another_code(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06}"
