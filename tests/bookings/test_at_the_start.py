"""What the start of a session ends: offers, waits, and the good of an answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import NOW, START, letters, make_people, make_sign_in, session_to_book, stored
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.commands.holding import BookingRefused
from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import BookingState, WhyNot
from training_app.bookings.wording import why_it_ended
from training_app.database import transaction
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.programme.models import TrainingSession

LAPSE = next(job for job in JOBS if job.name == "lapse_offers")


@pytest.fixture
def waiting_list(in_app) -> tuple[int, list[int]]:
    """A session with one place, and three people who booked it: one has the place."""
    session_id = session_to_book(1)
    booked = []
    for person_id in make_people(3):
        with transaction():
            booked.append(commands.book_place(session_id, person_id, actor_id=None, now=NOW).id)
    return session_id, booked


def offer_the_place(booked: list[int], now) -> Offer:
    with transaction():
        commands.cancel_booking(booked[0], actor_id=None, now=now)
    return db.session.scalars(select(Offer).where(Offer.booking_id == booked[1])).one()


def moved_to(session_id: int, days: int) -> None:
    """The office puts the session on another day, and tells those who booked."""
    with transaction():
        session = db.session.get_one(TrainingSession, session_id)
        session.first_day += timedelta(days=days)
        session.last_day += timedelta(days=days)
        for part in session.parts:
            part.on_day += timedelta(days=days)
        changes.tell_of_change(session_id, "Another day.", actor_id=make_sign_in(), now=NOW)


def test_nobody_waits_for_a_session_that_has_started(waiting_list):
    _, booked = waiting_list
    assert LAPSE.run(START - timedelta(minutes=1)) == "0 ended"
    assert LAPSE.run(START) == "2 ended"
    for booking_id in booked[1:]:
        booking = stored(booking_id)
        assert (booking.state, booking.queue_number) == (BookingState.CANCELLED, None)
        assert why_it_ended(booking) == "No place came free before the session started."
    assert stored(booked[0]).state is BookingState.CONFIRMED
    assert [one.subject[:19] for one in letters()[-2:]] == ["No place came free:"] * 2
    assert [one.kind for one in letters()[-2:]] == ["wait ended"] * 2
    assert LAPSE.run(START + timedelta(minutes=1)) == "0 ended", "once"


def test_a_session_moved_forward_takes_the_deadline_of_an_offer_along(waiting_list):
    session_id, booked = waiting_list
    offer_the_place(booked, NOW)
    moved_to(session_id, days=-29)
    db.session.expire_all()
    start = db.session.get_one(TrainingSession, session_id).begins_at
    offer = db.session.scalars(select(Offer).where(Offer.booking_id == booked[1])).one()
    assert start == NOW + timedelta(days=1) and offer.expires_at == start

    moved_to(session_id, days=-10)
    db.session.expire_all()
    offer = db.session.scalars(select(Offer).where(Offer.booking_id == booked[1])).one()
    assert offer.expires_at == offer.offered_at, "it has started: the offer is over, and never ends before it was made"


@pytest.mark.parametrize("answer", [offers.accept_offer, offers.decline_offer])
def test_no_answer_is_good_once_the_session_has_started(waiting_list, answer):
    _, booked = waiting_list
    offer = offer_the_place(booked, START - timedelta(days=1))
    with transaction():
        # As it would be where an offer was left to run on.
        db.session.get_one(Offer, offer.id).expires_at = START + timedelta(days=1)
    named = {"keep_waiting": False} if answer is offers.decline_offer else {}
    with pytest.raises(BookingRefused) as refused, transaction():
        answer(booked[1], actor_id=None, now=START, **named)
    assert refused.value.why is WhyNot.OFFER_OVER
    assert db.session.get_one(Booking, booked[1]).state is BookingState.OFFERED


def test_all_who_wait_hear_of_a_place_that_comes_free_too_late_to_be_held(waiting_list):
    """Within two hours of the start nobody is offered it: whoever takes it first has it, so all must know."""
    session_id, booked = waiting_list
    late = START - timedelta(minutes=90)
    with transaction():
        commands.cancel_booking(booked[0], actor_id=None, now=late)
    assert [one.kind for one in letters()[-3:]] == ["booking cancelled", "place free", "place free"]
    assert "A place is free now: " in letters()[-1].subject and "/bookings/" in letters()[-1].body
    assert LAPSE.run(late + timedelta(minutes=1)) == "0 ended"
    assert len([one for one in letters() if one.kind == "place free"]) == 2, "once, not by the minute"
    with transaction():
        taken = commands.book_place(
            session_id, stored(booked[2]).person_id, actor_id=None, now=late + timedelta(minutes=2)
        )
    assert taken.state is BookingState.CONFIRMED


def test_an_overbooked_place_is_an_ordinary_one_as_soon_as_there_is_room(in_app):
    session_id, office = session_to_book(1), make_sign_in()
    first, second, third = make_people(3)
    with transaction():
        ordinary = commands.book_place(session_id, first, actor_id=None, now=NOW)
        extra = [
            commands.book_place(session_id, one, actor_id=office, now=NOW, overbook_why="The inspector")
            for one in (second, third)
        ]
    assert [one.overbooked_why for one in extra] == ["The inspector"] * 2
    with transaction():
        commands.cancel_booking(ordinary.id, actor_id=None, now=NOW)
    assert [stored(one.id).overbooked_why for one in extra] == ["", "The inspector"], "two hold one place"
    with transaction():
        changes.change_capacity(session_id, 2, actor_id=office, now=NOW)
    assert [stored(one.id).overbooked_by_id for one in extra] == [None, None]


def test_a_place_beyond_their_number_that_is_given_back_is_none_to_ask_about(in_app):
    """Three have places, the number is lowered to one: whoever leaves now frees nothing."""
    session_id, office = session_to_book(3), make_sign_in()
    with transaction():
        booked = [
            commands.book_place(session_id, one, actor_id=None, now=NOW).id for one in make_people(4)
        ]
        commands.cancel_booking(booked[0], actor_id=None, now=NOW)
        offers.decline_offer(booked[3], keep_waiting=True, actor_id=None, now=NOW)
        changes.change_capacity(session_id, 1, actor_id=office, now=NOW)
    assert stored(booked[3]).passed_over
    with transaction():
        commands.cancel_booking(booked[1], actor_id=None, now=NOW)
    assert stored(booked[3]).passed_over, "one place, and one who has it"
    with transaction():
        commands.cancel_booking(booked[2], actor_id=None, now=NOW)
    assert stored(booked[3]).state is BookingState.OFFERED
