"""Whom a change of a session concerns: who is told by letter, and who has no e-mail."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking, Offer
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.rules import (
    ACTIVE,
    LETTER_OF_THE_END,
    BookingState,
    Places,
    WhoIsTold,
    concerns_anyone,
)
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

# How far a letter is from having told anybody.
UNTOLD = (LetterState.SENT, LetterState.SENDING, LetterState.QUEUED, LetterState.FAILED)


def ended_with_session(bookings: Iterable[Booking]) -> list[Booking]:
    """Of these bookings, those that ended because the session was called off, as the audit of each says."""
    cancelled = {one.id: one for one in bookings if one.state is BookingState.CANCELLED}
    query = (
        select(AuditEntry.subject_id, AuditEntry.detail)
        .where(
            AuditEntry.action == "booking.cancelled", AuditEntry.subject_type == "booking",
            AuditEntry.subject_id.in_(cancelled),
        )
        .order_by(AuditEntry.id)
    )
    rows = db.session.execute(query) if cancelled else ()
    return [cancelled[one] for one, detail in rows if one in cancelled and detail.get("session_cancelled")]


def letters_of_the_end(ended: Iterable[Booking]) -> dict[int, LetterState]:
    """What became of the letters that told of these bookings that the session was called off, by booking.

    One that none was written about is left out, whatever e-mail is known now.
    """
    by_key = {one.filed_under: one.id for one in ended}
    query = (
        select(Letter.about, Letter.state)
        .where(Letter.kind == LETTER_OF_THE_END, Letter.about.in_(by_key))
        .order_by(Letter.id)
    )
    rows = db.session.execute(query) if by_key else ()
    found: dict[int, LetterState] = {}
    for about, state in rows:
        booking_id = by_key[about or ""]
        # A letter of several days is one for each: it is sent when all of them are.
        found[booking_id] = max(found.get(booking_id, state), state, key=UNTOLD.index)
    return found


def names_without_email(session_id: int) -> list[str]:
    """Those who hold, are offered or await a place and to whom no letter can go, by surname."""
    query = (
        select(Person.name)
        .join(Booking, Booking.person_id == Person.id)
        .where(Booking.session_id == session_id, Booking.state.in_(ACTIVE), Person.email.is_(None))
    )
    return list(db.session.scalars(query.order_by(Person.sort_name, Person.id)))


def names_offered_without_email(session_id: int, at: datetime) -> list[str]:
    """Those who were offered a place at this moment and to whom no letter can go, by surname."""
    query = (
        select(Person.name)
        .join(Booking, Booking.person_id == Person.id)
        .join(Offer, Offer.booking_id == Booking.id)
        .where(Booking.session_id == session_id, Offer.offered_at == at, Person.email.is_(None))
    )
    return list(db.session.scalars(query.order_by(Person.sort_name, Person.id)))


def who_is_told(session_id: int) -> WhoIsTold:
    """Everyone who holds or awaits a place: whom it is told to when the session is called off."""
    return _told(session_id, places_of([session_id])[session_id])


def whom_a_change_concerns(session: TrainingSession, now: datetime) -> WhoIsTold | None:
    """Who must be told of another day, time or venue; None where that concerns nobody."""
    places = places_of([session.id])[session.id]
    if not concerns_anyone(places, session.status, is_over=session.is_over(now)):
        return None
    return _told(session.id, places)


def _told(session_id: int, places: Places) -> WhoIsTold:
    names = tuple(names_without_email(session_id))
    return WhoIsTold(places.people - len(names), names)
