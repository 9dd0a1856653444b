"""How names are tidied, and when two of them are the same.

Three levels, from the one that forgives least to the one that forgives most:

`same_name`: titles of courses and names of priorities. Only case, spacing and the shape of a dash or apostrophe do not
matter: a text that says more than the name is not the name.
`comparable`: agencies and people. Accents, punctuation, initials with dots, “the” and “and” do not matter either. It is
stored beside each alias of an agency, so what it makes of a name may not change without a migration.
`folded`: what is searched. All but letters and digits is left out, and parts of words are found.
"""

import re
import unicodedata

LONGEST_NAME = 120
LONGEST_JOB = 120
# What people and word processors put for an apostrophe. The last is a letter to Unicode, and `comparable` keeps it.
APOSTROPHES = "'’‘`"
_ANY_APOSTROPHE = re.compile(f"[{APOSTROPHES}ʼ]")
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\w)+(?!\w)")
# Marks that turn the reading direction could make a name read as something else; joiners inside scripts stay.
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """One line as a person meant it: accents composed, spaces single, nothing that cannot be seen.

    >>> tidy("  Siân   O’Neill-Łoś ")
    'Siân O’Neill-Łoś'
    """
    seen = (sign for sign in text if sign.isspace() or unicodedata.category(sign) != "Cc")
    spaced = " ".join("".join(sign for sign in seen if sign not in DIRECTION_MARKS).split())
    return unicodedata.normalize("NFC", spaced)


def is_a_name(text: str) -> bool:
    """Could this be what someone is called? One word is enough, and so is one letter."""
    return any(sign.isalpha() for sign in text) and len(text) <= LONGEST_NAME


def without_apostrophes(text: str) -> str:
    """children’s and childrens are written alike."""
    return _ANY_APOSTROPHE.sub("", text)


def same_name(text: str) -> str:
    """A title or a priority's name as it is matched.

    >>> same_name("  Out–of school's ") == same_name("out-of SCHOOL’S")
    True
    """
    plain = _ANY_APOSTROPHE.sub("'", unicodedata.normalize("NFKC", text)).replace("–", "-").replace("—", "-")
    return " ".join(plain.casefold().split())


def comparable(name: str) -> str:
    """The name of an agency or a person as it is compared.

    >>> comparable("  The Leicestershire  POLICE. ") == comparable("leicestershire police")
    True
    >>> comparable("St. Mary’s"), comparable("L.P.T.")
    ('st marys', 'lpt')
    """
    plain = _without_accents(unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(sign for sign in plain if sign not in APOSTROPHES)
    joined = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    words = re.findall(r"[^\W_]+", joined.replace("&", " and "))
    return " ".join(word for word in words if word not in {"the", "and"})


def folded(text: str) -> str:
    """Text as it is searched: case, accents, apostrophes, punctuation and spacing do not matter.

    >>> folded("Children’s  Café: Núñez") == folded("CHILDRENS CAFE NUNEZ")
    True
    """
    return " ".join(re.findall(r"\w+", without_apostrophes(_without_accents(text.casefold()))))


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
