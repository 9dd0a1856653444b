"""How names are tidied, and when two of them are the same.

From the one that forgives least to the one that forgives most; none of them minds what cannot be seen, nor which
sign stands for an apostrophe:

`same_name`: titles of courses and names of priorities. Only case, spacing and the shape of a dash or apostrophe do not
matter: a text that says more than the name is not the name.
`comparable`: agencies. Accents, punctuation, initials with dots, “the” and “and” do not matter either. It is
stored beside each alias of an agency, so what it makes of a name may not change without a migration.
`comparable_person`: people. The same, and neither the order of the words nor a title matters, nor a letter like ł that
a keyboard writes as l. Two people may be called alike: whoever compares them asks, and never joins them by it.
`by_surname`: how a list of people is ordered. It is stored beside each name: it may not change without a migration.
`folded`: what is searched. All but letters and digits is left out, and parts of words are found; of people, `fit` says
how well.
"""

import re
import unicodedata
from collections.abc import Sequence

from training_app.words.signs import plain_apostrophes, without_apostrophes, without_unseen

LONGEST_NAME = 120
LONGEST_JOB = 120
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\w)+(?!\w)")
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "rev", "revd", "reverend"}
)
# What stands before a surname and belongs to it: van der Berg, Ó Briain, de la Cruz, ap Rhys.
_BEFORE_SURNAMES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "ter",
    "ten", "el", "al", "bin", "ibn", "bint", "ap", "ab", "ferch", "mac", "mc", "o", "ni", "nic", "ui", "st",
    "saint", "abu", "ben",
})  # fmt: skip
# Of these, what is written in one word as often as in two: O Brien and O'Brien stand side by side.
_JOINED_TO_SURNAMES = frozenset({"o", "mac", "mc"})
# What stands behind a name and is none.
_AFTER_NAMES = frozenset({
    "jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "mbe", "obe", "cbe", "phd", "rn", "msc",
    "bsc", "ba", "ma",
})  # fmt: skip  # fmt: skip
LONGEST_SORT_NAME = 250
# Letters that are no other letter with an accent, and that an English keyboard writes so.
_AS_TYPED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def tidy(text: str) -> str:
    """One line as a person meant it: accents composed, spaces single, nothing that cannot be seen.

    >>> tidy("  Siân   O’Neill-Łoś ")
    'Siân O’Neill-Łoś'
    """
    seen = (sign for sign in without_unseen(text) if sign.isspace() or unicodedata.category(sign) != "Cc")
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def is_a_name(text: str) -> bool:
    """Could this be what someone is called? One word is enough, and so is one letter."""
    return any(sign.isalpha() for sign in text) and len(text) <= LONGEST_NAME


def same_name(text: str) -> str:
    """A title or a priority's name as it is matched.

    >>> same_name("  Out–of school's ") == same_name("out-of SCHOOL’S")
    True
    """
    plain = unicodedata.normalize("NFKC", plain_apostrophes(without_unseen(text)))
    return " ".join(plain.replace("–", "-").replace("—", "-").casefold().split())


def comparable(name: str) -> str:
    """The name of an agency as it is compared.

    >>> comparable("  The Leicestershire  POLICE. ") == comparable("leicestershire police")
    True
    >>> comparable("St. Mary’s"), comparable("L.P.T.")
    ('st marys', 'lpt')
    """
    return " ".join(word for word in _compared_words(name) if word not in {"the", "and"})


def comparable_person(name: str) -> str:
    """The name of a person as it is compared.

    >>> comparable_person("HATHERSAGE, Dr. Zoë"), comparable_person("Paweł O’Rourke")
    ('hathersage zoe', 'orourke pawel')
    """
    return " ".join(sorted(" ".join(_without_titles(_compared_words(name))).translate(_AS_TYPED).split()))


def called_alike(one: str, other: str) -> bool:
    """Could these be two ways of writing one person's name?"""
    return comparable_person(one) == comparable_person(other) != ""


def searched_words(text: str) -> list[str]:
    """What someone types to find a person, as `fit` takes it.

    >>> searched_words(" O'Rourke,  Miss SIÂN")
    ['orourke', 'sian']
    """
    return list(dict.fromkeys(_without_titles(_compared_words(text))))


def fit(wanted: Sequence[str], name: str) -> int:
    """How well a person's name fits the words that are looked for: 2 as whole words, 1 in parts of words, 0 not.

    A letter like ł is found by l, and not the other way about: whoever can type it means it.

    >>> [fit(["pawel"], "Paweł"), fit(["paw"], "Paweł"), fit(["paweł"], "Pawel"), fit([], "Paweł")]
    [2, 1, 0, 0]
    """
    words = _compared_words(name)
    words += [word.translate(_AS_TYPED) for word in words]
    if not wanted or not words:
        return 0
    if all(one in words for one in wanted):
        return 2
    # “o rourke” and “orourke” are found by each other, and so are the halves of a name with a hyphen.
    within = " ".join([*words, "".join(words)])
    return 1 if all(one in within for one in wanted) else 0


def folded(text: str) -> str:
    """Text as it is searched: case, accents, apostrophes, punctuation and spacing do not matter.

    >>> folded("Children’s  Café: Núñez") == folded("CHILDRENS CAFE NUNEZ")
    True
    """
    plain = without_unseen(without_apostrophes(text)).casefold()
    return " ".join(re.findall(r"\w+", without_apostrophes(_without_accents(plain))))


def by_surname(name: str) -> str:
    """What a list of people is ordered by, sign by sign: the surname in one piece, then the other names.

    >>> [by_surname(one) for one in ("Jan van der Berg", "Dr Siân Ó Briain", "Ann Soar-Bell", "Lee, Ann", "Chloé")]
    ['van-der-berg jan', 'obriain sian', 'soar-bell ann', 'lee ann', 'chloe']
    """
    surname, others = _surname_and_others(name)
    # A hyphen comes after the space and before every letter: Soar, Soar-Bell, Soarson.
    return " ".join(filter(None, ["-".join(surname), *others]))[:LONGEST_SORT_NAME]


def _surname_and_others(name: str) -> tuple[list[str], list[str]]:
    first, _, rest = name.partition(",")
    before, behind = _words_of_name(first), _words_of_name(rest)
    if before and behind and not all(word in _AFTER_NAMES for word in behind):
        return _joined(before), behind  # van der Berg, Jan
    words = before or behind
    while len(words) > 1 and words[-1] in _AFTER_NAMES:
        words = words[:-1]
    begins = len(words) - 1
    while begins > 1 and words[begins - 1] in _BEFORE_SURNAMES:
        begins -= 1
    return _joined(words[begins:]), words[:begins]


def _words_of_name(text: str) -> list[str]:
    """As it is compared, but a name with a hyphen stays one word."""
    words = ["-".join(_compared_words(word)).translate(_AS_TYPED) for word in text.split()]
    return _without_titles([word for word in words if word])


def _joined(surname: list[str]) -> list[str]:
    if len(surname) > 1 and surname[0] in _JOINED_TO_SURNAMES:
        return [surname[0] + surname[1], *surname[2:]]
    return surname


def _compared_words(name: str) -> list[str]:
    # Before accents are taken off and again after: some signs are an apostrophe only then.
    plain = unicodedata.normalize("NFKD", without_unseen(without_apostrophes(name))).casefold()
    plain = without_apostrophes(_without_accents(plain))
    joined = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    return re.findall(r"[^\W_]+", joined.replace("&", " and "))


def _without_titles(words: list[str]) -> list[str]:
    """A title says how someone is addressed, and not who they are; unless nothing else is said."""
    return [word for word in words if word not in TITLES] or words


def _without_accents(text: str) -> str:
    if text.isascii():  # most names are, and a search reads them all
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
