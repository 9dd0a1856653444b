"""What the office's pages say of sessions: places and registers in words, warnings, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from training_app.bookings.rules import Places, PlacesChanged
from training_app.bookings.wording import tell_yourself
from training_app.clock import LOCAL_ZONE
from training_app.programme.rules.missing import Lacking, missing_facts
from training_app.programme.rules.parts import EARLIEST_START, in_the_afternoon, unusual_about_times
from training_app.programme.rules.sessions import (
    NOTHING,
    PART,
    SessionStatus,
    clock_change,
    unusual_about_day,
)
from training_app.words.dates import long_date, short_date
from training_app.words.numbers import counted
from training_app.words.times import clock_time, time_range
from training_app.working_time import bank_holiday

if TYPE_CHECKING:
    from training_app.office.queries import Line
    from training_app.programme.models import TrainingSession


def places_in_words(places: Places) -> str:
    """18 of 24 taken · Full, 3 waiting"""
    waiting = f", {places.waiting:,} waiting" if places.waiting else ""
    if places.held > places.capacity:
        return f"{places.held:,} in {counted(places.capacity, 'place')}, overbooked{waiting}"
    if not places.free:
        return f"Full: {places.held:,} of {places.capacity:,}{waiting}"
    return f"{places.held:,} of {places.capacity:,} taken{waiting}"


def places_of_session(session: TrainingSession, places: Places, now: datetime) -> str:
    """The same; of a cancelled session nobody holds any, and nobody can take one.

    Of one that was held and booked elsewhere nobody knows here how many were taken.
    """
    if session.is_cancelled:
        return f"{counted(places.capacity, 'place')}, given back when it was cancelled"
    if session.is_over(now) and not session.is_draft and not places.people:
        return f"{counted(places.capacity, 'place')}, no bookings kept here"
    return places_in_words(places)


def letters_in_words(people: int) -> str:
    """Letters went to 2 people."""
    return f"Letters went to {counted(people, 'person', 'people')}." if people else ""


def places_changed_in_words(change: PlacesChanged) -> str:
    """3 more places: 3 people on the waiting list have been offered one. Letters went to 2 people. Tell … yourself."""
    if not change.more:
        return "Saved. The number of places is as it was."
    one, several = ("more place", "more places") if change.more > 0 else ("place fewer", "places fewer")
    said = counted(abs(change.more), one, several)
    if change.offered:
        who = counted(change.offered, "person on the waiting list has", "people on the waiting list have")
        told = letters_in_words(change.written_to), tell_yourself(change.without_email)
        return " ".join([f"{said}: {who} been offered one.", *filter(None, told)])
    letters = letters_in_words(change.written_to)
    return f"{said}." + (f" {letters}" if letters else " Nobody was offered one." if change.more > 0 else "")


FILLED_IN_ON: Mapping[Lacking, tuple[str, str]] = {
    Lacking.VENUE: ("A venue", "staff.part"),
    Lacking.PROVIDER: ("A provider", "staff.about"),
    Lacking.PRIORITY: ("A priority of the business plan", "staff.priorities"),
    Lacking.JOINING: ("How to join online", "staff.joining"),
}


@dataclass(frozen=True)
class Missing:
    """A fact that a session lacks, and the page on which it is filled in."""

    what: str
    endpoint: str
    part_id: int | None = None


def missing_of(session: TrainingSession) -> list[Missing]:
    """What a session that is about to be published does not say yet, as the page names it."""
    positions = {part.id: part.position for part in session.parts} if len(session.parts) > 1 else {}
    missing = []
    for one in missing_facts(session):
        what, endpoint = FILLED_IN_ON[one.fact]
        position = positions.get(one.part_id) if one.part_id else None
        missing.append(Missing(f"{what} for part {position}" if position else what, endpoint, one.part_id))
    return missing


def warnings_of(session: TrainingSession, today: date) -> list[str]:
    """What is worth a second look before people are told of the days. A session that is over is as it was."""
    if session.is_cancelled or (
        session.status is SessionStatus.PUBLISHED and session.last_day < today
    ):
        return []
    days = sorted({part.on_day for part in session.dated_parts if part.on_day})
    hours = dict.fromkeys((part.starts_at, part.ends_at) for part in session.dated_parts)
    return [
        *(warning for day in days for warning in warnings_about(day, today)),
        *(warning for starts_at, ends_at in hours for warning in warnings_about_times(starts_at, ends_at)),
    ]


def warnings_about_times(starts_at: time | None, ends_at: time | None) -> list[str]:
    """1:30am to 4:30am: it starts at 1:30am, before 7am. If the afternoon is meant, that is 1:30pm."""
    if starts_at is None or ends_at is None:
        return []
    said = unusual_about_times(starts_at, ends_at)
    later = f" If the afternoon is meant, that is {clock_time(in_the_afternoon(starts_at))}."
    return [f"{time_range(starts_at, ends_at)}: it {one}.{later if starts_at < EARLIEST_START else ''}" for one in said]


def warnings_about(day: date, today: date) -> list[str]:
    """Monday 5 April 2027 is a bank holiday (Easter Monday)."""
    holiday = bank_holiday(day)
    named = {day: holiday} if holiday else {}
    before, after = (datetime.combine(day, hour, LOCAL_ZONE).utcoffset() for hour in (time(0), time(12)))
    assert before is not None and after is not None
    said = unusual_about_day(day, today, named, clock_change(before, after))
    return [f"{_named_once(day, one)} {one}." for one in said]


def _named_once(day: date, said: str) -> str:
    """The day, without its weekday where that is what is said of it: “27 March 2027 is a Saturday”."""
    return short_date(day) if said == f"is a {day:%A}" else long_date(day)


@dataclass(frozen=True)
class Happened:
    """One act in the history of a session, for people."""

    what: str
    at: datetime
    by: str
    details: Sequence[str]


ACTS: Mapping[str, str] = {
    "session_drafted": "Drafted",
    "session_copied": "Drafted as a copy",
    "session_changed": "Changed",
    "session_published": "Published",
    "session_cancelled": "Cancelled",
    "session_changed_by_import": "Changed by a programme file",
    "session.change_told": "People told of the change",
    "evaluation.code_made": "Code for the room made",
    "evaluation.alarm_raised": "Feedback to look at",
    "evaluation.alarm_looked_at": "Feedback looked at",
    "completions.settled": "Learning records written",
    "register.marked": "Register marked",
    "register.rest_taken_back": "“Everyone else” on the register undone",
    "register.walk_in_added": "Walk-in added to the register",
    "register.number_stated": "Number of people stated",
}
# How a programme file's fields are called on the pages.
FIELDS = {
    "last_day": "Last day", "strand": "Kind of training", "format": "Way of taking part", "capacity": "Places",
    "provider": "Provider", "counts_in_programme": "Counts in the programme", "evaluation_mode": "Evaluation",
    "headcount": "Headcount", "no_data_reason": "Why there is no data", "priority_text": "Priority as stated",
    "priorities": "Priorities", "source": "Source", "note": "Note for staff", "position": "Part",
    "on_day": "Day", "starts_at": "Start", "ends_at": "End", "venue": "Venue", "copied_from": "Copied from session",
    "what": "What they were told", "bookings": "Bookings", "written_to": "People written to", "why": "Why",
    "odd": "What was odd", "joined": "Answers by a feedback code joined with those from before",
}


def history_in_words(lines: Sequence[Line], names: Mapping[int, str]) -> list[Happened]:
    """Every line as a sentence; trainers, whom the audit knows by number, by name: see `numbers_of_trainers`."""
    return [
        Happened(
            what=ACTS.get(line.entry.action, line.entry.action.replace("_", " ").replace(".", " ").capitalize()),
            at=line.entry.at,
            by=line.actor,
            details=[_detail(name, value, names) for name, value in line.entry.detail.items()],
        )
        for line in lines
    ]


def numbers_of_trainers(lines: Sequence[Line]) -> set[int]:
    given = [value for line in lines for value in line.entry.detail.get("Trainers", [])]
    return {int(word) for value in given for word in str(value).split() if word.isdigit()}


def _detail(name: str, value: object, names: Mapping[int, str]) -> str:
    label = FIELDS.get(name, name if name[:1].isupper() else name.replace("_", " ").capitalize())
    if isinstance(value, list) and len(value) == 2:
        was, is_now = (_plain(one, names if name == "Trainers" else {}) for one in value)
        if name.startswith(PART) and NOTHING in {was, is_now}:
            return f"Added: {is_now}" if was == NOTHING else f"Removed: {was}"
        return f"{label}: was {was}, now {is_now}"
    return f"{label}: {_plain(value, {})}"


def _plain(value: object, names: Mapping[int, str]) -> str:
    if value is None or value == "" or value == []:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(one, names) for one in value)
    words = str(value)
    if names and words != "none":
        return ", ".join(names.get(int(one), "someone") for one in words.split() if one.isdigit())
    return words
