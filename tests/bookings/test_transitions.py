"""Every pair of states: the allowed changes happen and are kept, every other is refused and leaves no trace."""

from itertools import product

import pytest

from tests.bookings.making import NOW, make_people, make_session
from training_app.bookings.models import Booking
from training_app.bookings.rules import ACTIVE, HOLDING, BookingState, OfferOutcome, WhyNot, may_move, new_code
from training_app.database import transaction
from training_app.errors import InvalidTransition
from training_app.extensions import db

S = BookingState
# Written out by hand from the house's plan, not derived from the table in the rules.
ALLOWED = {
    (None, S.REQUESTED), (None, S.CONFIRMED), (None, S.WAITLISTED),
    (S.REQUESTED, S.CONFIRMED), (S.REQUESTED, S.WAITLISTED), (S.REQUESTED, S.DECLINED), (S.REQUESTED, S.CANCELLED),
    (S.WAITLISTED, S.OFFERED), (S.WAITLISTED, S.CANCELLED),
    (S.OFFERED, S.CONFIRMED), (S.OFFERED, S.DECLINED), (S.OFFERED, S.LAPSED), (S.OFFERED, S.WAITLISTED),
    (S.OFFERED, S.CANCELLED),
    (S.CONFIRMED, S.CANCELLED), (S.CONFIRMED, S.TRANSFERRED),
}  # fmt: skip
PAIRS = list(product([None, *S], S))
ROADS = {
    None: [], S.REQUESTED: [S.REQUESTED], S.CONFIRMED: [S.CONFIRMED], S.WAITLISTED: [S.WAITLISTED],
    S.OFFERED: [S.WAITLISTED, S.OFFERED], S.DECLINED: [S.REQUESTED, S.DECLINED],
    S.LAPSED: [S.WAITLISTED, S.OFFERED, S.LAPSED], S.CANCELLED: [S.CONFIRMED, S.CANCELLED],
    S.TRANSFERRED: [S.CONFIRMED, S.TRANSFERRED],
}  # fmt: skip


def _go(booking: Booking, state: S) -> None:
    booking.move_to(
        state, actor_id=None, now=NOW, why="because", queue_number=1 if state is S.WAITLISTED else None
    )


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_each_pair(in_app, before, after):
    session_id, [person_id] = make_session(), make_people(1)
    booking = Booking(session_id=session_id, person_id=person_id, code=new_code(), booked_at=NOW)
    for state in ROADS[before]:
        _go(booking, state)
    if (before, after) in ALLOWED:
        assert may_move(before, after)
        _go(booking, after)
        with transaction():
            db.session.add(booking)
        last = booking.changes[-1]
        assert (last.from_state, last.to_state, last.at, last.why) == (before, after, NOW, "because")
        assert booking.state is after and len(booking.changes) == len(ROADS[before]) + 1
        assert (booking.queue_number is not None) == (after is S.WAITLISTED)
    else:
        assert not may_move(before, after)
        with pytest.raises(InvalidTransition):
            _go(booking, after)
        assert booking.state is before and len(booking.changes) == len(ROADS[before])


def test_what_is_over_and_what_holds_a_place():
    assert set(S) - ACTIVE == {S.DECLINED, S.LAPSED, S.CANCELLED, S.TRANSFERRED}
    assert {S.CONFIRMED, S.OFFERED} == HOLDING


@pytest.mark.parametrize("why", WhyNot)
def test_each_refusal_is_a_sentence(why):
    assert why.sentence[0].isupper() and why.sentence.endswith(".")


def test_each_state_has_its_word():
    assert len({state.label for state in S}) == len(S)
    assert set(OfferOutcome) == {"accepted", "declined", "lapsed", "withdrawn"}
