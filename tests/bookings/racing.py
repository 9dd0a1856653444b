"""Many people, each with a connection of their own, released together at too few places."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import Flask
from sqlalchemy import select
from sqlalchemy.sql.base import ExecutableOption

from tests.bookings.scenarios import NOW, make_people, session_to_book
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import Base, in_transaction
from training_app.extensions import db


@dataclass
class Outcome:
    """What became of everyone who asked."""

    confirmed: int
    turns: list[int]
    errors: list[str]
    in_order: bool


def booked_at_once(app: Flask, people: int, places: int) -> Outcome:
    """So many people book the same session at the same moment."""
    with app.app_context():
        session_id, person_ids = session_to_book(places), make_people(people)
        db.session.remove()
    together = threading.Barrier(people)
    errors: list[str] = []
    threads = [
        threading.Thread(target=_book, args=(app, session_id, one, together, errors)) for one in person_ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        return _outcome(session_id, errors)


def _book(app: Flask, session_id: int, person_id: int, together: threading.Barrier, errors: list[str]) -> None:
    with app.app_context():
        db.session.connection()  # a connection of one's own before the race, as a server's worker has
        db.session.rollback()
        together.wait()
        try:
            in_transaction(partial(commands.book_place, session_id, person_id, actor_id=None, now=NOW))
        except Exception as error:
            errors.append(repr(error))


def _outcome(session_id: int, errors: list[str]) -> Outcome:
    bookings = db.session.scalars(
        select(Booking).where(Booking.session_id == session_id).order_by(Booking.id)
    ).all()
    waiting = [one.queue_number for one in bookings if one.state is BookingState.WAITLISTED]
    confirmed = [one.id for one in bookings if one.state is BookingState.CONFIRMED]
    waited = [one.id for one in bookings if one.state is BookingState.WAITLISTED]
    first_come = not waited or max(confirmed) < min(waited)
    return Outcome(
        len(confirmed), sorted(waiting), errors, in_order=first_come and waiting == sorted(waiting)
    )


def plain_select(model: type[Base], ids: Sequence[int], *options: ExecutableOption) -> list[Base]:
    """What `lock_rows` would be if it locked nothing."""
    key = model.__table__.c.id
    query = select(model).where(key.in_(sorted(ids))).order_by(key).options(*options)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}).unique())
