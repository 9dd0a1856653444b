"""Dates as people in England type them, as files hold them, and as they are written."""

import re
from datetime import date, datetime

from training_app.clock import local
from training_app.words.times import clock_time

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)


def read_date(text: str) -> date:
    """Read “23 May 2027”, “23/5/2027”, “23/5/27”, “23.5.2027” or “2027-05-23”. Day before month, always.

    Two digits are a year of this century: nothing here is older.

    Raises ValueError with a sentence.

    >>> read_date("23 may 2024") == read_date("23/05/2024") == read_date("2024-05-23")
    True
    """
    parts = re.findall(r"[A-Za-z]+|\d+", text[:40])
    if len(parts) == 3 and len(parts[0]) == 4:
        parts.reverse()
    try:
        day, month, year = parts
        if len(year) not in {2, 4} or len(day) > 2:
            raise ValueError
        return date(int(year) + (2000 if len(year) == 2 else 0), _month(month), int(day))
    except (ValueError, StopIteration, OverflowError):
        raise ValueError("Enter a date like 23 May 2027") from None


def read_iso_date(text: str) -> date:
    """Read “2024-05-23”, as files write a day, and nothing else. Raises ValueError with a sentence.

    >>> read_iso_date("2024-05-23")
    datetime.date(2024, 5, 23)
    """
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date. Write year, month and day like 2024-05-23.") from None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    said = text.lower()
    return next(number for number, name in enumerate(MONTHS, 1) if said in {name, name[:3], name[:4]})


def long_date(day: date) -> str:
    """Thursday 23 May 2024"""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """23 May 2024"""
    return f"{day.day} {day:%B %Y}"


def moment(instant: datetime) -> str:
    """23 May 2024 at 9:30am, as read off a clock in England"""
    here = local(instant)
    return f"{short_date(here.date())} at {clock_time(here.time())}"


def deadline(instant: datetime) -> str:
    """Thursday 23 May, 9:30am, as read off a clock in England: for what ends within days, so the year goes unsaid."""
    here = local(instant)
    return f"{here:%A} {here.day} {here:%B}, {clock_time(here.time())}"
