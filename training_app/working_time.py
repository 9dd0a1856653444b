"""Working days and hours in England: when people are at work and can answer. Local times in, local times out."""

from datetime import date, datetime, time, timedelta
from functools import cache

from holidays import country_holidays

OPENS, NOON, CLOSES = time(9), time(12), time(17)
SATURDAY = 5
A_DAY = timedelta(days=1)


def bank_holiday(day: date) -> str | None:
    """What a bank holiday of England is called; None for any other day."""
    return _bank_holidays(day.year).get(day)


@cache
def _bank_holidays(year: int) -> dict[date, str]:
    return dict(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, without bank holidays.

    >>> is_working_day(date(2027, 3, 25)), is_working_day(date(2027, 3, 26))  # Good Friday
    (True, False)
    """
    return day.weekday() < SATURDAY and bank_holiday(day) is None


def is_in_working_hours(at: datetime) -> bool:
    """9am to 5pm on a working day, both ends included."""
    return is_working_day(at.date()) and OPENS <= at.time() <= CLOSES


def moved_into_working_hours(at: datetime, hour: time = NOON) -> datetime:
    """The moment itself where people are at work; else noon of the next day on which they are: they have its morning.

    With `hour` they have that day until then.

    >>> moved_into_working_hours(datetime(2027, 6, 5, 17, 15))  # a Saturday
    datetime.datetime(2027, 6, 7, 12, 0)
    >>> moved_into_working_hours(datetime(2027, 6, 7, 8, 15), CLOSES)  # before a Monday begins
    datetime.datetime(2027, 6, 7, 17, 0)
    """
    if is_in_working_hours(at):
        return at
    day = at.date() if at.time() < OPENS else at.date() + A_DAY
    while not is_working_day(day):
        day += A_DAY
    return datetime.combine(day, hour, at.tzinfo)


def last_working_moment(until: datetime) -> datetime:
    """The latest moment, not after this one, at which people are at work.

    >>> last_working_moment(datetime(2027, 6, 7, 8, 30))  # before a Monday begins
    datetime.datetime(2027, 6, 4, 17, 0)
    """
    if is_in_working_hours(until):
        return until
    day = until.date() if until.time() > CLOSES else until.date() - A_DAY
    while not is_working_day(day):
        day -= A_DAY
    return datetime.combine(day, CLOSES, until.tzinfo)


def has_working_time(least: timedelta, begins: datetime, ends: datetime) -> bool:
    """Are people at work for at least so long between the two moments?

    >>> has_working_time(timedelta(hours=1), datetime(2027, 6, 4, 16, 30), datetime(2027, 6, 7, 9, 15))
    False
    """
    worked, day = timedelta(), begins.date()
    while worked < least and day <= ends.date():
        if is_working_day(day):
            opens = max(begins, datetime.combine(day, OPENS, begins.tzinfo))
            worked += max(timedelta(), min(ends, datetime.combine(day, CLOSES, begins.tzinfo)) - opens)
        day += A_DAY
    return worked >= least
