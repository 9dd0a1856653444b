"""300 people press the button together, on the real pages of a running server: 30 get a place, 270 wait in order."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bookings.by_page import coming_session
from tests.bookings.over_http import Booked, Rush, all_at_once, make_practitioners, visitors
from tests.serving import served
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.bookings.wording import place_on_waiting_list
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.models import Letter

# Without the lock a few nearly always overbook, three hundred always did: so it is they who try that.
FEW, ALL = (24, 4), (300, 30)
AT_LENGTH = [
    pytest.param("sqlite", ALL, marks=pytest.mark.long),
    pytest.param("postgresql", ALL, marks=[pytest.mark.long, pytest.mark.postgresql]),
]
UNLOCKED = "tests.bookings.unlocked_wsgi:app"
PATIENT = "tests.bookings.patient_wsgi:app"


@dataclass(frozen=True)
class Outcome:
    """What everyone read, what is stored in the order it was, and what the server complained of."""

    rush: Rush
    stored: list[tuple[str, BookingState, int | None]]
    letters: int
    faults: list[str]

    def confirmed(self) -> int:
        return sum(state is BookingState.CONFIRMED for _, state, _ in self.stored)


def pressed_at_once(app: Flask, folder: Path, people: int, places: int, application: str = PATIENT) -> Outcome:
    with app.app_context():
        session_id = coming_session(capacity=places, in_days=30)
    cookies = make_practitioners(app, people)
    with served(of(app).settings, folder, application=application) as server:
        rush = all_at_once(visitors(app, server.host, server.port, cookies), session_id)
        faults = server.faults()
    with app.app_context():
        query = select(Booking.code, Booking.state, Booking.queue_number).where(Booking.session_id == session_id)
        stored = [tuple(row) for row in db.session.execute(query.order_by(Booking.id))]
        letters = db.session.scalar(select(func.count()).select_from(Letter))
    return Outcome(rush, stored, letters or 0, faults)


@pytest.mark.parametrize(("address", "size"), [("sqlite", FEW), *AT_LENGTH], indirect=["address"], ids=str)
def test_everyone_gets_a_place_or_their_turn(lasting_house, tmp_path, size):
    people, places = size
    outcome = pressed_at_once(lasting_house, tmp_path, people, places)
    assert outcome.rush.errors == [] and outcome.faults == []
    states = [state for _, state, _ in outcome.stored]
    assert states == [BookingState.CONFIRMED] * places + [BookingState.WAITLISTED] * (people - places)
    assert [number for *_, number in outcome.stored[places:]] == list(range(1, people - places + 1))
    everyone_read_what_is_stored(outcome, places)
    nobody_was_overtaken(outcome)
    assert outcome.letters == people
    doctor = lasting_house.test_cli_runner().invoke(args=["doctor"])
    assert doctor.exit_code == 0, doctor.output


def everyone_read_what_is_stored(outcome: Outcome, places: int) -> None:
    """On the last page of each: their place, or how many are before them. Whoever waits was asked first."""
    read: dict[str, Booked] = {one.code: one for one in outcome.rush.booked}
    assert len(read) == len(outcome.rush.booked) == len(outcome.stored)
    for code, state, number in outcome.stored:
        page = read[code].page
        waits = state is BookingState.WAITLISTED
        assert page.heading == ("You are on the waiting list" if waits else "Your place is booked")
        assert not waits or f"{place_on_waiting_list(number).capitalize()} " in page.text
        assert read[code].was_too_late == waits, "all of them were shown free places when they pressed the button"


def nobody_was_overtaken(outcome: Outcome) -> None:
    """Whoever had their answer before another one asked is before them, in places as on the waiting list."""
    turn = {code: place for place, (code, *_) in enumerate(outcome.stored)}
    latest_ask = -1.0
    for one in sorted(outcome.rush.booked, key=lambda booked: turn[booked.code]):
        assert one.decisive.came > latest_ask, f"{one.code} was answered before someone asked who is ahead of them"
        latest_ask = max(latest_ask, one.decisive.asked)


@pytest.mark.parametrize(("address", "size"), AT_LENGTH, indirect=["address"], ids=str)
def test_without_the_lock_places_would_be_given_twice(lasting_house, tmp_path, size):
    people, places = size
    assert pressed_at_once(lasting_house, tmp_path, people, places, UNLOCKED).confirmed() > places
