"""Every pair of states: the allowed changes happen and are kept, every other is refused and leaves no trace."""

from collections.abc import Iterator
from itertools import pairwise, product

import pytest
from sqlalchemy import func, select

from tests.bookings.scenarios import NOW, make_people, session_to_book, stored
from tests.bookings.transition_table import ALLOWED, ROADS, S
from tests.conftest import fresh
from training_app.bookings.models import Booking, BookingChange
from training_app.bookings.rules import ACTIVE, HOLDING, OfferOutcome, WhyNot, may_move, new_code
from training_app.database import transaction
from training_app.errors import InvalidTransition
from training_app.extensions import db

PAIRS = list(product([None, *S], S))


@pytest.fixture(scope="module", autouse=True)
def one_house(house) -> Iterator[None]:
    """One database for all of them: each pair has a session and a person of its own."""
    app, template = house
    fresh(app, template)
    with app.app_context():
        yield


def _go(booking: Booking, state: S) -> None:
    booking.move_to(
        state, actor_id=None, now=NOW, why="because", queue_number=1 if state is S.WAITLISTED else None
    )


def _brought_to(state: S | None) -> Booking:
    """A booking that was stored in this state and read again; one that is not made yet where there is none."""
    session_id, [person_id] = session_to_book(), make_people(1)
    booking = Booking(session_id=session_id, person_id=person_id, code=new_code(), booked_at=NOW)
    if state is None:
        return booking
    with transaction():
        for step in ROADS[state]:
            _go(booking, step)
        db.session.add(booking)
    return stored(booking.id)


def _rows(booking_id: int) -> list[tuple]:
    """The booking and its history, as the database holds them."""
    db.session.rollback()
    rows = [db.session.execute(select(Booking.__table__).where(Booking.id == booking_id)).one()]
    changes = select(BookingChange.__table__).where(BookingChange.booking_id == booking_id)
    return [tuple(row) for row in rows + db.session.execute(changes.order_by(BookingChange.id)).all()]


def _how_many() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


@pytest.mark.parametrize(("before", "after"), [pair for pair in PAIRS if pair in ALLOWED])
def test_an_allowed_change_happens_and_is_kept(before, after):
    booking = _brought_to(before)
    assert may_move(before, after)
    with transaction():
        _go(booking, after)
        db.session.add(booking)
    kept = stored(booking.id)
    steps = [None, *ROADS[before], after]
    assert [(one.from_state, one.to_state) for one in kept.changes] == list(pairwise(steps))
    assert all((one.at, one.why) == (NOW, "because") for one in kept.changes)
    assert kept.state is after
    assert (kept.queue_number is not None) == (after is S.WAITLISTED)


@pytest.mark.parametrize(("before", "after"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_any_other_change_is_refused_and_leaves_no_trace(before, after):
    booking, number = _brought_to(before), _how_many()
    rows = _rows(booking.id) if before else []
    assert not may_move(before, after)
    with pytest.raises(InvalidTransition), transaction():
        if before is None:
            db.session.add(booking)
        _go(booking, after)
    assert _how_many() == number
    assert not before or _rows(booking.id) == rows


def test_what_is_over_and_what_holds_a_place():
    assert set(S) - ACTIVE == {S.DECLINED, S.LAPSED, S.CANCELLED, S.TRANSFERRED}
    assert {S.CONFIRMED, S.OFFERED} == HOLDING


@pytest.mark.parametrize("why", WhyNot)
def test_each_refusal_is_a_sentence(why):
    assert why.sentence[0].isupper() and why.sentence.endswith(".")


def test_each_state_has_its_word():
    assert len({state.label for state in S}) == len(S)
    assert set(OfferOutcome) == {"accepted", "declined", "lapsed", "withdrawn"}
