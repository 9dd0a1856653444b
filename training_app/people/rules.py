"""How a person's name and e-mail are kept."""

import unicodedata
from datetime import date

LONGEST_NAME = 120
LONGEST_EMAIL = 254
# Marks that turn the reading direction could make a name read as something else; joiners inside scripts stay.
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """One line as a person meant it: accents composed, spaces single, nothing that cannot be seen.

    >>> tidy("  Siân   O’Neill-Łoś ")
    'Siân O’Neill-Łoś'
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = " ".join(composed.split())
    return "".join(one for one in spaced if unicodedata.category(one) != "Cc" and one not in DIRECTION_MARKS).strip()


def is_a_name(text: str) -> bool:
    """Could this be what someone is called? One word is enough, and so is one letter."""
    return any(one.isalpha() for one in text) and len(text) <= LONGEST_NAME


def normal_email(text: str) -> str:
    """An e-mail as it is stored and compared.

    >>> normal_email(" S.ONeill@Agency.Example ")
    's.oneill@agency.example'
    """
    return text.strip().lower()


def held_on(started_on: date, ended_on: date | None, day: date) -> bool:
    """Was a post with these dates held on the day? Both ends count."""
    return started_on <= day and (ended_on is None or day <= ended_on)


def overlaps(started_on: date, ended_on: date | None, other_start: date, other_end: date | None) -> bool:
    """Do two spells share a day?"""
    return (other_end is None or started_on <= other_end) and (ended_on is None or other_start <= ended_on)
