"""What may be said of a session by those who run the programme, and what is worth a second look. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Protocol

from training_app.programme.rules.sessions import CLOSED, Format, PartKind, RegisterContents
from training_app.words.times import clock_time, minutes_in_words, says_which_half

MOST_PARTS = 20


@dataclass(frozen=True)
class PartFacts:
    """One part as it is to be: dated with its times, or e-learning with none."""

    kind: PartKind
    on_day: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    venue_id: int | None = None

    @property
    def is_self_paced(self) -> bool:
        return self.kind is PartKind.E_LEARNING


MARKED = (
    "Marks stand on the register of this part, so its day, its times and how people take part stay as they are. "
    "If something was different, say so in the note for staff."
)


def why_not_rearrange(register: RegisterContents, *, marked: bool = False) -> str | None:
    """Why parts stay as they are. `marked`: marks stand on one whose day, times or kind would change."""
    if marked:
        return MARKED
    return CLOSED if register.is_closed else None


EARLIEST_START = time(7)
LONGEST_PART = timedelta(hours=10)


def unusual_about_times(starts_at: time, ends_at: time) -> list[str]:
    """What is unusual about the times of a part. They may still be right, so nothing is refused for it.

    >>> unusual_about_times(time(1, 30), time(13, 30))
    ['starts at 1:30am, before 7am', 'lasts 12 hours']
    """
    said = []
    if starts_at < EARLIEST_START:
        said.append(f"starts at {clock_time(starts_at)}, before {clock_time(EARLIEST_START)}")
    minutes = _minutes(starts_at, ends_at)
    if timedelta(minutes=minutes) > LONGEST_PART:
        said.append(f"lasts {minutes_in_words(minutes)}")
    return said


def may_mean_the_afternoon(typed: str, at: time) -> bool:
    """Is a time as it was typed before any training starts, and does not say am or pm? “1.30” is."""
    return at < EARLIEST_START and not says_which_half(typed)


def in_the_afternoon(at: time) -> time:
    """What a time before noon is where the afternoon was meant."""
    return at.replace(hour=at.hour % 12 + 12)


class Timed(Protocol):
    """A part as it is stored or listed: dated with its times, or self-paced without any."""

    @property
    def on_day(self) -> date | None: ...
    @property
    def starts_at(self) -> time | None: ...
    @property
    def ends_at(self) -> time | None: ...


def first_start(parts: Iterable[Timed], first_day: date, stated: time) -> tuple[date, time]:
    """When the first dated part starts, on a local clock; where there is none, the day and start that are stated."""
    dated = [(one.on_day, one.starts_at) for one in parts if one.on_day and one.starts_at]
    return min(dated, default=(first_day, stated))


def last_end(parts: Iterable[Timed], last_day: date) -> tuple[date, time]:
    """When the last dated part ends, on a local clock; where there is none, the end of the last day."""
    dated = [(one.on_day, one.ends_at) for one in parts if one.on_day and one.ends_at]
    return max(dated, default=(last_day + timedelta(days=1), time()))


def minutes_together(parts: Iterable[Timed]) -> int | None:
    """How long those of these parts that have times last together; None where none has."""
    lengths = [_minutes(one.starts_at, one.ends_at) for one in parts if one.starts_at and one.ends_at]
    return sum(lengths) if lengths else None


def _minutes(starts_at: time, ends_at: time) -> int:
    return (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute


def why_not_part(part: PartFacts) -> str | None:
    """What is wrong with a part by itself, or None."""
    if part.is_self_paced:
        if part.on_day or part.starts_at or part.ends_at or part.venue_id:
            return "E-learning has no day, times or venue: leave them empty."
        return None
    if part.on_day is None or part.starts_at is None or part.ends_at is None:
        return "Give the day, the start and the end of this part."
    if part.ends_at <= part.starts_at:
        return "The end must be after the start."
    return None


def why_not_together(parts: Sequence[PartFacts]) -> str | None:
    """What is wrong with the parts of a session taken together, or None."""
    if len(parts) > MOST_PARTS:
        return f"A session has at most {MOST_PARTS} parts."
    dated = sorted(
        (one.on_day, one.starts_at, one.ends_at) for one in parts if one.on_day and one.starts_at and one.ends_at
    )
    if not dated:
        return "A session needs at least one part with a day and times."
    for (day, _, ends_at), (next_day, starts_at, _) in pairwise(dated):
        if day == next_day and starts_at < ends_at:
            return "Two parts would be at the same time. Change the times of one."
    return None


def in_order(parts: Iterable[PartFacts]) -> list[PartFacts]:
    """Parts as people take them: e-learning first, then by day and start."""
    return sorted(parts, key=lambda one: (one.on_day or date.min, one.starts_at or time.min))


def format_of(kinds: Iterable[PartKind]) -> Format:
    """How people take part, by the kinds of the parts."""
    found = set(kinds)
    if PartKind.E_LEARNING in found:
        return Format.BLENDED
    return Format.IN_PERSON if PartKind.IN_PERSON in found else Format.ONLINE
