"""A session, course, venue or provider as words by name: what a form shows, what the audit compares.

A form carries these values along. When they are no longer those of the row, somebody else was there meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest

from training_app.errors import Refused
from training_app.programme.models import Course, Priority, Provider, SessionPart, TrainingSession, Venue
from training_app.programme.rules.sessions import NOTHING, PART, EvaluationMode, PartKind
from training_app.words.dates import long_date, short_date
from training_app.words.names import same_name
from training_app.words.times import clock_time, time_range

Snapshot = Mapping[str, str]
NOTE = "Note for staff"
KINDS = {
    PartKind.IN_PERSON: "in person",
    PartKind.ONLINE: "live online",
    PartKind.E_LEARNING: "e-learning, at one’s own pace",
}
EVALUATIONS = {
    EvaluationMode.STANDARD: "Standard: three ratings before and after, and a few words",
    EvaluationMode.SEPARATE: "Separate: with a form of its own, outside this service",
    EvaluationMode.NONE: "No evaluation",
}


@dataclass(frozen=True)
class Difference:
    """One value that is not what it was."""

    name: str
    was: str
    is_now: str


class ChangedMeanwhile(Refused):
    """Somebody else changed what a form shows since it was opened."""

    def __init__(self, differences: list[Difference], is_now: Snapshot) -> None:
        super().__init__("Someone else changed this while you had it open. Nothing of yours is saved yet.")
        self.differences, self.is_now = differences, is_now


def differences(was: Snapshot, is_now: Snapshot) -> list[Difference]:
    """What differs by name. A part that only moved up or down among the others is still the same part."""
    names = [*is_now, *(name for name in was if name not in is_now)]
    return [
        *_differences_of_parts(was, is_now),
        *(
            Difference(name, was.get(name, NOTHING), is_now.get(name, NOTHING))
            for name in names
            if not name.startswith(PART) and was.get(name, NOTHING) != is_now.get(name, NOTHING)
        ),
    ]


def _differences_of_parts(was: Snapshot, is_now: Snapshot) -> Iterator[Difference]:
    left = {name: words for name, words in was.items() if name.startswith(PART)}
    new = []
    for name, words in is_now.items():
        if not name.startswith(PART):
            continue
        same = next((one for one, were in left.items() if were == words), None)
        if same is None:
            new.append((name, words))
        else:
            del left[same]
    for (name, words), were in zip_longest(new, left.items(), fillvalue=("", NOTHING)):
        yield Difference(name or were[0], were[1], words)


def changes(was: Snapshot, is_now: Snapshot) -> dict[str, list[str]]:
    """The same as the audit keeps it."""
    return {one.name: [one.was, one.is_now] for one in differences(was, is_now)}


def changes_in_words(was: Snapshot, is_now: Snapshot) -> str:
    """The same for those who are told of it: Part 1 was: … It is now: …"""
    said = []
    for one in differences(was, is_now):
        if one.is_now == NOTHING:
            said.append(f"{one.name} ({one.was}) falls away.")
        elif one.was == NOTHING:
            said.append(f"{one.name} is new: {one.is_now}.")
        else:
            said.append(f"{one.name} was: {one.was}. It is now: {one.is_now}.")
    return " ".join(said)


def refuse_if_changed(seen: Snapshot, is_now: Snapshot) -> None:
    """Raises ChangedMeanwhile where a row is no longer as the form showed it."""
    found = differences(seen, is_now)
    if found:
        raise ChangedMeanwhile(found, is_now)


def course_snapshot(course: Course) -> dict[str, str]:
    return {"Title": course.title, "Summary": course.summary or NOTHING}


def venue_snapshot(venue: Venue) -> dict[str, str]:
    return {
        "Name": venue.name,
        "Council area": venue.area.label if venue.area else NOTHING,
        "Online room": "Yes" if venue.is_online else "No",
        "Address": venue.address or NOTHING,
    }


def provider_snapshot(provider: Provider) -> dict[str, str]:
    return {"Name": provider.name, "Closed on": short_date(provider.ended_on) if provider.ended_on else NOTHING}


def about_snapshot(session: TrainingSession) -> dict[str, str]:
    return {
        "Course": session.course.title,
        "Kind of training": session.strand.label,
        "Provider": session.provider.name if session.provider else NOTHING,
        "Evaluation": EVALUATIONS[session.evaluation_mode],
        "Counts in the programme": "Yes" if session.counts_in_programme else "No, beside it",
        NOTE: session.note or NOTHING,
    }


def about_to_read(session: TrainingSession, now: datetime) -> dict[str, str]:
    """What it is, on a page."""
    return about_snapshot(session) | {NOTE: note_to_read(session, now) or NOTHING}


def note_to_read(session: TrainingSession, now: datetime) -> str:
    """The note for staff. One that only says why there is no data says nothing of a session to come or cancelled."""
    nobody_came = session.is_cancelled or not session.is_over(now)
    return "" if nobody_came and session.note == session.no_data_reason else session.note


def priorities_not_matched(session: TrainingSession) -> str:
    """The words of the programme file, where they name anything that is not among the session's priorities."""
    names = {same_name(one.name) for one in session.priorities}
    stated = {same_name(one) for one in session.priority_text.split(";")}
    return "" if stated <= names else session.priority_text


def part_snapshot(part: SessionPart) -> dict[str, str]:
    if part.on_day is None or part.starts_at is None or part.ends_at is None:
        return {"Way": KINDS[part.kind]}
    return {
        "Way": KINDS[part.kind],
        "Day": long_date(part.on_day),
        "Start": clock_time(part.starts_at),
        "End": clock_time(part.ends_at),
        "Venue": part.venue.name if part.venue else NOTHING,
    }


def part_in_words(part: SessionPart) -> str:
    """Thursday 23 May 2024, 9:30am to 4pm, in person, City Hall"""
    venue = part.venue.name if part.venue else ""
    return as_a_part(part.kind, part.on_day, part.starts_at, part.ends_at, venue)


def as_a_part(kind: PartKind, on_day: date | None, starts: time | None, ends: time | None, venue: str) -> str:
    """The same of one that is not stored yet."""
    if on_day is None or starts is None or ends is None:
        return KINDS[kind]
    return ", ".join([long_date(on_day), time_range(starts, ends), KINDS[kind], *([venue] if venue else [])])


def parts_snapshot(session: TrainingSession) -> dict[str, str]:
    return {f"{PART}{part.position}": part_in_words(part) for part in session.parts}


def priorities_snapshot(chosen: Iterable[Priority]) -> dict[str, str]:
    return {"Priorities": ", ".join(one.name for one in chosen) or "none"}


def places_snapshot(session: TrainingSession) -> dict[str, str]:
    return {"Places": str(session.capacity)}


def joining_snapshot(session: TrainingSession) -> dict[str, str]:
    return {"How to join": session.joining or NOTHING}


def trainers_snapshot(user_ids: Iterable[int]) -> dict[str, str]:
    """By number: the audit names nobody. Pages look the names up."""
    return {"Trainers": " ".join(str(one) for one in sorted(user_ids)) or "none"}
