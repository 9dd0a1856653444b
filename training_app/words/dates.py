"""Dates as people in England type them, as files hold them, and as they are written."""

import calendar
import re
from datetime import date, datetime

from training_app.clock import local
from training_app.words.times import clock_time

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOW_A_DATE_LOOKS = "Enter a date like 23 May 2027"
LONGEST_DATE = 60
A_DATE = re.compile(r"[a-z0-9][a-z0-9\s,./–-]*")
MIDNIGHT = re.compile(r"(?<=[0-9])[t\s]\s*0?0:00(?::00(?:\.0+)?)?z?$")
ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b")


class NotADate(ValueError):
    """What was typed does not look like a date at all; any other ValueError says what is wrong with one that does."""

    def __init__(self) -> None:
        super().__init__(HOW_A_DATE_LOOKS)


def read_date(text: str, near: date | None = None) -> date:
    """Read a day however people, files and spreadsheets write it. Day before month, always.

    “23 May 2027”, “Sunday 23rd May 2027”, “May 23, 2027”, “23/5/2027”, “23/5/27”, “23.5.2027”, “23-May-27”,
    “2027-05-23”, “2027-05-23 00:00:00”. Two digits are a year of this century: nothing here is older. Where no year
    is typed, the day is the one closest to `near`; without `near` the year is asked for.

    Raises ValueError with a sentence: what is wrong with the day, or that it is none.

    >>> read_date("23 may 2024") == read_date("Thursday 23rd May 2024") == read_date("2024-05-23 00:00:00")
    True
    >>> read_date("14 January", near=date(2027, 12, 10))
    datetime.date(2028, 1, 14)
    """
    weekday, parts = _pieces(text)
    day, month = _number(parts[0], 2), _month(parts[1])
    found = _existing(_year(parts[2]), month, day) if len(parts) == 3 else _closest(month, day, near)
    if weekday is not None and found.weekday() != weekday:
        said = f"{short_date(found)} is a {found:%A}, not a {WEEKDAYS[weekday].capitalize()}"
        raise ValueError(f"{said}. Change the one that is wrong")
    return found


def read_date_of_file(text: str) -> date:
    """Read a day out of a file, as `read_date` does. Raises ValueError with a sentence for a list of what is wrong.

    >>> read_date_of_file("23/05/2024") == read_date_of_file("2024-05-23")
    True
    """
    try:
        return read_date(text)
    except NotADate:
        raise ValueError("not a date. Write year, month and day like 2024-05-23, or 23/05/2024.") from None
    except ValueError as wrong:
        raise ValueError(f"not a date. {wrong}.") from None


def _pieces(text: str) -> tuple[int | None, list[str]]:
    """The weekday, where one is named; then day, month and, where there is one, year as they are typed."""
    plain = ORDINAL.sub("", MIDNIGHT.sub("", " ".join(text.casefold().split())))
    if len(plain) > LONGEST_DATE or not A_DATE.fullmatch(plain):
        raise NotADate
    parts = [one for one in re.findall(r"[a-z]+|[0-9]+", plain) if one not in {"the", "of"}]
    weekday = _weekday(parts[0]) if parts else None
    if weekday is not None:
        parts = parts[1:]
    if len(parts) == 3 and len(parts[0]) == 4 and parts[0].isdigit():
        parts.reverse()
    elif len(parts) > 1 and parts[0].isalpha():
        parts[:2] = reversed(parts[:2])
    if len(parts) not in {2, 3}:
        raise NotADate
    return weekday, parts


def _number(text: str, longest: int) -> int:
    if not text.isdigit() or len(text) > longest:
        raise NotADate
    return int(text)


def _year(text: str) -> int:
    if len(text) not in {2, 4}:
        raise NotADate
    return _number(text, 4) + (2000 if len(text) == 2 else 0)


def _weekday(text: str) -> int | None:
    said = (number for number, name in enumerate(WEEKDAYS) if len(text) >= 3 and name.startswith(text))
    return next(said, None)


def _month(text: str) -> int:
    if not text.isdigit():
        names = (number for number, name in enumerate(MONTHS, 1) if text in {name, name[:3], name[:4]})
        if found := next(names, None):
            return found
        raise NotADate
    number = _number(text, 2)
    if not 1 <= number <= 12:
        raise ValueError(f"There is no month {number}. Write the day first, then the month, like 23 May 2027")
    return number


def _existing(year: int, month: int, day: int) -> date:
    """That day; or what the calendar says against it."""
    if year == 0:
        raise NotADate
    days = calendar.monthrange(year, month)[1]
    if 1 <= day <= days:
        return date(year, month, day)
    # The days of February are not the same every year.
    raise _no_such_day(day, f"February {year}" if month == 2 else MONTHS[month - 1].capitalize(), days)


def _closest(month: int, day: int, near: date | None) -> date:
    """The day of a year that nobody typed."""
    # 2028 is a leap year, so a month has no more days in any other.
    most = calendar.monthrange(2028, month)[1]
    name = MONTHS[month - 1].capitalize()
    if not 1 <= day <= most:
        raise _no_such_day(day, name, most)
    if near is None:
        raise ValueError(f"Say which year, like {day} {name} {2028 if (month, day) == (2, 29) else 2027}")
    years = [year for year in range(near.year - 1, near.year + 2) if date.min.year <= year <= date.max.year]
    found = [date(year, month, day) for year in years if day <= calendar.monthrange(year, month)[1]]
    return min(found, key=lambda one: abs(one - near)) if found else _existing(near.year, month, day)


def _no_such_day(day: int, month: str, days: int) -> ValueError:
    return ValueError(f"There is no {day} {month}: {month} has {days} days")


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
