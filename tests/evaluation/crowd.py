"""Twenty people with a place, of whom fourteen came, and whoever sends forms by the room's code beside them."""

from flask import Flask
from sqlalchemy import func, select

from tests.browser import Browser
from tests.registers.acts import DURING, ENDED
from tests.world.registers import make_mark, make_register_change
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.evaluation.models import Response
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.registers.rules.marks import Mark

RATED = {"after_knowledge": "1"}
BOOKED, CAME = 20, 14


def email_of(number: int) -> str:
    return f"p{number}@school.example"


def close_register(app: Flask, session_id: int) -> None:
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        people = [one.person for one in session_bookings(session_id)]
        for number, person in enumerate(people):
            make_mark(session, person, Mark.ATTENDED if number < CAME else Mark.ABSENT, marked_at=DURING)
        make_register_change(session, ENDED)


def session_bookings(session_id: int):  # type: ignore[no-untyped-def]
    return db.session.scalars(select(Booking).where(Booking.session_id == session_id).order_by(Booking.id)).all()


def try_to_send(app: Flask, code: str, who: str) -> int:
    """A browser that nobody knows, as an attacker has one for each form."""
    browser = Browser(app)
    page = browser.get(f"/e/{code}")
    (token,) = {one.get("value") for one in page.tree.iter() if one.get("name") == "csrf_token" and one.get("id")}
    version = next(one.get("value") for one in page.tree.iter() if one.get("name") == "version")
    sent = {"csrf_token": token, "version": version, "who": who, **RATED}
    return browser.client.post(f"/e/{code}", data=sent).status_code


def kept(app: Flask, session_id: int) -> tuple[int, int]:
    """How many forms after there are, and how many pairs."""
    with app.app_context():
        counts = room_queries.live_counts(session_id)
        forms = db.session.scalar(
            select(func.count()).where(Response.session_id == session_id, Response.moment == Moment.AFTER)
        )
        assert forms == counts.answered
        return counts.answered, counts.pairs
