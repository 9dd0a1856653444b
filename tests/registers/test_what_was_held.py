"""A session that people attended stays what it was: it is not called off, and its parts do not move under the marks."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from tests.registers.making import BEFORE, DAY, DURING, ENDED, a_day, a_session, booked, close, save, sent
from training_app.bookings.commands import cancel_session
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.programme.models import TrainingSession
from training_app.programme.rules import SessionStatus
from training_app.registers.rules import Mark

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT
EARLY = datetime(2026, 6, 11, 7, tzinfo=UTC)


def cancel(session: TrainingSession, *, by: int, now: datetime) -> int:
    db.session.commit()
    with transaction():
        return cancel_session(session.id, "Snow", actor_id=by, now=now)


def test_a_session_that_was_held_is_not_called_off(trainer):
    session = a_session()
    place = booked(session, "Ann", email="ann@agency.example")
    save(session, sent(session, place.person, HERE), by=trainer)
    close(session, by=trainer)
    with pytest.raises(Refused, match="has begun, so it can no longer be cancelled. If it did not take place, say on"):
        cancel(session, by=trainer, now=ENDED)
    db.session.expire_all()
    assert (session.status, place.state) == (SessionStatus.PUBLISHED, BookingState.CONFIRMED)
    assert db.session.query(Letter).count() == 0


def test_from_its_start_on_it_has_begun(trainer):
    start = datetime(2026, 6, 11, 8, 30, tzinfo=UTC)
    session = a_session()
    with pytest.raises(Refused, match="has begun"):
        cancel(session, by=trainer, now=start)
    booked(session, "Ann")
    assert cancel(session, by=trainer, now=start.replace(minute=29)) == 1


@pytest.mark.parametrize("mark", Mark)
def test_people_marked_on_the_morning_hold_it_too(trainer, mark):
    session = a_session()
    save(session, sent(session, booked(session, "Ann").person, mark), by=trainer, now=EARLY)
    with pytest.raises(Refused, match="People are marked on the register of this session, so it cannot be cancelled"):
        cancel(session, by=trainer, now=EARLY)
