"""What pages and letters say of a session: when, where, what kind. For people, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import TYPE_CHECKING

from training_app.programme.rules.missing import Lacking
from training_app.programme.rules.parts import minutes_together
from training_app.programme.rules.sessions import PartKind, TimeOfDay, time_of_day
from training_app.words.dates import long_date
from training_app.words.numbers import counted
from training_app.words.times import clock_time, minutes_in_words, time_range

if TYPE_CHECKING:
    from training_app.programme.models import Described, SessionPart, TrainingSession, Venue

SELF_PACED = "at your own pace"
WITHOUT: Mapping[Lacking, str] = {
    Lacking.VENUE: "no venue",
    Lacking.PROVIDER: "no provider",
    Lacking.PRIORITY: "no priority of the business plan",
    Lacking.JOINING: "no note on how to join online",
}


def _window(session: TrainingSession) -> str:
    """Thursday 10 June 2027 to Wednesday 30 June 2027; one day alone where there is no more"""
    if session.first_day == session.last_day:
        return long_date(session.first_day)
    return f"{long_date(session.first_day)} {_until(session)}"


def _until(session: Described) -> str:
    return f"to {long_date(session.last_day)}"


def hours_of(session: Described) -> str:
    """9:30am to 4pm, from the first start of a day to its last end; of several days, the first.

    Of e-learning alone, the days there are for it.
    """
    if session.is_self_paced:
        until = f", {_until(session)}" if session.last_day > session.first_day else ""
        return f"{SELF_PACED.capitalize()}{until}"
    first = min(part.on_day for part in session.dated_parts if part.on_day)
    that_day = [part for part in session.dated_parts if part.on_day == first]
    starts = min(part.starts_at for part in that_day if part.starts_at)
    return time_range(starts, max(part.ends_at for part in that_day if part.ends_at))


def when_of(session: TrainingSession) -> str:
    """Thursday 23 May 2024, 9:30am to 4pm; or, of e-learning alone, from when until when"""
    if session.is_self_paced:
        return f"{_window(session)}, {SELF_PACED}"
    days: dict[date, time] = {}
    for part in session.dated_parts:
        if part.on_day and part.starts_at:
            days[part.on_day] = min(part.starts_at, days.get(part.on_day, part.starts_at))
    (first, starts), *others = sorted(days.items())
    if not others:
        return f"{long_date(first)}, {hours_of(session)}"
    if all(hour == starts for _, hour in others):
        return f"{counted(len(days), 'day')} from {long_date(first)}, starting at {clock_time(starts)}"
    each = [f"{long_date(day)} from {clock_time(hour)}" for day, hour in sorted(days.items())]
    return f"{', '.join(each[:-1])} and {each[-1]}"


def venues_to_find(session: TrainingSession) -> list[Venue]:
    """The places people go to that have an address, each once."""
    venues = dict.fromkeys(part.venue for part in session.parts if part.venue and part.kind is PartKind.IN_PERSON)
    return [venue for venue in venues if venue.address]


def place_of(session: Described) -> str:
    """Where, as it stands behind the time: “online”, “City Hall, Leicester”."""
    if session.is_self_paced:
        return "e-learning"
    dated = session.dated_parts
    names = dict.fromkeys(part.venue.name for part in dated if part.venue and part.kind is PartKind.IN_PERSON)
    words = [*names]
    if not words and any(part.kind is PartKind.IN_PERSON for part in dated):
        words.append("place not stated")
    if any(part.kind is PartKind.ONLINE for part in dated):
        words.append("online")
    place = " and ".join(words)
    return f"{place}, with e-learning to do first" if len(session.parts) > len(dated) else place


def kind_of(session: Described) -> str:
    """The strand in one short word, as on a tag."""
    return "DSL" if session.strand.is_dsl else session.strand.label


def tags_of(session: Described) -> list[str]:
    """The labels under a session's title; sessions after the working day first."""
    hour = time_of_day(session.starts_at)
    is_late = hour in {TimeOfDay.EVENING, TimeOfDay.TWILIGHT} and not session.is_self_paced
    late = [hour.value.capitalize()] if is_late else []
    parts = [counted(len(session.parts), "part")] if len(session.parts) > 1 else []
    return [*late, kind_of(session), *parts]


def part_heading(part: SessionPart) -> str:
    """What a part is, and how long it takes where that is known."""
    if part.on_day is None or part.starts_at is None or part.ends_at is None:
        return f"Part {part.position}: e-learning, at your own pace"
    kind = "live online" if part.kind is PartKind.ONLINE else "in person"
    return f"Part {part.position}: {kind}, {_length([part])}"


def length_of(session: TrainingSession) -> str:
    """How long its dated parts take together: 2 hours 30 minutes"""
    if session.is_self_paced:
        return "As long as you need"
    return _length(session.parts)


def _length(parts: Iterable[SessionPart]) -> str:
    return minutes_in_words(minutes_together(parts) or 0)


def part_when(part: SessionPart, first_day: date) -> str:
    if part.on_day is None or part.starts_at is None or part.ends_at is None:
        if part.session.is_self_paced:
            return f"Any time, {_window(part.session)}"
        return f"Any time before {long_date(first_day)}"
    where = f", {part.venue.name}" if part.venue else ""
    return f"{long_date(part.on_day)}, {time_range(part.starts_at, part.ends_at)}{where}"


def part_in_a_line(part: SessionPart, first_day: date) -> str:
    """Tuesday 10 September 2024, 9:30am to 12:30pm, MS Teams; or, of e-learning, by when"""
    when = part_when(part, first_day)
    return f"E-learning, {when[0].lower()}{when[1:]}" if part.on_day is None else when


def lacking_in_words(lacking: Mapping[Lacking, int]) -> str:
    """4 sessions to come have no venue, 3 no provider: add them under Sessions. Empty for none."""
    if not lacking:
        return ""
    said = [f"{number:,} {WITHOUT[fact]}" for fact, number in lacking.items()]
    (fact, number), *_ = lacking.items()
    said[0] = f"{counted(number, 'session to come has', 'sessions to come have')} {WITHOUT[fact]}"
    it = "it" if sum(lacking.values()) == 1 else "them"
    return f"{', '.join(said)}: add {it} under Sessions."


# What every template may say of a session.
IN_TEMPLATES = (hours_of, length_of, part_heading, part_in_a_line, part_when, place_of, tags_of, when_of)
