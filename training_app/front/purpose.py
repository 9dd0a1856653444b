"""What someone signs in for, so that the page that asks who they are does not seem to forget it."""

import re

from flask import Flask
from sqlalchemy.exc import NoResultFound

from training_app.programme.queries.sessions import session_shown
from training_app.words.dates import long_date

A_BOOKING = re.compile(r"/sessions/(\d{1,9})/book")


def purpose_of(address: str) -> str:
    """To book Neglect, Wednesday 2 December 2026. Empty where there is nothing to say of the page."""
    found = A_BOOKING.fullmatch(address)
    if found is None:
        return ""
    try:
        session = session_shown(int(found[1]))
    except NoResultFound:
        return ""
    return f"To book {session.course.title}, {long_date(session.first_day)}."


def init_app(app: Flask) -> None:
    app.extensions["purpose_of"] = purpose_of
