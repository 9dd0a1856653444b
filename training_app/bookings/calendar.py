"""A booking as an entry of the person's own calendar: one entry, which every later letter changes or removes."""

from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Event, vCalAddress, vText

from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.installation import settings
from training_app.outbox.attachments import Attachment
from training_app.outbox.sender import sender_address
from training_app.programme.calendar import description_of, empty_calendar, entry_of, parts_to_enter
from training_app.programme.models import SessionPart

# What a state is in a calendar. A place that is not sure yet keeps the time only lightly.
TITLES = {BookingState.CONFIRMED: "", BookingState.OFFERED: "Place offered: "}


def invitation(booking: Booking, now: datetime) -> Attachment:
    """The attachment of a letter: it puts the entry in, changes it, or takes it out where the booking is over."""
    method = _method(booking)
    return Attachment(
        name="cancelled.ics" if method == "CANCEL" else "booking.ics",
        media_type=f"text/calendar; method={method}; charset=utf-8",
        content=_calendar(booking, method, now),
    )


def calendar_of_booking(booking: Booking, now: datetime) -> bytes:
    """The same entry for the booking's own page, where nobody is invited and no answer is awaited."""
    return _calendar(booking, "CANCEL" if _is_over(booking) else "PUBLISH", now)


def _is_over(booking: Booking) -> bool:
    return booking.state not in {
        BookingState.CONFIRMED, BookingState.OFFERED, BookingState.WAITLISTED, BookingState.REQUESTED
    }


def _method(booking: Booking) -> str:
    return "CANCEL" if _is_over(booking) else "REQUEST"


def _calendar(booking: Booking, method: str, now: datetime) -> bytes:
    calendar = empty_calendar(method)
    for turn, part in enumerate(parts_to_enter(booking.session), 1):
        calendar.add_component(_entry(booking, part, turn, method, now))
    content: bytes = calendar.to_ical()
    return content


def _entry(booking: Booking, part: SessionPart, turn: int, method: str, now: datetime) -> Event:
    base_url = settings().base_url
    address = f"{base_url}/bookings/{booking.code}"
    sure = booking.state is BookingState.CONFIRMED
    event = entry_of(part)
    event.add("uid", uid_of(booking, turn))
    event.add("sequence", booking.calendar_sequence)
    event.add("dtstamp", now)
    event.add("summary", f"{_title(booking)}{booking.session.course.title}")
    event.add("description", description_of(booking.session, address))
    event.add("url", address)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED" if sure else "TENTATIVE")
    event.add("transp", "OPAQUE" if sure and not part.is_self_paced else "TRANSPARENT")
    event.add("organizer", _organiser())
    if method != "PUBLISH" and booking.person.email:
        event.add("attendee", _invited(booking, sure), encode=False)
    return event


def uid_of(booking: Booking, turn: int = 1) -> str:
    """The entry's name for ever. A session of several days has an entry for each: standards know no other way."""
    host = urlsplit(settings().base_url).hostname
    return f"booking-{booking.code}{'' if turn == 1 else f'-{turn}'}@{host}"


def _title(booking: Booking) -> str:
    if _is_over(booking):
        return "Cancelled: "
    return TITLES.get(booking.state, "Waiting for a place: ")


def _organiser() -> vCalAddress:
    organiser = vCalAddress(f"mailto:{sender_address()}")
    organiser.params["CN"] = vText(settings().site.name)
    return organiser


def _invited(booking: Booking, sure: bool) -> vCalAddress:
    invited = vCalAddress(f"mailto:{booking.person.email}")
    invited.params["CN"] = vText(booking.person.name)
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("ACCEPTED" if sure else "TENTATIVE")
    invited.params["RSVP"] = vText("FALSE")
    return invited
