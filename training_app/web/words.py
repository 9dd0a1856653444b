"""How dates, times and numbers are written on a page: the same everywhere."""

from datetime import date, datetime, time

from flask import Flask

from training_app.clock import local


def long_date(day: date) -> str:
    """Thursday 23 May 2024"""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """23 May 2024"""
    return f"{day.day} {day:%B %Y}"


def clock_time(at: time) -> str:
    """9:30am, 12pm, 4pm"""
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"


def time_range(start: time, end: time) -> str:
    """9:30am to 4pm"""
    return f"{clock_time(start)} to {clock_time(end)}"


def moment(instant: datetime) -> str:
    """23 May 2024 at 9:30am, as read off a clock in England"""
    here = local(instant)
    return f"{short_date(here.date())} at {clock_time(here.time())}"


def deadline(instant: datetime) -> str:
    """Thursday 23 May, 9:30am, as read off a clock in England: for what ends within days, so the year goes unsaid."""
    here = local(instant)
    return f"{here:%A} {here.day} {here:%B}, {clock_time(here.time())}"


def thousands(number: int) -> str:
    """1,609"""
    return f"{number:,}"


def one_decimal(number: float) -> str:
    """2.0: always one decimal, so that 2 and 2.04 are not told apart by their length"""
    return f"{number:.1f}"


def signed(number: float) -> str:
    """+2.1 or −0.4, with a true minus sign"""
    text = f"{abs(number):.1f}"
    if text == "0.0":
        return text
    return f"+{text}" if number > 0 else f"−{text}"


def percent(share: float) -> str:
    """17.9%"""
    return f"{100 * share:.1f}%"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """1 session, 2 sessions"""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def init_app(app: Flask) -> None:
    for rule in (long_date, short_date, clock_time, moment, deadline, thousands, one_decimal, signed, percent):
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.globals.update(time_range=time_range, counted=counted)
