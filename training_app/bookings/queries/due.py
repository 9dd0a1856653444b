"""Sessions where a job has something to do with the bookings, and what it does there."""

from datetime import date, datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from training_app.bookings.models import Booking, CalendarEntry, Offer
from training_app.bookings.queries.bookings import FRESH
from training_app.bookings.rules import ACTIVE, HOLDING, BookingState
from training_app.clock import local
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus


def sessions_with_expired_offers(now: datetime) -> list[int]:
    """Where an offer ended that nobody answered."""
    query = (
        select(Booking.session_id)
        .join(Offer, Offer.booking_id == Booking.id)
        .where(Offer.outcome.is_(None), Offer.expires_at <= now)
        .distinct()
        .order_by(Booking.session_id)
    )
    return list(db.session.scalars(query))


def sessions_that_left_people_waiting(now: datetime) -> list[int]:
    """Sessions that have started with people still on the waiting list."""
    waiting = select(Booking.session_id).where(Booking.state == BookingState.WAITLISTED)
    query = (
        select(TrainingSession)
        .where(TrainingSession.id.in_(waiting), TrainingSession.first_day <= local(now).date())
        .options(selectinload(TrainingSession.parts))
        .order_by(TrainingSession.id)
    )
    return [session.id for session in db.session.scalars(query) if session.begins_at <= now]


def sessions_with_left_overs(today: date) -> list[int]:
    """Where a day to come stands in somebody's calendar that is none of their booking."""
    query = _left_over(today).with_only_columns(Booking.session_id).distinct().order_by(Booking.session_id)
    return list(db.session.scalars(query))


def left_over_entries(session_id: int, today: date) -> list[CalendarEntry]:
    query = _left_over(today).where(Booking.session_id == session_id).order_by(CalendarEntry.id)
    return list(db.session.scalars(query, execution_options=FRESH))


def _left_over(today: date) -> Select[CalendarEntry]:
    is_gone = CalendarEntry.part_id.is_(None) | Booking.state.not_in(ACTIVE)
    told = select(CalendarEntry).join(CalendarEntry.booking).join(Booking.person).where(Person.email.is_not(None))
    return told.where(CalendarEntry.stands, CalendarEntry.on_day >= today, is_gone)


def sessions_with_places_to_offer(from_day: datetime) -> list[int]:
    """Sessions that have a free place and people waiting who were not asked about it.

    Every act offers what it frees. This finds what changed without one, as by an import of the programme.
    """
    held = func.count(case((Booking.state.in_(HOLDING), Booking.id)))
    to_ask = func.count(case(((Booking.state == BookingState.WAITLISTED) & ~Booking.passed_over, Booking.id)))
    query = (
        select(TrainingSession.id)
        .join(Booking, (Booking.session_id == TrainingSession.id) & Booking.state.in_(ACTIVE))
        .where(
            TrainingSession.id.in_(select(Booking.session_id).where(Booking.state == BookingState.WAITLISTED)),
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.last_day >= from_day.date(),
        )
        .group_by(TrainingSession.id, TrainingSession.capacity)
        .having(to_ask > 0, held < TrainingSession.capacity)
        .order_by(TrainingSession.id)
    )
    return list(db.session.scalars(query))
