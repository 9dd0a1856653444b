"""Someone in the room who answers by its code, and what is kept of it."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.browser import Browser, Page
from tests.registers.acts import ENDED
from training_app.evaluation.models import Pairing, Response
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db

IN_ROOM = ENDED - timedelta(minutes=10)
RATED = {"after_knowledge": "8"}


def answer(app: Flask, code: str, who: str = "", typed: dict[str, str] | None = None, status: int = 302) -> Page:
    """Someone with a telephone of their own."""
    browser = Browser(app)
    return browser.send(browser.get(f"/e/{code}"), {"who": who, **(typed or RATED)}, status=status)


def kept(app: Flask) -> tuple[int, int]:
    """How many after-forms there are, and how many people they are joined to."""
    with app.app_context():
        forms = db.session.scalar(select(func.count()).where(Response.moment == Moment.AFTER))
        return forms, db.session.scalar(select(func.count()).select_from(Pairing))
