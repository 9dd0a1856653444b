"""What the letters of a booking say. Plain text; no link in them does anything by itself."""

from datetime import datetime

from training_app.bookings.models import Booking, CalendarEntry
from training_app.bookings.rules import LETTER_OF_THE_END, BookingState
from training_app.bookings.wording import offer_lasts, place_on_waiting_list
from training_app.installation import settings
from training_app.outbox.letters import LetterText, fill_addressed
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, PartKind
from training_app.programme.wording import part_when, place_of, when_of
from training_app.words.dates import deadline, long_date


def _fill(kind: str, booking: Booking, **facts: object) -> LetterText:
    """A letter to the person of a booking, with what any letter of it may say."""
    training_session, base_url = booking.session, settings().base_url
    return fill_addressed(
        kind, booking.person.name, **_session(training_session), code=booking.code,
        booking_page=f"{base_url}/bookings/{booking.code}",
        course_page=f"{base_url}/programme/{training_session.course.slug}", **facts,
    )


def _session(training_session: TrainingSession) -> dict[str, object]:
    place = place_of(training_session)
    parts = training_session.parts if len(training_session.parts) > 1 else []
    return {
        "title": training_session.course.title,
        "when": when_of(training_session),
        "place": place[:1].upper() + place[1:],
        "parts": [
            {"position": part.position, "when": part_when(part, training_session.first_day)} for part in parts
        ],
    }


def _before_form(training_session: TrainingSession) -> str:
    """Where to rate oneself before coming; empty where nobody is asked to."""
    if training_session.evaluation_mode is not EvaluationMode.STANDARD:
        return ""
    return f"{settings().base_url}/sessions/{training_session.id}/evaluation/before"


def confirmed(booking: Booking, *, office_why: str = "") -> LetterText:
    """Someone got a place: booked it, was given it or took an offer."""
    training_session = booking.session
    return _fill(
        "booking confirmed", booking, office_why=office_why, has_needs=bool(booking.needs),
        is_online=any(part.kind is PartKind.ONLINE for part in training_session.parts),
        has_link=bool(training_session.joining), before_form=_before_form(training_session),
    )


def waiting(booking: Booking, position: int, *, office_why: str = "") -> LetterText:
    """Someone joined the waiting list."""
    return _fill(
        "booking waiting", booking, position=place_on_waiting_list(position), office_why=office_why,
        offer_lasts=offer_lasts(), has_needs=bool(booking.needs),
    )


def still_waiting(booking: Booking, position: int) -> LetterText:
    """An offered place went on, and the one it was offered to keeps waiting."""
    return _fill("still waiting", booking, position=place_on_waiting_list(position))


def offered(booking: Booking, expires_at: datetime) -> LetterText:
    """A freed place is theirs if they say so in time."""
    return _fill("place offered", booking, until=deadline(expires_at))


def first_come(booking: Booking) -> LetterText:
    """A place is free so close to the start that it is held for nobody."""
    return _fill("place free", booking)


def declined(booking: Booking) -> LetterText:
    """Someone said no to an offered place, and left the waiting list."""
    return _fill("offer declined", booking)


def lapsed(booking: Booking) -> LetterText:
    """An offer had no answer in time, and the booking ended with it."""
    return _fill("offer lapsed", booking)


def waited_in_vain(booking: Booking) -> LetterText:
    """The session has started, and no place came free."""
    return _fill("wait ended", booking)


def cancelled(booking: Booking, before: BookingState, *, office_why: str = "") -> LetterText:
    """A booking was cancelled, by its person or the office. `before` is the state it was in."""
    return _fill(
        "booking cancelled", booking, had_place=before is BookingState.CONFIRMED, office_why=office_why,
    )


def session_cancelled(booking: Booking, why: str) -> LetterText:
    """The session will not take place."""
    return _fill(LETTER_OF_THE_END, booking, why=why)


def changed(booking: Booking, what: str, position: int) -> LetterText:
    """The session changed. `position` is the place on the waiting list, for someone who waits."""
    waits = booking.state is BookingState.WAITLISTED and position
    return _fill(
        "session changed", booking, what_changed=what, has_place=booking.state is BookingState.CONFIRMED,
        has_offer=booking.state is BookingState.OFFERED, position=place_on_waiting_list(position) if waits else "",
    )


def one_more_day(booking: Booking, entry: CalendarEntry, part: SessionPart | None) -> LetterText:
    """Goes after a letter that tells what happened, and brings another day into the calendar or takes one out of it."""
    day = long_date(entry.on_day)
    if not entry.stands or part is None:
        return _fill("day off calendar", booking, day=day)
    return _fill("day for calendar", booking, day=day, hours=part_when(part, booking.session.first_day))
