"""What the office's tests do beside its pages, and read off them."""

from datetime import date

from flask import Flask
from sqlalchemy import select

from tests.bookings.scenarios import make_people
from tests.browser import Page
from tests.guards import XHTML, words_of
from tests.office.drafts import DAY, NOW, draft, part
from training_app.bookings.commands.places import book_place
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter


def make_draft(app: Flask, day: date = DAY, **changes: object) -> int:
    with app.app_context():
        return draft(part(day), **changes)


def book_people(app: Flask, session_id: int, number: int) -> None:
    """So many people book it, and their letters are gone."""
    with app.app_context():
        for person in make_people(number):
            with transaction():
                book_place(session_id, person, actor_id=None, now=NOW)
        with transaction():
            for letter in db.session.scalars(select(Letter)):
                db.session.delete(letter)


def letters(app: Flask) -> list[str]:
    """The subject of every letter, in the order they were queued."""
    with app.app_context():
        return list(db.session.scalars(select(Letter.subject).order_by(Letter.id)))


def errors_on(page: Page) -> list[str]:
    """What the summary at the top of the page says is wrong."""
    boxes = [one for one in page.tree.iter(f"{XHTML}div") if "govuk-error-summary__body" in (one.get("class") or "")]
    return [words_of(line) for box in boxes for line in box.iter(f"{XHTML}li")]


def value_of(page: Page, name: str) -> str | None:
    """What stands in a field of the page's form."""
    return next(one.get("value") for one in page.form().iter(f"{XHTML}input") if one.get("name") == name)
