"""Signs that stand in a text without being meant: what nobody can see, and what is put for an apostrophe."""

import re

# What a page, a letter or a spreadsheet brings along when it is copied: soft hyphens, spaces and joiners of no width,
# marks that turn the reading direction (they could make a name read as something else), fillers that print nothing.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
# What people, phones and word processors put for an apostrophe.
APOSTROPHES = "'’‘‛`´′ʹʻʼꞌ＇"
_ANY_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


def without_unseen(text: str) -> str:
    """The text without what nobody can see in it.

    >>> without_unseen("Zo\\u00adë\\u200b")
    'Zoë'
    """
    return UNSEEN.sub("", text)


def without_apostrophes(text: str) -> str:
    """children’s and childrens are written alike."""
    return _ANY_APOSTROPHE.sub("", text)


def plain_apostrophes(text: str) -> str:
    """Every apostrophe as a keyboard has it.

    >>> plain_apostrophes("O’Rourke")
    "O'Rourke"
    """
    return _ANY_APOSTROPHE.sub("'", text)
