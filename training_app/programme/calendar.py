"""Sessions as a calendar that phones and desktop programs read. Times are local, with their zone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from training_app.clock import LOCAL_ZONE
from training_app.programme.models import SessionPart, TrainingSession


def calendar_of(sessions: Iterable[TrainingSession], *, name: str, base_url: str) -> bytes:
    """One entry per dated part; where there is none, one for the days there are.

    An entry keeps its UID when the session changes, and its SEQUENCE rises, so that calendars follow. Every time in it
    is that of the last change: what did not change is the same file whenever it is asked for.
    """
    calendar = empty_calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for session in sessions:
        for part in parts_to_enter(session):
            calendar.add_component(_event(session, part, base_url))
    return as_file(calendar)


def empty_calendar(method: str) -> Calendar:
    """A calendar that holds no entry yet; what to do with it is its method."""
    calendar = Calendar()
    calendar.add("prodid", "-//Safeguarding children training//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def as_file(calendar: Calendar) -> bytes:
    """The calendar as it is sent, with our zone before its entries."""
    content: bytes = calendar.to_ical()
    head, first, rest = content.partition(b"\r\nBEGIN:VEVENT\r\n")
    if not first:
        head, first, rest = content.partition(b"\r\nEND:VCALENDAR\r\n")
    return head + b"\r\n" + _local_zone().removesuffix(b"\r\n") + first + rest


@cache
def _local_zone() -> bytes:
    """Europe/London by its rule: a list of dates instead of the rule is not read by every desktop program.

    Written once: it is the same in every file, and longer than an entry.
    """
    zone = Timezone()
    zone.add("tzid", LOCAL_ZONE.key)
    for kind, name, start, before, after, month in (
        (TimezoneDaylight, "BST", datetime(1981, 3, 29, 1), 0, 1, 3),  # noqa: DTZ001 (a zone begins at a local time)
        (TimezoneStandard, "GMT", datetime(1996, 10, 27, 2), 1, 0, 10),  # noqa: DTZ001
    ):
        rule = kind()
        rule.add("tzname", name)
        rule.add("dtstart", start)
        rule.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        rule.add("tzoffsetfrom", timedelta(hours=before))
        rule.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(rule)
    lines: bytes = zone.to_ical()
    return lines


def _event(session: TrainingSession, part: SessionPart, base_url: str) -> Event:
    cancelled = session.is_cancelled
    address = f"{base_url}/sessions/{session.id}"
    event = entry_of(part)
    event.add("uid", f"session-part-{part.id}@{urlsplit(base_url).hostname}")
    event.add("sequence", session.revision)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("summary", f"{'Cancelled: ' if cancelled else ''}{session.course.title}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if part.is_self_paced:
        event.add("transp", "TRANSPARENT")
    event.add("description", description_of(session, address))
    event.add("url", address)
    return event


def parts_to_enter(session: TrainingSession) -> list[SessionPart]:
    """The dated parts; of e-learning alone its first part, which stands for the whole."""
    return session.dated_parts or session.parts[:1]


def first_day_of(part: SessionPart) -> date:
    """The day an entry of it is on, or begins."""
    return part.on_day or part.session.first_day


def whole_day(day: date, until: date | None = None) -> Event:
    """An entry for the whole of a day, or of all from this day to another."""
    event = Event()
    event.add("dtstart", day)
    event.add("dtend", (until or day) + timedelta(days=1))
    return event


def entry_of(part: SessionPart) -> Event:
    """When and where a part is; whoever sends it says whose entry it is and what it means.

    E-learning has an entry only where there is nothing else: for whole days, from the first to the last.
    """
    if part.on_day is None or part.starts_at is None or part.ends_at is None:
        return whole_day(part.session.first_day, part.session.last_day)
    event = Event()
    event.add("dtstart", datetime.combine(part.on_day, part.starts_at, LOCAL_ZONE))
    event.add("dtend", datetime.combine(part.on_day, part.ends_at, LOCAL_ZONE))
    if part.venue:
        event.add("location", part.venue.name)
    return event


def description_of(session: TrainingSession, address: str) -> str:
    """What an entry says besides its title, ending with the address where more is."""
    said = [session.course.summary] if session.course.summary else []
    if session.is_self_paced:
        said.append("This is e-learning, to do at your own pace on these days.")
    elif any(part.is_self_paced for part in session.parts):
        said.append("There is e-learning to do first, at your own pace.")
    return "\n\n".join([*said, address])
