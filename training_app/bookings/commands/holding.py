"""The steps that every act on a booking takes: hold what it changes, note the act, write to the person."""

from datetime import datetime
from itertools import zip_longest

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from training_app.accounts.models import User
from training_app.audit.commands import record
from training_app.bookings import letters
from training_app.bookings.commands.calendars import entries_to_send
from training_app.bookings.models import Booking
from training_app.bookings.rules import LONGEST_REASON, WhyNot
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.letters import LetterText
from training_app.programme.models import SessionPart, TrainingSession


class BookingRefused(Refused):
    """A booking that cannot be made or changed, with the reason as a value and as a sentence."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.sentence)
        self.why = why


def locked_session(session_id: int) -> TrainingSession:
    """The session, locked until the transaction ends. Raises NoResultFound."""
    # Every letter and every rule needs the course and the parts too: one question instead of three while others wait.
    found = lock_rows(
        TrainingSession, [session_id], joinedload(TrainingSession.course, innerjoin=True),
        joinedload(TrainingSession.parts).joinedload(SessionPart.venue),
    )
    if not found:
        raise NoResultFound("There is no such session.")
    return found[0]


def locked_booking(booking_id: int) -> tuple[TrainingSession, Booking]:
    """A booking and its session, both locked: the session first, as everywhere. Raises NoResultFound."""
    session_id = db.session.get_one(Booking, booking_id).session_id
    session = locked_session(session_id)
    return session, lock_rows(Booking, [booking_id])[0]


def record_act(booking: Booking, action: str, actor_id: int | None, now: datetime, **detail: object) -> None:
    record(action, "booking", booking.id, actor_id=actor_id, now=now, **detail)


def send_letter(booking: Booking, text: LetterText, now: datetime, *, is_first: bool = False) -> bool:
    """Queue a letter with the first calendar entry as it is now, and a short one for each other. They leave in order.

    Someone without an e-mail of their own gets none: returns whether they were written to. `is_first`: it tells that
    the booking was made, and has number 1.
    """
    booking.calendar_sequence += 0 if is_first else 1
    if booking.person.email is None:
        return False
    entries = entries_to_send(booking, now)
    texts = [text, *(letters.one_more_day(booking, one.entry, one.part) for one in entries[1:])]
    for each, entry in zip_longest(texts, entries):
        enqueue(
            each, recipient=booking.person.email, now=now, about=booking.filed_under,
            attachment=entry.attachment if entry else None,
        )
    return True


def short_reason(why: str) -> str:
    return " ".join(why.split())[:LONGEST_REASON]


def reason_of_office(person_id: int, actor_id: int | None, why: str) -> str:
    """The reason of someone who acts for another person; empty where people act for themselves, or the system does.

    Raises BookingRefused where there is none.
    """
    if actor_id is None or db.session.get_one(User, actor_id).person_id == person_id:
        return ""
    if not why:
        raise BookingRefused(WhyNot.NO_REASON)
    return why
