"""How numbers are written, the same on every page, in every letter and in every file; and how whole ones are read."""

import re

A_WHOLE_NUMBER = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.0{1,6})?")

SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def read_whole_number(text: str) -> int:
    """Read “25”, “1,000” or “25.0”, as people type and spreadsheets write a number of people.

    Raises ValueError for all else, a half and a minus among it.

    >>> read_whole_number("1,000"), read_whole_number("25.0")
    (1000, 25)
    """
    found = A_WHOLE_NUMBER.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a whole number")
    return int(found[1].replace(",", ""))


def thousands(number: int) -> str:
    """1,609"""
    return f"{number:,}"


def in_words(number: int) -> str:
    """Small numbers as words, the rest with thousands.

    >>> in_words(3), in_words(1609)
    ('three', '1,609')
    """
    return SMALL_NUMBERS[number] if 0 <= number < len(SMALL_NUMBERS) else thousands(number)


def one_decimal(number: float) -> str:
    """2.0 or −0.4: always one decimal, so that 2 and 2.04 are not told apart by their length.

    >>> one_decimal(-0.04), one_decimal(-1.25)
    ('0.0', '−1.2')
    """
    return _with_true_minus(number, f"{abs(number):.1f}")


def decimals(number: float, places: int) -> str:
    """−1,234.50: a measure to so many places."""
    return _with_true_minus(number, f"{abs(number):,.{places}f}")


def _with_true_minus(number: float, size: str) -> str:
    """What rounds to nought has no sign: −0.0 would say that something fell."""
    return f"−{size}" if number < 0 and size.strip("0.") else size


def signed(number: float) -> str:
    """A change: +2.1, −0.4 or 0.0"""
    text = one_decimal(number)
    return text if text.startswith("−") or text == "0.0" else f"+{text}"


def percent(share: float) -> str:
    """17.9%"""
    return f"{100 * share:.1f}%"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """1 session, 2 sessions"""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
