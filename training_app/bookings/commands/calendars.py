"""Which entries of a person's own calendar the letters of an act put in, change and take out.

One entry to a letter, because some programs read no more of one. What letters put in is kept, so that what is gone
since is taken out by its name.
"""

from dataclasses import dataclass
from datetime import datetime

from training_app.bookings.calendar import invitation, uid_of
from training_app.bookings.models import Booking, CalendarEntry
from training_app.outbox.attachments import Attachment
from training_app.programme.calendar import first_day_of, parts_to_enter
from training_app.programme.models import SessionPart


@dataclass(frozen=True)
class Sending:
    """An entry that a letter takes along; without a part it is of a day that is gone."""

    entry: CalendarEntry
    part: SessionPart | None
    attachment: Attachment


def entries_to_send(booking: Booking, now: datetime) -> list[Sending]:
    """Bring what is kept up to what the letters will say: the days there are, in order, then those that are gone."""
    parts = [] if booking.is_over else parts_to_enter(booking.session)
    entered = [_entered(booking, part) for part in parts]
    gone = [entry for entry in booking.calendar_entries if entry.stands and entry not in entered]
    brought = [
        Sending(entry, part, invitation(booking, entry, part, now))
        for entry, part in zip(entered, parts, strict=True)
    ]
    return [*brought, *(take_out(entry, now) for entry in gone)]


def take_out(entry: CalendarEntry, now: datetime) -> Sending:
    """It stands in no calendar any more once this has arrived."""
    entry.stands = False
    part = next((one for one in parts_to_enter(entry.booking.session) if one.id == entry.part_id), None)
    return Sending(entry, part, invitation(entry.booking, entry, part, now))


def _entered(booking: Booking, part: SessionPart) -> CalendarEntry:
    entry = next((one for one in booking.calendar_entries if one.part_id == part.id), None)
    if entry is None:
        entry = CalendarEntry(part_id=part.id, uid=uid_of(booking, part))
        booking.calendar_entries.append(entry)
    entry.on_day, entry.stands = first_day_of(part), True
    return entry
