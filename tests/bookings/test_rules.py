"""Who may book, cancel and book again, and whom a change concerns: decisions from plain facts."""

from datetime import UTC, datetime, timedelta

import pytest

from training_app.bookings.rules import (
    ACTIVE,
    BookingFacts,
    BookingState,
    Overbooking,
    Places,
    WhyNot,
    concerns_anyone,
    ended_lately,
    has_booked,
    is_asked_before,
    is_to_come,
    may_book_again,
    may_cancel,
    overbooking_by,
    why_not,
)
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus

START = datetime(2027, 6, 1, 9, tzinfo=UTC)
BEFORE, LATE = START - timedelta(days=7), START - timedelta(minutes=30)
FREE, FULL = Places(2, 1, 0), Places(2, 2, 1)
OVER = sorted(set(BookingState) - ACTIVE)


def facts(**changes) -> BookingFacts:
    return BookingFacts(**({"status": SessionStatus.PUBLISHED, "starts_at": START, "capacity": 2} | changes))


@pytest.mark.parametrize(
    ("changes", "now", "why"),
    [
        ({}, BEFORE, None),
        ({"status": SessionStatus.DRAFT}, BEFORE, WhyNot.NOT_OPEN),
        ({"status": SessionStatus.CANCELLED}, BEFORE, WhyNot.CANCELLED),
        ({}, START, WhyNot.STARTED),
        ({"already_booked": True}, BEFORE, WhyNot.ALREADY),
        ({"already_booked": True}, START, WhyNot.STARTED),
        ({"capacity": 0}, BEFORE, WhyNot.NO_PLACES),
    ],
)
def test_why_a_booking_is_refused(changes, now, why):
    assert why_not(facts(**changes), now) is why


@pytest.mark.parametrize(
    ("state", "places", "now", "overbook", "booked"),
    [
        (None, FREE, BEFORE, False, False),
        (BookingState.CONFIRMED, FREE, BEFORE, True, True),
        (BookingState.OFFERED, FREE, BEFORE, True, True),
        (BookingState.WAITLISTED, FULL, BEFORE, False, True),
        (BookingState.WAITLISTED, FULL, BEFORE, True, False),
        (BookingState.WAITLISTED, Places(2, 1, 1), BEFORE, False, True),
        (BookingState.WAITLISTED, Places(2, 1, 1, passed_over=1), BEFORE, False, False),
        (BookingState.WAITLISTED, Places(2, 1, 1), LATE, False, False),
        (BookingState.WAITLISTED, Places(2, 1, 1), START, False, True),
    ],
)
def test_who_waits_and_gets_a_place_at_once_has_not_booked_yet(state, places, now, overbook, booked):
    assert has_booked(state, places, START, now, overbook=overbook) is booked


def test_a_booking_that_is_not_over_can_be_cancelled_until_the_start():
    assert {state for state in BookingState if may_cancel(state, START, BEFORE)} == ACTIVE
    assert not any(may_cancel(state, START, START) for state in BookingState)


def test_one_that_is_over_can_be_made_again_while_the_session_takes_bookings():
    assert [state for state in sorted(BookingState) if may_book_again(state, facts(), BEFORE)] == OVER
    assert not may_book_again(BookingState.LAPSED, facts(), START)
    assert not may_book_again(BookingState.LAPSED, facts(capacity=0), BEFORE)
    assert not may_book_again(BookingState.CANCELLED, facts(status=SessionStatus.CANCELLED), BEFORE)


def test_who_has_a_place_is_asked_before_a_session_of_the_standard_evaluation():
    def asked(state=BookingState.CONFIRMED, mode=EvaluationMode.STANDARD, now=BEFORE) -> bool:
        return is_asked_before(state, mode, START, now)

    assert asked() and not asked(now=START)
    assert [state for state in BookingState if asked(state)] == [BookingState.CONFIRMED]
    assert [mode for mode in EvaluationMode if asked(mode=mode)] == [EvaluationMode.STANDARD]


def test_what_ended_is_told_of_for_a_year():
    today = START.date()
    assert [state for state in sorted(BookingState) if ended_lately(state, today, today)] == OVER
    assert ended_lately(BookingState.LAPSED, today - timedelta(days=365), today)
    assert not ended_lately(BookingState.LAPSED, today - timedelta(days=366), today)


@pytest.mark.parametrize(
    ("capacity", "before", "held", "over"),
    [(2, 3, 3, 1), (1, 3, 2, 1), (3, 3, 3, 0), (3, 5, 3, 0), (2, 1, 3, 0), (1, 1, 3, 0), (5, 3, 3, 0)],
)
def test_a_lower_number_than_people_hold_overbooks(capacity, before, held, over):
    overbooking = overbooking_by(capacity, before=before, held=held)
    assert overbooking == (Overbooking(held, capacity) if over else None)
    assert overbooking is None or overbooking.over == over


@pytest.mark.parametrize(
    ("places", "status", "is_over", "concerned"),
    [
        (Places(2, 1, 0), SessionStatus.PUBLISHED, False, True),
        (Places(0, 0, 1), SessionStatus.PUBLISHED, False, True),
        (Places(2, 0, 0), SessionStatus.PUBLISHED, False, False),
        (Places(2, 2, 2), SessionStatus.PUBLISHED, True, False),
        (Places(2, 2, 2), SessionStatus.DRAFT, False, False),
        (Places(2, 2, 2), SessionStatus.CANCELLED, False, False),
    ],
)
def test_a_change_concerns_who_booked_a_session_that_is_not_over(places, status, is_over, concerned):
    assert concerns_anyone(places, status, is_over=is_over) is concerned


def test_the_office_changes_bookings_until_the_session_begins_or_is_off():
    assert is_to_come(SessionStatus.PUBLISHED, START, BEFORE) and not is_to_come(SessionStatus.PUBLISHED, START, START)
    assert not is_to_come(SessionStatus.CANCELLED, START, BEFORE)
