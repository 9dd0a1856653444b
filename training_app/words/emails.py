"""What an e-mail address is, for every page and every command: by the standard, and kept in one form.

Whoever was stored before with an address that is none by it is found by what stands there, and never a second time.
"""

from enum import Enum

from email_validator import EmailNotValidError, validate_email

from training_app.words.signs import plain_apostrophes, without_unseen

LONGEST_EMAIL = 254
ONLY_PLAIN_LETTERS = "Use only plain letters before the @, without accents, like name@school.example"


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


def email_address(text: str) -> str | None:
    """The address that this text is, as it is kept; None where no letter could reach it.

    A domain with accents becomes the plain letters that every mail server reads, so that both ways of writing it match.

    >>> email_address(" S.ONeill@Agency.Example "), email_address("jo@Bücher.example"), email_address("jo.@b.example")
    ('s.oneill@agency.example', 'jo@xn--bcher-kva.example', None)
    """
    try:
        found = validate_email(_as_typed(text), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    address = (found.ascii_email or found.normalized).lower()
    return address if len(address) <= LONGEST_EMAIL else None


def normal_email(text: str) -> str:
    """An e-mail as it is stored and compared. What is no address stays as it was typed, in small letters.

    >>> normal_email(" S.ONeill@Agency.Example ")
    's.oneill@agency.example'
    """
    return email_address(text) or _as_typed(text)


def is_an_email(text: str) -> bool:
    """Is this an address as it is kept? One @, a dot in the domain, plain letters, nothing else around it."""
    return bool(text) and email_address(text) == text


def no_email(text: str) -> str:
    """What is said of an address that a command cannot take."""
    return f"“{text}” is not an email address."


def read_email(text: str, whose: WhoseEmail) -> str:
    """The address someone typed into a form, as it is kept. Raises ValueError with a sentence.

    >>> read_email("S.ONeill@Agency.Example ", WhoseEmail.THEIRS)
    's.oneill@agency.example'
    """
    address = email_address(text)
    if address is None:
        before_the_at = _as_typed(text).rpartition("@")[0]
        raise ValueError(whose.how_it_looks if before_the_at.isascii() else whose.only_plain_letters)
    return address


def _as_typed(text: str) -> str:
    # A phone that puts a curly apostrophe means the one that stands in o'rourke@school.example.
    return plain_apostrophes(without_unseen(text)).strip().lower()
