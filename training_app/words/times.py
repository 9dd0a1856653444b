"""Times of day as people in England type them, as files hold them, and as they are written."""

import re
from datetime import time, timedelta

from training_app.words.numbers import counted

A_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})(?:[:.]00(?:\.0+)?)?|(\d{2}))?\s*(am|pm|noon|midday)?")
A_RANGE = re.compile(r"(\d[ap]m) to (\d{1,2}(?::\d{2})?[ap]m)")
HOW_A_TIME_LOOKS = "Enter a time like 9:30am or 14:00"
SAID_OTHERWISE = {
    timedelta(minutes=30): "half an hour", timedelta(hours=1): "an hour", timedelta(weeks=1): "a week",
    timedelta(weeks=2): "two weeks",
}


def read_time(text: str) -> time:
    """Read “9:30am”, “9:30 AM”, “09:30”, “09:30:00”, “14.00”, “4 p.m.”, “0930” or “noon”.

    A bare hour before eight (“4”) could be morning or afternoon, so it needs am or pm. Raises ValueError with a
    sentence.

    >>> read_time("9.30 am") == read_time("09:30:00") == read_time("0930") == time(9, 30)
    True
    """
    plain = _plain(text)
    if plain in {"noon", "midday"}:
        return time(12)
    found = A_TIME.fullmatch(plain)
    if found is None or not plain.isascii():
        raise ValueError(HOW_A_TIME_LOOKS)
    hour, minute, half = int(found[1]), int(found[2] or found[3] or 0), found[4]
    if half is None and found[2] is None and found[3] is None and hour < 8:
        raise ValueError(f"Say whether {hour} is morning or afternoon, like {hour or 12}am or {hour or 12}pm")
    return _on_the_clock(hour, minute, half)


def read_time_of_file(text: str) -> time:
    """Read a time out of a file, as `read_time` does; a bare number could be anything there, so it is refused.

    Raises ValueError with a sentence for a list of what is wrong.

    >>> read_time_of_file("18:00:00") == read_time_of_file("6 PM")
    True
    """
    try:
        if text.strip().isdigit() and len(text.strip()) < 3:
            raise ValueError
        return read_time(text)
    except ValueError:
        raise ValueError("not a time. Write hours and minutes like 09:30 or 18:00, or 6pm.") from None


def says_which_half(text: str) -> bool:
    """Does this time say by itself whether it is before or after noon? “9:30am” does, “1.30” does not."""
    return _plain(text).endswith(("am", "pm", "noon", "midday"))


def _plain(text: str) -> str:
    return re.sub(r"([ap])\.?\s?m\.?$", r"\1m", " ".join(text.split()).casefold())


def _on_the_clock(hour: int, minute: int, half: str | None) -> time:
    # “14:00pm” is wordy but plain; “0am” and “13am” are not.
    if half in {"noon", "midday"}:
        half = "pm" if hour == 12 else "wrong"
    if half == "am":
        hour = {12: 0}.get(hour, hour if 1 <= hour <= 11 else 24)
    elif half == "pm":
        hour = {12: 12}.get(hour, hour + 12 if 1 <= hour <= 11 else hour or 24)
    if half == "wrong" or hour > 23 or minute > 59:
        raise ValueError(HOW_A_TIME_LOOKS)
    return time(hour, minute)


def clock_time(at: time) -> str:
    """9:30am, 12pm, 4pm"""
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"


def time_range(start: time, end: time) -> str:
    """9:30am to 4pm"""
    return f"{clock_time(start)} to {clock_time(end)}"


def on_one_line(text: str) -> str:
    """The same words, in which no line of a page ends within “9:30am to 4pm”.

    >>> on_one_line("Online, 9:30am to 4pm, to all").split(" ")
    ['Online,', '9:30am\\xa0to\\xa04pm,', 'to', 'all']
    """
    return type(text)(A_RANGE.sub("\\1\u00a0to\u00a0\\2", text))  # what is HTML already stays so


def minutes_in_words(minutes: int) -> str:
    """3 hours, 2 hours 30 minutes, 45 minutes"""
    hours, rest = divmod(minutes, 60)
    said = [counted(hours, "hour")] if hours else []
    return " ".join([*said, *([counted(rest, "minute")] if rest else [])])


def how_long(length: timedelta) -> str:
    """How long something stays open, as people say it.

    >>> [how_long(timedelta(minutes=minutes)) for minutes in (15, 30, 60, 150)]
    ['15 minutes', 'half an hour', 'an hour', '2 hours 30 minutes']
    >>> [how_long(timedelta(days=days)) for days in (1, 7, 14, 28)]
    ['24 hours', 'a week', 'two weeks', '28 days']
    """
    if length in SAID_OTHERWISE:
        return SAID_OTHERWISE[length]
    if length.days > 1:
        return counted(length.days, "day")
    return minutes_in_words(length // timedelta(minutes=1))
