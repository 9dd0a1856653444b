"""What an e-mail address is: how it is kept and compared, whether it is one, and how a form reads what was typed."""

import re
from enum import Enum

from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 254
AN_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
ONLY_PLAIN_LETTERS = "Use only plain letters in the email, without accents, like name@school.example"


class WhoseEmail(Enum):
    """Whose address a form asks for, and how it says what one looks like."""

    YOURS = "Enter your email with an @ and no spaces, like name@school.example"
    THEIRS = "Enter their email with an @ and no spaces, like name@school.example"
    OF_A_WALK_IN = "Enter an email address like name@agency.org, or leave it out"

    @property
    def how_it_looks(self) -> str:
        return self.value

    @property
    def only_plain_letters(self) -> str:
        return self.value if self is WhoseEmail.OF_A_WALK_IN else ONLY_PLAIN_LETTERS


def normal_email(text: str) -> str:
    """An e-mail as it is stored and compared.

    >>> normal_email(" S.ONeill@Agency.Example ")
    's.oneill@agency.example'
    """
    return text.strip().lower()


def is_an_email(text: str) -> bool:
    """Could a letter reach this address? One @, a dot in the domain, plain letters, nothing else around it."""
    return len(text) <= LONGEST_EMAIL and text.isascii() and AN_EMAIL.fullmatch(text) is not None


def no_email(text: str) -> str:
    """What is said of an address that a command cannot take."""
    return f"“{text}” is not an email address."


def read_email(text: str, whose: WhoseEmail) -> str:
    """The address someone typed into a form, as it is kept.

    One's own is read as the standard has it, for a code goes there at once; anyone else's as an import reads it.
    Raises ValueError with a sentence.

    >>> read_email("S.ONeill@Agency.Example ", WhoseEmail.THEIRS)
    's.oneill@agency.example'
    """
    address = _by_the_standard(text) if whose is WhoseEmail.YOURS else _by_its_shape(text)
    if address is None:
        raise ValueError(whose.how_it_looks if text.strip().isascii() else whose.only_plain_letters)
    return address


def _by_the_standard(text: str) -> str | None:
    """A domain with accents is turned into the plain letters that every mail server reads."""
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    address = normal_email(found.ascii_email or found.normalized)
    return address if len(address) <= LONGEST_EMAIL else None


def _by_its_shape(text: str) -> str | None:
    address = normal_email(text)
    return address if is_an_email(address) else None
