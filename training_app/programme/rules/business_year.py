"""The business year that a day, and so a session, belongs to: 1 April to 31 March."""

from dataclasses import dataclass
from datetime import date

FIRST_MONTH = 4
YEARS = range(2000, 2101)
"""The years there can be sessions in: another is a slip of the keyboard."""


@dataclass(frozen=True, order=True)
class BusinessYear:
    """1 April to 31 March. Written 2024-25."""

    first_calendar_year: int

    @classmethod
    def of(cls, day: date) -> "BusinessYear":
        """The business year a day falls in: 31 March 2025 is still 2024-25."""
        return cls(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "BusinessYear":
        """Read “2024-25”. Raises ValueError with a sentence otherwise."""
        first, dash, second = text.strip().partition("-")
        well_formed = dash and first.isascii() and first.isdigit() and len(first) == 4 and len(second) == 2
        if not well_formed or second != f"{(int(first) + 1) % 100:02}" or int(first) not in YEARS:
            raise ValueError(f"“{text}” is not a business year: write it like 2024-25.")
        return cls(int(first))

    @property
    def first_day(self) -> date:
        return date(self.first_calendar_year, FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        return date(self.first_calendar_year + 1, 3, 31)

    def __str__(self) -> str:
        return f"{self.first_calendar_year}-{(self.first_calendar_year + 1) % 100:02}"
