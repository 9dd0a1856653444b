"""A booking in the person's own calendar: an entry for each day, which every later letter changes or takes out."""

from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Event, vCalAddress, vText

from training_app.bookings.models import Booking, CalendarEntry
from training_app.bookings.rules import BookingState
from training_app.installation import settings
from training_app.outbox.attachments import Attachment
from training_app.outbox.sender import sender_address
from training_app.programme.calendar import (
    as_file,
    description_of,
    empty_calendar,
    entry_of,
    parts_to_enter,
    whole_day,
)
from training_app.programme.models import SessionPart

# What a state is in a calendar. A place that is not sure yet keeps the time only lightly.
CANCELLED = "Cancelled: "
TITLES = {BookingState.CONFIRMED: "", BookingState.OFFERED: "Place offered: "}


def invitation(booking: Booking, entry: CalendarEntry, part: SessionPart | None, now: datetime) -> Attachment:
    """The attachment of a letter: it puts one entry in, changes it, or takes it out where it stands no more."""
    method = "REQUEST" if entry.stands else "CANCEL"
    event = entry_of(part) if part else whole_day(entry.on_day)
    is_sure = booking.state is BookingState.CONFIRMED and entry.stands
    _describe(event, booking, entry.uid, method, now)
    event.add("transp", "OPAQUE" if is_sure and part and not part.is_self_paced else "TRANSPARENT")
    event.add("attendee", _invited(booking, is_sure), encode=False)
    calendar = empty_calendar(method)
    calendar.add_component(event)
    return Attachment(
        name="booking.ics" if entry.stands else "cancelled.ics",
        media_type=f"text/calendar; method={method}; charset=utf-8", content=as_file(calendar),
    )


def calendar_of_booking(booking: Booking, now: datetime) -> bytes:
    """All its days in one file for the booking's own page, where nobody is invited and no answer is awaited."""
    method = "CANCEL" if booking.is_over else "PUBLISH"
    calendar = empty_calendar(method)
    names = {entry.part_id: entry.uid for entry in booking.calendar_entries}
    for part in parts_to_enter(booking.session):
        event = entry_of(part)
        is_sure = booking.state is BookingState.CONFIRMED
        _describe(event, booking, names.get(part.id) or uid_of(booking, part), method, now)
        event.add("transp", "OPAQUE" if is_sure and not part.is_self_paced else "TRANSPARENT")
        calendar.add_component(event)
    return as_file(calendar)


def _describe(event: Event, booking: Booking, uid: str, method: str, now: datetime) -> None:
    base_url = settings().base_url
    address = f"{base_url}/bookings/{booking.code}"
    sure = booking.state is BookingState.CONFIRMED
    event.add("uid", uid)
    event.add("sequence", booking.calendar_sequence)
    event.add("dtstamp", now)
    event.add("summary", f"{CANCELLED if method == 'CANCEL' else _title(booking)}{booking.session.course.title}")
    event.add("description", description_of(booking.session, address))
    event.add("url", address)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED" if sure else "TENTATIVE")
    event.add("organizer", _organiser())


def uid_of(booking: Booking, part: SessionPart) -> str:
    """The name of a day that no letter has put into a calendar yet: it is the part's, whatever its day and turn."""
    return f"booking-{booking.code}-part-{part.id}@{urlsplit(settings().base_url).hostname}"


def _title(booking: Booking) -> str:
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
