"""The booking command in its transaction against the least that could book a place: lock, count, insert."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection, text

from bench.houses import SQLITE, House, Houses
from bench.results import ROUNDS, Figure, Row, ratio
from tests.bookings.scenarios import make_people
from training_app import clock
from training_app.bookings.commands import places as commands
from training_app.database import in_transaction
from training_app.extensions import db

PART = "command"
PEOPLE = 200
COUNT = text(
    "SELECT capacity, (SELECT count(*) FROM booking b WHERE b.session_id = s.id AND b.state IN"
    " ('confirmed', 'offered')) FROM training_session s WHERE s.id = :session"
)
INSERT = text(
    "INSERT INTO booking (session_id, person_id, state, code, booked_at, keeps_waiting, post_title, needs,"
    " calendar_sequence, overbooked_why, generated)"
    " VALUES (:session, :person, 'confirmed', :code, :now, false, '', '', 0, '', false)"
)


def measure(houses: Houses) -> Iterator[Row]:
    for database in houses.databases():
        with houses.open(database) as house:
            bare, command = list[float](), list[float]()
            for _ in range(ROUNDS):
                bare.append(_per_second(house, _bare))
                command.append(_per_second(house, _command))
        against = ratio(command, bare)
        yield Row(
            PART, f"the booking command alone, {database}",
            f"{Figure(command)} bookings/s, {against} of the bare guarded insert's {Figure(bare)}",
            numbers={"command_per_second": command, "bare_per_second": bare, "of_bare": against.samples},
        )


def _per_second(house: House, book: Callable[[House, int, int], None]) -> float:
    """One person after the other books the same session, which has a place for each."""
    session_id = house.new_session(PEOPLE)
    with house.app.app_context():
        people = make_people(PEOPLE)
        db.session.remove()
    began = time.monotonic()
    for person_id in people:
        book(house, session_id, person_id)
    return PEOPLE / (time.monotonic() - began)


def _command(house: House, session_id: int, person_id: int) -> None:
    with house.app.app_context():
        in_transaction(
            partial(commands.book_place, session_id, person_id, actor_id=None, now=clock.now())
        )


def _bare(house: House, session_id: int, person_id: int) -> None:
    with house.app.app_context(), db.engine.begin() as connection:
        _lock(connection, session_id, house.database)
        capacity, held = connection.execute(COUNT, {"session": session_id}).one()
        assert held < capacity
        new = {"session": session_id, "person": person_id, "code": uuid4().hex[:12], "now": clock.now()}
        connection.execute(INSERT, new)


def _lock(connection: Connection, session_id: int, database: str) -> None:
    one_row = "SELECT id FROM training_session WHERE id = :session FOR UPDATE"
    if database == SQLITE:
        one_row = "UPDATE training_session SET id = id WHERE id = :session"
    connection.execute(text(one_row), {"session": session_id})
