"""What the letters of a booking say. Plain text; no link in them does anything by itself."""

from dataclasses import dataclass
from datetime import datetime

from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.bookings.wording import offer_lasts, place_in_line
from training_app.installation import settings
from training_app.programme.rules.sessions import EvaluationMode, PartKind
from training_app.programme.wording import part_when, place_of, when_of
from training_app.words.dates import deadline


@dataclass(frozen=True)
class Words:
    """A letter: its kind, as the queue lists it, its subject and its body."""

    kind: str
    subject: str
    body: str


def _title(booking: Booking) -> str:
    return booking.session.course.title


def _letter(booking: Booking, *paragraphs: str) -> str:
    """A greeting, what there is to say, and whom to ask."""
    site = settings().site
    asked = f"{site.contact_email} or {site.contact_phone}" if site.contact_phone else site.contact_email
    said = [f"Dear {booking.person.name}", *(one for one in paragraphs if one), f"Questions? Write to {asked}."]
    return "\n\n".join([*said, f"{site.name}\n{site.area}"]) + "\n"


def _what(booking: Booking) -> str:
    """The session in a few lines, as a note on a fridge has it."""
    session = booking.session
    place = place_of(session)
    lines = [session.course.title, when_of(session), place[:1].upper() + place[1:]]
    if len(session.parts) > 1:
        lines += [f"Part {part.position}: {part_when(part, session.first_day)}" for part in session.parts]
    return "\n".join([*lines, f"Your booking code: {booking.code}"])


def _own_page(booking: Booking) -> str:
    return f"{settings().base_url}/bookings/{booking.code}"


def _other_dates(booking: Booking) -> str:
    return f"Other dates of the course:\n{settings().base_url}/programme/{booking.session.course.slug}"


def _joining(booking: Booking) -> str:
    """Where the link is, not the link: letters are forwarded, and it is for those with a place."""
    if not any(part.kind is PartKind.ONLINE for part in booking.session.parts):
        return ""
    if booking.session.joining:
        return "How to join online is on the page of your booking, below."
    return "We send you the link to join online before the day."


def _rate_yourself(booking: Booking) -> str:
    if booking.session.evaluation_mode is not EvaluationMode.STANDARD:
        return ""
    address = f"{settings().base_url}/sessions/{booking.session.id}/evaluation/before"
    return f"Where are you now? Rate yourself before you come, in half a minute:\n{address}"


def _needs(booking: Booking) -> str:
    # What they are stays out of the mail: they may tell of somebody's health or faith.
    return "We have your note on what helps you take part, and pass it to the trainer." if booking.needs else ""


def _changes_mind(booking: Booking) -> str:
    return (
        "If you cannot come, please cancel as soon as you know, so that someone else gets the place. "
        f"Your booking, and the way to cancel:\n{_own_page(booking)}"
    )


def _by_office(why: str) -> str:
    return f"The business office did this for you: {why}" if why else ""


def confirmed(booking: Booking, *, office_why: str = "") -> Words:
    body = _letter(
        booking, "You have a place.", _what(booking), _by_office(office_why), _needs(booking), _joining(booking),
        _changes_mind(booking), _rate_yourself(booking),
    )
    return Words("booking confirmed", f"You have a place: {_title(booking)}", body)


def waiting(booking: Booking, position: int, *, office_why: str = "") -> Words:
    body = _letter(
        booking,
        f"The session is full. You are on the waiting list: {place_in_line(position)}.",
        _what(booking),
        _by_office(office_why),
        "When a place comes free it is offered to the next in line. We will write to you, and you will have "
        f"{offer_lasts()} to say yes.",
        _needs(booking),
        f"Your booking, with your place in line and the way to leave it:\n{_own_page(booking)}",
    )
    return Words("booking waiting", f"You are on the waiting list: {_title(booking)}", body)


def still_waiting(booking: Booking, position: int) -> Words:
    body = _letter(
        booking,
        f"The place that was offered to you goes to someone else. You keep waiting: {place_in_line(position)}.",
        _what(booking),
        "We will ask you again when another place comes free.",
        f"Your booking, with your place in line and the way to leave it:\n{_own_page(booking)}",
    )
    return Words("booking waiting", f"You are still on the waiting list: {_title(booking)}", body)


def offered(booking: Booking, expires_at: datetime) -> Words:
    until = deadline(expires_at)
    body = _letter(
        booking,
        f"A place has come free, and it is offered to you until {until}.",
        _what(booking),
        f"Say yes or no here:\n{_own_page(booking)}",
        "Until then nobody else can take the place. If you do not answer in time, it goes to someone else.",
    )
    return Words("place offered", f"A place for you until {until}: {_title(booking)}", body)


def first_come(booking: Booking) -> Words:
    body = _letter(
        booking,
        "A place has come free. The session starts so soon that we cannot hold it for anyone: whoever takes it first "
        "has it.",
        _what(booking),
        f"Take the place, or leave the list:\n{_own_page(booking)}",
    )
    return Words("place free", f"A place is free now: {_title(booking)}", body)


def declined(booking: Booking) -> Words:
    body = _letter(
        booking, "You did not want the place that was offered to you. It goes to someone else.", _what(booking),
        _other_dates(booking),
    )
    return Words("offer declined", f"You are off the waiting list: {_title(booking)}", body)


def lapsed(booking: Booking) -> Words:
    body = _letter(
        booking,
        "A place was offered to you. We had no answer in time, so it goes to someone else, and your booking ends.",
        _what(booking),
        "Would you still like to come? You can join the waiting list again.",
        _other_dates(booking),
    )
    return Words("offer lapsed", f"The offer of a place has ended: {_title(booking)}", body)


def waited_in_vain(booking: Booking) -> Words:
    body = _letter(
        booking, "No place came free for you, and the session has started. You are off the waiting list.",
        _what(booking), _other_dates(booking),
    )
    return Words("booking cancelled", f"No place came free: {_title(booking)}", body)


def cancelled(booking: Booking, before: BookingState, *, office_why: str = "") -> Words:
    what = "Your place is cancelled." if before is BookingState.CONFIRMED else "You are off the waiting list."
    body = _letter(booking, what, _what(booking), _by_office(office_why), _other_dates(booking))
    return Words("booking cancelled", f"Booking cancelled: {_title(booking)}", body)


def session_cancelled(booking: Booking, why: str) -> Words:
    body = _letter(
        booking,
        "We are sorry: this session is cancelled. It will not take place.",
        _what(booking),
        f"Why: {why}",
        "You need do nothing. Your booking is cancelled, and nothing is held against you.",
        _other_dates(booking),
    )
    return Words("session cancelled", f"Session cancelled: {_title(booking)}", body)


def changed(booking: Booking, what: str, position: int) -> Words:
    standing = {
        BookingState.CONFIRMED: "You keep your place.",
        BookingState.OFFERED: "The place is still offered to you: the page below says until when.",
        BookingState.WAITLISTED: f"You keep your place: {place_in_line(position)}." if position else "",
    }
    body = _letter(
        booking, "A session you booked has changed.", f"What changed: {what}", "How it is now:", _what(booking),
        standing.get(booking.state, ""), _changes_mind(booking),
    )
    return Words("session changed", f"Changed: {_title(booking)}", body)

