"""Places, states, offers and the waiting list."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, cast, func, or_, select

from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking, BookingChange, Offer
from training_app.bookings.queries.due import sessions_with_left_overs
from training_app.bookings.rules import (
    ACTIVE,
    FIRST_STATES,
    HOLDING,
    TRANSITIONS,
    BookingState,
    OfferOutcome,
    needs_end_on,
)
from training_app.clock import local
from training_app.doctor.checking import AT_A_TIME, Check, not_loaded_with_demonstration, rows_of
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.working_time import is_in_working_hours

WAITING = Booking.state == BookingState.WAITLISTED
OFFERED = Booking.state == BookingState.OFFERED
LIVE_OFFER = select(Offer.id).where(Offer.booking_id == Booking.id, Offer.outcome.is_(None)).exists()


def _over_capacity() -> Select[int]:
    return (
        select(TrainingSession.id)
        .join(Booking, Booking.session_id == TrainingSession.id)
        .where(Booking.state.in_(HOLDING), Booking.overbooked_by_id.is_(None))
        .group_by(TrainingSession.id, TrainingSession.capacity)
        .having(func.count() > TrainingSession.capacity)
    )


def _booked_twice() -> Select[int]:
    return (
        select(func.max(Booking.id))
        .where(Booking.state.in_(ACTIVE))
        .group_by(Booking.session_id, Booking.person_id)
        .having(func.count() > 1)
    )


def _without_history() -> Select[int]:
    return select(Booking.id).where(~select(BookingChange.id).where(BookingChange.booking_id == Booking.id).exists())


def _each_with_the_one_before() -> Subquery:
    return select(
        BookingChange.booking_id,
        cast(BookingChange.from_state, String).label("from_state"),
        BookingChange.at,
        func.lag(cast(BookingChange.to_state, String))
        .over(partition_by=BookingChange.booking_id, order_by=BookingChange.id)
        .label("state_before"),
        func.lag(BookingChange.at)
        .over(partition_by=BookingChange.booking_id, order_by=BookingChange.id)
        .label("at_before"),
    ).subquery()


STEPS = _each_with_the_one_before()


def _not_following(broken: ColumnElement[bool]) -> Select[int]:
    """Bookings with a change that does not fit the one before it."""
    return select(STEPS.c.booking_id).where(broken).group_by(STEPS.c.booking_id)


def _not_where_history_ends() -> Select[int]:
    last = select(func.max(BookingChange.id)).group_by(BookingChange.booking_id)
    return (
        select(Booking.id)
        .join(BookingChange, BookingChange.booking_id == Booking.id)
        .where(BookingChange.id.in_(last), BookingChange.to_state != Booking.state)
    )


def _impossible_steps() -> Select[int]:
    first = and_(BookingChange.from_state.is_(None), BookingChange.to_state.in_(FIRST_STATES))
    return select(BookingChange.booking_id).where(~or_(first, *_possible())).group_by(BookingChange.booking_id)


def _possible() -> Collection[ColumnElement[bool]]:
    before, to = BookingChange.from_state, BookingChange.to_state
    return [
        and_(before.is_not(None), before == state, to.in_(after))
        for state, after in TRANSITIONS.items()
        if after
    ]


def _offered_twice() -> Select[int]:
    live = select(Offer.booking_id).where(Offer.outcome.is_(None))
    return live.group_by(Offer.booking_id).having(func.count() > 1)


def _passed_over_without_an_offer() -> Select[int]:
    last = select(func.max(Offer.id)).group_by(Offer.booking_id)
    refused = select(Offer.id).where(
        Offer.booking_id == Booking.id, Offer.id.in_(last),
        Offer.outcome.in_([OfferOutcome.DECLINED, OfferOutcome.LAPSED]),
    )
    return select(Booking.id).where(Booking.passed_over, or_(~WAITING, ~refused.exists()))


def _same_number_on_waiting_list() -> Select[int]:
    numbered = select(func.max(Booking.id)).where(Booking.queue_number.is_not(None))
    return numbered.group_by(Booking.session_id, Booking.queue_number).having(func.count() > 1)


def _same_code() -> Select[int]:
    return select(func.max(Booking.id)).group_by(Booking.code).having(func.count() > 1)


def _of_a_cancelled_session() -> Select[int]:
    return (
        select(Booking.id)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(TrainingSession.status == SessionStatus.CANCELLED, Booking.state.in_(ACTIVE))
    )


def _without_audit() -> Select[int]:
    noted = select(AuditEntry.id).where(AuditEntry.subject_type == "booking", AuditEntry.subject_id == Booking.id)
    return select(Booking.id).where(~noted.exists(), not_loaded_with_demonstration(Booking.booked_at))


def _left_in_calendars(now: datetime) -> Iterator[int]:
    yield from sessions_with_left_overs(local(now).date())


def _needs_kept_too_long(now: datetime) -> Iterator[int]:
    """With a day for the job that deletes them, which runs by the hour and may have been away."""
    is_due = Booking.keeps_needs_of(needs_end_on(local(now).date()) - timedelta(days=1))
    yield from db.session.scalars(select(Booking.id).where(is_due).execution_options(yield_per=AT_A_TIME))


def _ends_out_of_hours(now: datetime) -> Iterator[int]:
    live = select(Offer.id, Offer.expires_at).where(Offer.outcome.is_(None))
    for offer_id, ends in db.session.execute(live.execution_options(yield_per=AT_A_TIME)):
        if not is_in_working_hours(local(ends)):
            yield offer_id


CHECKS = (
    Check(
        "places-within-capacity",
        "No more people hold a place than there are places, but for those whom a named member of staff overbooked.",
        "session", rows_of(_over_capacity()),
    ),
    Check(
        "one-active-booking", "A person has at most one booking of a session that is not over.", "booking",
        rows_of(_booked_twice()),
    ),
    Check(
        "overbooked-by-someone", "Who is overbooked was so by a named member of staff, with a reason.", "booking",
        rows_of(select(Booking.id).where((Booking.overbooked_by_id.is_(None)) != (Booking.overbooked_why == ""))),
    ),
    Check("history-kept", "Every booking has a history.", "booking", rows_of(_without_history())),
    Check(
        "history-unbroken", "A history begins from nothing, and each change begins where the last one ended.",
        "booking",
        rows_of(_not_following(STEPS.c.from_state.is_distinct_from(STEPS.c.state_before))),
    ),
    Check(
        "history-in-order", "No change of a booking is older than the one before it.", "booking",
        rows_of(_not_following(STEPS.c.at < STEPS.c.at_before)),
    ),
    Check(
        "history-ends-in-the-state", "The last change of a booking led to the state it is in.", "booking",
        rows_of(_not_where_history_ends()),
    ),
    Check(
        "history-possible", "Every change of state is one that the rules allow.", "booking",
        rows_of(_impossible_steps()),
    ),
    Check(
        "offered-has-an-offer", "A booking that is offered a place has an offer that waits for an answer.",
        "booking", rows_of(select(Booking.id).where(OFFERED, ~LIVE_OFFER)),
    ),
    Check(
        "offer-is-of-an-offered", "An offer that waits for an answer belongs to a booking that is offered a place.",
        "booking", rows_of(select(Booking.id).where(~OFFERED, LIVE_OFFER)),
    ),
    Check(
        "one-live-offer", "A booking has at most one offer that waits for an answer.", "booking",
        rows_of(_offered_twice()),
    ),
    Check(
        "offers-answered-whole", "An offer has an outcome and the moment of it, or neither.", "offer",
        rows_of(select(Offer.id).where((Offer.outcome.is_(None)) != (Offer.answered_at.is_(None)))),
    ),
    Check(
        "offers-run-forward", "An offer ends no earlier than it was made.", "offer",
        rows_of(select(Offer.id).where(Offer.expires_at < Offer.offered_at)),
    ),
    Check(
        "offers-end-in-working-hours", "An offer that waits for an answer ends while people are at work.", "offer",
        _ends_out_of_hours,
    ),
    Check(
        "numbered-while-waiting", "Who waits has a number on the waiting list, and nobody else has.", "booking",
        rows_of(select(Booking.id).where((Booking.queue_number.is_not(None)) != WAITING)),
    ),
    Check(
        "passed-over-after-an-offer",
        "Who is passed over for the places that are free now waits, and declined or missed an offer last.",
        "booking", rows_of(_passed_over_without_an_offer()),
    ),
    Check(
        "numbers-on-waiting-list-differ", "No two people on one waiting list have the same number.", "booking",
        rows_of(_same_number_on_waiting_list()),
    ),
    Check("booking-codes-differ", "No two bookings have the same code.", "booking", rows_of(_same_code())),
    Check(
        "nothing-booked-when-cancelled", "Nobody holds or awaits a place of a cancelled session.", "booking",
        rows_of(_of_a_cancelled_session()),
    ),
    Check(
        "no-days-left-in-calendars",
        "No day to come that letters put into somebody's calendar is left there when they no longer have it booked.",
        "session", _left_in_calendars,
    ),
    Check(
        "needs-deleted-in-time",
        "What people said would help them take part is deleted 30 days after the session.",
        "booking", _needs_kept_too_long,
    ),
    Check("bookings-in-audit", "Who made a booking stands in the audit.", "booking", rows_of(_without_audit())),
)
