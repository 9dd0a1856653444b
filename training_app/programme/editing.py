"""What may be said of a session by those who run the programme, and what is worth a second look. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from training_app.programme.rules import Format, PartKind

MOST_PLACES = 5000
MOST_PARTS = 20
MOST_COPIES = 30
LONGEST_REASON = 200


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


@dataclass(frozen=True)
class Written:
    """What stands on the register of a session: is it closed, and which parts have marks that stand?"""

    is_closed: bool = False
    marked_parts: frozenset[int] = frozenset()


CLOSED = (
    "The register of this session is closed, and people’s learning records rest on it. "
    "Open the register first, then change this."
)
MARKED = (
    "Marks stand on the register of this part, so its day, its times and how people take part stay as they are. "
    "If something was different, say so in the note for staff."
)


def why_not_cancel(written: Written, *, begun: bool) -> str | None:
    """Why a session cannot be called off any more, and what to do instead; None where it can."""
    if begun:
        return (
            "This session has begun, so it can no longer be cancelled. If it did not take place, say on its register "
            "that nobody came, or why nobody knows."
        )
    if written.marked_parts or written.is_closed:
        return (
            "People are marked on the register of this session, so it cannot be cancelled. If it does not take place "
            "after all, mark them as not there."
        )
    return None


def why_not_another_course(written: Written) -> str | None:
    """Why a session stays one of its course: people learnt that one."""
    if written.marked_parts:
        return "People are marked on the register of this session, so it stays a session of this course."
    return CLOSED if written.is_closed else None


def why_not_rearrange(written: Written, *, marked: bool = False) -> str | None:
    """Why parts stay as they are. `marked`: marks stand on one whose day, times or kind would change."""
    if marked:
        return MARKED
    return CLOSED if written.is_closed else None


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


def look_twice(day: date, today: date, holidays: dict[date, str], clocks: str | None) -> list[str]:
    """What is unusual about a day. It may still be right, so nothing is refused for it."""
    said = []
    if day < today:
        said.append("is in the past")
    if day in holidays:
        said.append(f"is a bank holiday ({holidays[day]})")
    if day.weekday() >= 5:
        said.append(f"is a {day:%A}")
    if clocks:
        said.append(clocks)
    return said


def clock_change(offset_before: timedelta, offset_after: timedelta) -> str | None:
    """What the clocks do in the night to a day, in words."""
    if offset_before == offset_after:
        return None
    return f"begins with the clocks going {'forward' if offset_after > offset_before else 'back'}"
