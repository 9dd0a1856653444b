"""How a person's name and e-mail are kept."""

import re
import unicodedata
from datetime import date

AN_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
LONGEST_NAME = 120
LONGEST_EMAIL = 254
ONLY_PLAIN_LETTERS = "Use only plain letters in the email, without accents, like name@school.example"
# Marks that turn the reading direction could make a name read as something else; joiners inside scripts stay.
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """One line as a person meant it: accents composed, spaces single, nothing that cannot be seen.

    >>> tidy("  Siân   O’Neill-Łoś ")
    'Siân O’Neill-Łoś'
    """
    seen = (one for one in text if one.isspace() or unicodedata.category(one) != "Cc")
    spaced = " ".join("".join(one for one in seen if one not in DIRECTION_MARKS).split())
    return unicodedata.normalize("NFC", spaced)


def is_a_name(text: str) -> bool:
    """Could this be what someone is called? One word is enough, and so is one letter."""
    return any(one.isalpha() for one in text) and len(text) <= LONGEST_NAME


def normal_email(text: str) -> str:
    """An e-mail as it is stored and compared.

    >>> normal_email(" S.ONeill@Agency.Example ")
    's.oneill@agency.example'
    """
    return text.strip().lower()


def is_an_email(text: str) -> bool:
    """Could a letter reach this address? One @, a dot in the domain, plain letters, nothing else around it."""
    return len(text) <= LONGEST_EMAIL and text.isascii() and AN_EMAIL.fullmatch(text) is not None


def overlaps(started_on: date, ended_on: date | None, other_start: date, other_end: date | None) -> bool:
    """Do two spells share a day?"""
    return (other_end is None or started_on <= other_end) and (ended_on is None or other_start <= ended_on)
