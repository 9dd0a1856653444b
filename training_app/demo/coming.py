"""A coming half-year of sessions, and some just held, made up from today's date: a day gives the same rows.

The rows have the columns of a programme file, so that they go in by the same door.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from training_app.programme.files.rows import COLUMNS
from training_app.working_time import is_working_day

COMING, HELD = 40, 8
MADE_UP = "Made up for the demonstration"
PLAN_STARTS, PLAN_ENDS = (
    date(2025, 4, 1),
    date(2027, 3, 31),
)  # The business plan whose priorities are named here.
NO_PRIORITY = "Core / business as usual"
POOL = "LLR SCP training pool"
TEAMS = "MS Teams"
CITY, COUNTY, RUTLAND, HALL = (
    "City Hall, Leicester",
    "County Hall, Glenfield",
    "Oakham, Rutland",
    "Loughborough (church hall)",
)


@dataclass(frozen=True)
class Way:
    """Where and at what hours a course is run."""

    format: str
    venue: str
    start: str
    end: str


@dataclass(frozen=True)
class Offer:
    """A course of the demonstration, and the ways it is run in turn."""

    title: str
    kind: str
    priority: str
    capacity: int
    ways: tuple[Way, ...]
    provider: str = POOL


MORNING_ONLINE = Way("online", TEAMS, "09:30", "12:30")
EVENING_ONLINE = Way("online", TEAMS, "18:00", "20:30")
TWILIGHT_ONLINE = Way("online", TEAMS, "16:00", "18:00")
OFFERS = (
    Offer(
        "Designated Safeguarding Lead (DSL) Initial",
        "dsl_initial",
        NO_PRIORITY,
        24,
        (
            Way("blended_two_part", TEAMS, "09:30", "12:30"),
            Way("in_person", RUTLAND, "09:30", "16:00"),
            Way("online", TEAMS, "18:00", "21:00"),
            Way("in_person", CITY, "09:30", "16:00"),
        ),
    ),
    Offer(
        "Core Awareness in Safeguarding Children and Young People",
        "core",
        NO_PRIORITY,
        30,
        (MORNING_ONLINE, Way("in_person", CITY, "13:30", "16:30"), EVENING_ONLINE),
    ),
    Offer(
        "Neglect (including the Neglect Toolkit)",
        "core",
        "Neglect",
        24,
        (Way("in_person", COUNTY, "09:30", "12:30"), MORNING_ONLINE),
    ),
    Offer(
        "Signs of Safety (short course)", "core", NO_PRIORITY, 30, (Way("online", TEAMS, "18:00", "20:00"),)
    ),
    Offer(
        "An Introduction to Child Exploitation",
        "core",
        "Harm Outside the Home",
        24,
        (Way("in_person", CITY, "09:30", "13:00"), Way("in_person", RUTLAND, "18:00", "20:30")),
    ),
    Offer(
        "Multi Agency Working Together",
        "core",
        NO_PRIORITY,
        24,
        (Way("in_person", COUNTY, "09:30", "16:00"), Way("in_person", CITY, "09:30", "16:00")),
    ),
    Offer(
        "Designated Safeguarding Lead (DSL) Refresher",
        "dsl_refresher",
        NO_PRIORITY,
        24,
        (EVENING_ONLINE, Way("in_person", HALL, "09:30", "12:30"), TWILIGHT_ONLINE),
    ),
    Offer(
        "Recognising and responding to child sexual abuse",
        "commissioned",
        "Child Sexual Abuse",
        30,
        (Way("in_person", COUNTY, "09:30", "13:00"), MORNING_ONLINE),
        "A commissioned provider",
    ),
    Offer(
        "The Voice of the Child",
        "core",
        "Belonging",
        24,
        (MORNING_ONLINE, Way("in_person", RUTLAND, "09:30", "12:30")),
    ),
    Offer(
        "Working Together to Achieve an Effective Referral",
        "core",
        NO_PRIORITY,
        30,
        (Way("online", TEAMS, "10:00", "12:30"), Way("in_person", HALL, "18:00", "20:30")),
    ),
    Offer("Curious Practitioner", "briefing", "Neglect; Harm Outside the Home", 300, (TWILIGHT_ONLINE,)),
    Offer(
        "Safeguarding Disabled Children",
        "core",
        "Belonging",
        24,
        (Way("in_person", CITY, "09:30", "12:30"), Way("online", TEAMS, "13:30", "16:30")),
    ),
    Offer(
        "Children's Mental Health and Safeguarding",
        "commissioned",
        NO_PRIORITY,
        24,
        (Way("online", TEAMS, "09:30", "12:30"), Way("in_person", CITY, "13:00", "16:00")),
        "A commissioned provider",
    ),
    Offer(
        "Engaging Fathers and Male Carers in Effective Practice",
        "core",
        "Belonging",
        24,
        (Way("online", TEAMS, "10:00", "12:00"),),
    ),
)
CONFERENCE = Offer(
    "Conference on Belonging",
    "conference",
    "Belonging",
    200,
    (Way("in_person", CITY, "09:30", "16:00"),),
    "LLR SCP Business Offices",
)
Record = dict[str, str]


def coming_half_year(today: date) -> list[Record]:
    """About forty sessions on working days of the next six months."""
    days = _spread(_working_days(today + timedelta(days=3), today + timedelta(days=182)), COMING)
    rows = [_record(*_offer(turn), day, "not held yet") for turn, day in enumerate(days)]
    # The year's large event stands in the place of one session near the middle.
    middle = len(days) // 2
    rows[middle] = _record(CONFERENCE, CONFERENCE.ways[0], days[middle], "not held yet")
    return rows


def recently_held(today: date) -> list[Record]:
    """Sessions of the last eight weeks, of which nobody has said yet who came."""
    days = _spread(_working_days(today - timedelta(days=56), today - timedelta(days=1)), HELD)
    return [_record(*_offer(turn), day, "register not returned yet") for turn, day in enumerate(days)]


def as_file(rows: Sequence[Record]) -> str:
    """The rows as the text of a programme file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _offer(turn: int) -> tuple[Offer, Way]:
    """The courses take turns, and each time one comes round it is run in its next way."""
    times_round, place = divmod(turn, len(OFFERS))
    offer = OFFERS[place]
    return offer, offer.ways[times_round % len(offer.ways)]


def _record(offer: Offer, way: Way, day: date, why_no_data: str) -> Record:
    return {
        "course_title": offer.title,
        "course_type": offer.kind,
        "session_date": day.isoformat(),
        "start": way.start,
        "end": way.end,
        "format": way.format,
        "venue": way.venue,
        "priority": offer.priority if PLAN_STARTS <= day <= PLAN_ENDS else NO_PRIORITY,
        "provider": offer.provider,
        "capacity": str(offer.capacity),
        "attendees": "",
        "source": "demonstration",
        "note": f"No data: {why_no_data}. {MADE_UP}",
    }


def _working_days(first: date, last: date) -> list[date]:
    """Monday to Friday without bank holidays, and without the days between Christmas and New Year."""
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    return [day for day in days if is_working_day(day) and not (day.month == 12 and day.day > 23)]


def _spread(days: Sequence[date], number: int) -> list[date]:
    """So many of these days, evenly apart."""
    return [days[turn * len(days) // number] for turn in range(min(number, len(days)))]
