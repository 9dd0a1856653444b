"""What a session is (strand, format, status, time of day), and what may still be done with it. Pure."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum


class Strand(StrEnum):
    CORE = "core"
    COMMISSIONED = "commissioned"
    LARGE_EVENT = "large_event"
    BRIEFING = "briefing"
    DSL_INITIAL = "dsl_initial"
    DSL_REFRESHER = "dsl_refresher"
    FORUM = "forum"
    NETWORK = "network"

    @property
    def label(self) -> str:
        return {
            "core": "Core",
            "commissioned": "Commissioned",
            "large_event": "Large event",
            "briefing": "Briefing",
            "dsl_initial": "DSL Initial",
            "dsl_refresher": "DSL Refresher",
            "forum": "Forum",
            "network": "Network",
        }[self.value]

    @property
    def is_dsl(self) -> bool:
        return self in {Strand.DSL_INITIAL, Strand.DSL_REFRESHER}


class Format(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    BLENDED = "blended_two_part"

    @property
    def label(self) -> str:
        return {
            "in_person": "In person",
            "online": "Online",
            "blended_two_part": "Two parts, with e-learning",
        }[self.value]


class PartKind(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    E_LEARNING = "e_learning"


class EvaluationMode(StrEnum):
    STANDARD = "standard"
    SEPARATE = "separate"
    NONE = "none"


class SessionStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class SessionField(StrEnum):
    """What people set on a session by hand and a programme file states too. The values are stored, and never change."""

    STRAND = "strand"
    PROVIDER = "provider"
    EVALUATION_MODE = "evaluation_mode"
    COUNTS_IN_PROGRAMME = "counts_in_programme"
    NOTE = "note"
    CAPACITY = "capacity"
    PRIORITIES = "priorities"
    PARTS = "parts"
    HEADCOUNT = "headcount"
    NO_DATA_REASON = "no_data_reason"


# How many came is stated at the register; whoever makes a session sets everything else.
STATED_AT_THE_REGISTER = frozenset({SessionField.HEADCOUNT, SessionField.NO_DATA_REASON})
SET_WITH_A_NEW_SESSION = frozenset(SessionField) - STATED_AT_THE_REGISTER


class TimeOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    TWILIGHT = "twilight"
    EVENING = "evening"


def time_of_day(start: time) -> TimeOfDay:
    """Morning before noon, afternoon to 4pm, twilight to 6pm, then evening."""
    if start < time(12):
        return TimeOfDay.MORNING
    if start < time(16):
        return TimeOfDay.AFTERNOON
    return TimeOfDay.TWILIGHT if start < time(18) else TimeOfDay.EVENING


MOST_PLACES = 5000
MOST_COPIES = 30
LONGEST_REASON = 200


@dataclass(frozen=True)
class RegisterContents:
    """What stands on the register of a session: is it closed, and which parts have marks that stand?"""

    is_closed: bool = False
    marked_parts: frozenset[int] = frozenset()


CLOSED = (
    "The register of this session is closed, and people’s learning records rest on it. "
    "Open the register first, then change this."
)


def why_not_cancel(register: RegisterContents, *, begun: bool) -> str | None:
    """Why a session cannot be called off any more, and what to do instead; None where it can."""
    if begun:
        return (
            "This session has begun, so it can no longer be cancelled. If it did not take place, say on its register "
            "that nobody came, or why nobody knows."
        )
    if register.marked_parts or register.is_closed:
        return (
            "People are marked on the register of this session, so it cannot be cancelled. If it does not take place "
            "after all, mark them as not there."
        )
    return None


def why_not_another_course(register: RegisterContents) -> str | None:
    """Why a session stays one of its course: people learnt that one."""
    if register.marked_parts:
        return "People are marked on the register of this session, so it stays a session of this course."
    return CLOSED if register.is_closed else None


def unusual_about_day(day: date, today: date, holidays: dict[date, str], clocks: str | None) -> list[str]:
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


NOTHING = "not stated"
PART = "Part "
