"""An offer ends while people are at work; where they hardly are before the start, whoever asks first has the place."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import letters, make_people, session_to_book, stored
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Offer
from training_app.bookings.rules import BookingState, offer_ends, too_late_to_offer
from training_app.clock import LOCAL_ZONE
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.working_time import is_in_working_hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("made", "starts", "ends"),
    [
        ("2027-06-01T10:00", "2027-06-10T09:30", "2027-06-02T10:00"),  # a Tuesday: 24 hours
        ("2027-06-04T17:15", "2027-06-10T09:30", "2027-06-07T12:00"),  # a Friday evening: Monday noon
        ("2027-06-04T10:00", "2027-06-10T09:30", "2027-06-07T12:00"),  # a Friday morning as well
        ("2027-06-07T23:00", "2027-06-10T09:30", "2027-06-09T12:00"),  # at night
        ("2027-06-07T06:00", "2027-06-10T09:30", "2027-06-08T12:00"),  # early in the morning
        ("2027-03-25T16:00", "2027-04-08T09:30", "2027-03-30T12:00"),  # over Easter
        ("2027-12-24T10:00", "2028-01-06T09:30", "2027-12-29T12:00"),  # Christmas Day on a Saturday, two days in lieu
        ("2027-10-29T10:00", "2027-11-04T09:30", "2027-11-01T12:00"),  # over the change of the clocks
        ("2027-06-11T10:00", "2027-06-12T10:00", "2027-06-11T17:00"),  # of a Saturday's session: Friday's last hour
        ("2027-06-06T15:00", "2027-06-07T11:00", "2027-06-07T11:00"),  # of a Monday's: never past its start
        ("2027-06-09T16:00", "2027-06-10T18:00", "2027-06-10T16:00"),  # of an evening's
        ("2027-06-10T09:00", "2027-06-10T18:30", "2027-06-10T17:00"),  # of the same evening's
    ],
)  # fmt: skip
def test_an_offer_ends_while_people_are_at_work(made, starts, ends):
    assert offer_ends(at(made), at(starts)) == at(ends)
    assert is_in_working_hours(offer_ends(at(made), at(starts)).astimezone(LOCAL_ZONE))
    assert not too_late_to_offer(at(starts), at(made))


@pytest.mark.parametrize(
    ("now", "starts", "late"),
    [
        ("2027-06-04T17:15", "2027-06-07T09:30", True),  # Friday evening, and Monday begins at half past nine
        ("2027-06-04T16:29", "2027-06-07T09:30", False),
        ("2027-06-05T12:00", "2027-06-06T10:00", True),  # of a Sunday's session nobody is at work any more
        ("2027-06-09T16:30", "2027-06-10T09:30", False),
        ("2027-06-09T16:31", "2027-06-10T09:30", True),
        ("2027-06-10T12:00", "2027-06-10T13:30", True),  # so close to the start anyhow
    ],
)
def test_it_is_too_late_where_hardly_a_working_hour_is_left(now, starts, late):
    assert too_late_to_offer(at(starts), at(now)) is late


def _on(session_id: int, starts: datetime) -> None:
    with transaction():
        session = db.session.get_one(TrainingSession, session_id)
        session.first_day = session.last_day = starts.date()
        session.starts_at = starts.time()
        for part in session.parts:
            part.on_day, part.starts_at = starts.date(), starts.time()


def _given_back(session_id: int, when: datetime) -> list[int]:
    """One place, booked by the first of three; they give it back."""
    booked = []
    for person_id in make_people(3):
        with transaction():
            booked.append(
                commands.book_place(session_id, person_id, actor_id=None, now=when - timedelta(days=9)).id
            )
    with transaction():
        commands.cancel_booking(booked[0], actor_id=None, now=when)
    return booked


def test_a_place_given_back_on_friday_evening_is_held_until_monday_noon(in_app):
    session_id = session_to_book(1)
    _on(session_id, at("2027-06-10T09:30"))
    booked = _given_back(session_id, at("2027-06-04T17:15"))
    assert stored(booked[1]).state is BookingState.OFFERED
    assert db.session.scalars(select(Offer)).one().expires_at == at("2027-06-07T12:00")
    assert "offered to you until Monday 7 June, 12pm" in letters()[-1].body


def test_for_monday_morning_all_who_wait_are_told_and_nobody_is_asked(in_app):
    session_id = session_to_book(1)
    _on(session_id, at("2027-06-07T09:30"))
    booked = _given_back(session_id, at("2027-06-04T17:15"))
    assert [stored(one).state for one in booked[1:]] == [BookingState.WAITLISTED] * 2
    assert [one.kind for one in letters()[-2:]] == ["place free", "place free"]
    assert not db.session.scalars(select(Offer)).all()
    with transaction():
        again = commands.book_place(
            session_id, stored(booked[2]).person_id, actor_id=None, now=at("2027-06-05T20:00")
        )
    assert again.state is BookingState.CONFIRMED, "first come"
