"""Whom a change of a session concerns: who is told by letter, and who has no e-mail."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
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
from training_app.people.models import Person
from training_app.programme.models import TrainingSession


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


def written_to_of_the_end(ended: Iterable[Booking]) -> set[int]:
    """Which of these bookings a letter was written about that the session was called off, whatever e-mail is known now.
    """
    by_key = {one.filed_under: one.id for one in ended}
    query = select(Letter.about).where(Letter.kind == LETTER_OF_THE_END, Letter.about.in_(by_key))
    return {by_key[about] for about in db.session.scalars(query) if about} if by_key else set()


def names_without_email(session_id: int) -> list[str]:
    """Those who hold, are offered or await a place and to whom no letter can go, by surname."""
    query = (
        select(Person.name)
        .join(Booking, Booking.person_id == Person.id)
        .where(Booking.session_id == session_id, Booking.state.in_(ACTIVE), Person.email.is_(None))
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
