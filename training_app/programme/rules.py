"""Strands, formats and times of day; the business year a session belongs to."""

from dataclasses import dataclass
from datetime import date, time
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


@dataclass(frozen=True, order=True)
class BusinessYear:
    """1 April to 31 March. Written 2024-25."""

    first_calendar_year: int

    @classmethod
    def of(cls, day: date) -> "BusinessYear":
        """The business year a day falls in: 31 March 2025 is still 2024-25."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "BusinessYear":
        """Read “2024-25”. Raises ValueError with a sentence otherwise."""
        first, dash, second = text.strip().partition("-")
        well_formed = dash and first.isascii() and first.isdigit() and len(first) == 4 and len(second) == 2
        if not well_formed or second != f"{(int(first) + 1) % 100:02}" or not 2000 <= int(first) <= 2100:
            raise ValueError(f"“{text}” is not a business year: write it like 2024-25.")
        return cls(int(first))

    @property
    def first_day(self) -> date:
        return date(self.first_calendar_year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.first_calendar_year + 1, 3, 31)

    def __str__(self) -> str:
        return f"{self.first_calendar_year}-{(self.first_calendar_year + 1) % 100:02}"
