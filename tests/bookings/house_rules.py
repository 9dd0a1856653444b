"""What must hold of all bookings after every act, asked of the database in its own words."""

from datetime import datetime

from sqlalchemy import text

from tests.bookings.scenarios import START
from training_app.bookings.rules import BookingState, may_move, too_late_to_offer
from training_app.clock import LOCAL_ZONE
from training_app.extensions import db

PLACES = """
    SELECT s.id, s.capacity, s.status,
        count(CASE WHEN b.state IN ('confirmed', 'offered') THEN 1 END),
        count(CASE WHEN b.state IN ('confirmed', 'offered') AND b.overbooked_by_id IS NULL THEN 1 END),
        count(CASE WHEN b.state = 'waitlisted' AND NOT b.passed_over THEN 1 END),
        count(CASE WHEN b.state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred') THEN 1 END)
    FROM training_session s LEFT JOIN booking b ON b.session_id = s.id GROUP BY s.id, s.capacity, s.status"""
TWICE = """
    SELECT session_id, person_id FROM booking
    WHERE state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred')
    GROUP BY session_id, person_id HAVING count(*) > 1"""
HISTORY = """
    SELECT b.id, b.state, c.from_state, c.to_state
    FROM booking b LEFT JOIN booking_change c ON c.booking_id = b.id
    ORDER BY b.id, c.id"""
OFFERS = """
    SELECT b.id, b.state, count(CASE WHEN o.outcome IS NULL AND o.id IS NOT NULL THEN 1 END)
    FROM booking b LEFT JOIN offer o ON o.booking_id = b.id GROUP BY b.id, b.state"""

PASSED_OVER = """
    SELECT b.id, b.state, o.outcome FROM booking b LEFT JOIN offer o
    ON o.id = (SELECT max(id) FROM offer WHERE booking_id = b.id) WHERE b.passed_over"""


def broken(now: datetime) -> list[str]:
    """Every rule that does not hold, in words; an empty list where all do."""
    db.session.rollback()
    return [*_places(now), *_one_each(), *_history(), *_offers(), *_passed_over()]


def _places(now: datetime) -> list[str]:
    found = []
    for session_id, capacity, status, held, unexcused, waiting, active in db.session.execute(text(PLACES)):
        if unexcused > capacity:
            found.append(f"session {session_id}: {unexcused} hold {capacity} places and nobody overbooked")
        late = too_late_to_offer(START.astimezone(LOCAL_ZONE), now)
        if waiting and held < capacity and not late:
            found.append(f"session {session_id}: {waiting} wait to be asked though {capacity - held} places are free")
        if status == "cancelled" and active:
            found.append(f"session {session_id} is cancelled and has {active} active bookings")
    return found


def _one_each() -> list[str]:
    return [f"person {person} booked session {session} twice" for session, person in db.session.execute(text(TWICE))]


def _history() -> list[str]:
    found: list[str] = []
    last: dict[int, tuple[str | None, str]] = {}
    for booking_id, state, before, after in db.session.execute(text(HISTORY)):
        reached = last[booking_id][0] if booking_id in last else None
        if before != reached:
            found.append(f"booking {booking_id}: a change from {before} though it was {reached}")
        if after is None or not may_move(BookingState(before) if before else None, BookingState(after)):
            found.append(f"booking {booking_id}: {before} became {after}")
        last[booking_id] = (after, state)
    found += [f"booking {one}: is {state}, last {to}" for one, (to, state) in last.items() if to != state]
    return found


def _offers() -> list[str]:
    rows = db.session.execute(text(OFFERS))
    return [f"booking {one} is {state} with {live} live offers" for one, state, live in rows
            if live != (state == "offered")]  # fmt: skip


def _passed_over() -> list[str]:
    rows = db.session.execute(text(PASSED_OVER))
    return [f"booking {one} is {state}, passed over, its last offer {outcome}" for one, state, outcome in rows
            if state != "waitlisted" or outcome not in {"declined", "lapsed"}]  # fmt: skip


