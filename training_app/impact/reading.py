"""Ratings as people type them: whole numbers on the scale are taken, blanks are missing, the rest is named.

Nothing is clipped, rounded or guessed at. "3.0" is taken as 3, whether a number or text, because spreadsheets
and exports write whole numbers so; "3.5", "9/10", "+5", "5,0" and "seven" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from training_app.impact.table import DEFAULT_SCALE, Rating, RatingTable

MISSING_WORDS = frozenset({"", "none", "n/a"})
INVISIBLE = "\u200b\u2060\ufeff"
"""Characters of no width that spreadsheets and web pages leave around a number; no eye could find them."""
WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,300})(?:\.0+)?", re.ASCII)
DECIMAL_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+", re.ASCII)


class Fault(Enum):
    """What is wrong with a cell, so that cells can be counted by it."""

    WORDS = "words in place of a number"
    MORE_THAN_A_NUMBER = "more than a number in a cell"
    NOT_WHOLE = "a number that is not whole"
    OFF_THE_SCALE = "a number off the scale"


class NotARating(ValueError):
    """A cell that is neither a rating nor missing: the sentence, and the kind of fault."""

    def __init__(self, sentence: str, fault: Fault) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class RejectedCell:
    """One cell that is not a rating: row from 0, column 0 (before) or 1 (after), and why, in words."""

    row: int
    column: int
    value: object
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """One row whose cells are ratings or missing (``None``); ``row`` counts from 0."""

    row: int
    before: Rating
    after: Rating


@dataclass(frozen=True, slots=True)
class ReadRatings:
    """What was read: the rows taken, in order, and every cell turned down.

    A row with a rejected cell is in ``rejected`` only: its other side is neither paired nor counted as a
    rating on its own.
    """

    accepted: tuple[AcceptedRow, ...]
    rejected: tuple[RejectedCell, ...]
    scale: tuple[int, int]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(before, after) of each row with both."""
        return [(r.before, r.after) for r in self.accepted if r.before is not None and r.after is not None]

    @property
    def before_only(self) -> list[int]:
        """Ratings before of rows that lack one after."""
        return [r.before for r in self.accepted if r.before is not None and r.after is None]

    @property
    def after_only(self) -> list[int]:
        """Ratings after of rows that lack one before."""
        return [r.after for r in self.accepted if r.before is None and r.after is not None]

    @property
    def table(self) -> RatingTable:
        """The rows taken, one person each, as a table of counts."""
        return RatingTable.from_pairs(((r.before, r.after) for r in self.accepted), self.scale)


def read_ratings(rows: Iterable[Sequence[object]], scale: tuple[int, int] = DEFAULT_SCALE) -> ReadRatings:
    """Read rows of (before, after) cells: numbers, text or ``None``.

    Raises ``ValueError`` if a row has not two cells or the scale is not a scale; a bad cell never raises.

    >>> read = read_ratings([(5, " 7 "), ("9/10", 9), ("", 6)])
    >>> read.pairs, read.after_only, read.rejected[0].reason
    ([(5, 7)], [6], '“9/10”: type the number alone')
    """
    scale = RatingTable.empty(scale).scale
    accepted: list[AcceptedRow] = []
    rejected: list[RejectedCell] = []
    for index, cells in enumerate(rows):
        if len(cells) != 2:
            raise ValueError(f"row {index} has {len(cells)} cells, not before and after")
        ratings: list[Rating] = []
        for column, cell in enumerate(cells):
            try:
                ratings.append(read_rating(cell, scale))
            except ValueError as refusal:
                rejected.append(RejectedCell(index, column, cell, str(refusal)))
        if len(ratings) == 2:
            accepted.append(AcceptedRow(index, ratings[0], ratings[1]))
    return ReadRatings(tuple(accepted), tuple(rejected), scale)


def read_rating(cell: object, scale: tuple[int, int] = DEFAULT_SCALE) -> Rating:
    """Read one cell: a rating on the scale, or ``None`` if blank; ``NotARating`` (a ``ValueError``) says why not.

    >>> read_rating("\\u00a03.0 "), read_rating("N/A")
    (3, None)
    >>> read_rating(6.5)
    Traceback (most recent call last):
    training_app.impact.reading.NotARating: 6.5 is not a whole number
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise NotARating(f"“{cell}” is not a number", Fault.WORDS)
    if isinstance(cell, int):
        return _on_scale(cell, scale)
    if isinstance(cell, float):
        if not cell.is_integer():
            raise NotARating(f"{cell} is not a whole number", Fault.NOT_WHOLE)
        return _on_scale(int(cell), scale)
    if isinstance(cell, str):
        return _read_text(cell, scale)
    raise NotARating(f"“{_shown(str(cell))}” is not a number", Fault.WORDS)


def _read_text(typed: str, scale: tuple[int, int]) -> Rating:
    text = _trimmed(typed)
    if text.casefold() in MISSING_WORDS:
        return None
    whole = WHOLE_NUMBER.fullmatch(text)
    if whole:
        return _on_scale(int(whole[1]), scale)
    if DECIMAL_NUMBER.fullmatch(text):
        raise NotARating(f"{_shown(text)} is not a whole number", Fault.NOT_WHOLE)
    if any(character.isdigit() for character in text):
        raise NotARating(f"“{_shown(text)}”: type the number alone", Fault.MORE_THAN_A_NUMBER)
    raise NotARating(f"“{_shown(text)}” is not a number", Fault.WORDS)


def _trimmed(typed: str) -> str:
    """Without spaces of any kind (no-break too) and invisible characters around it."""
    text = typed.strip()
    while text and (text[0] in INVISIBLE or text[-1] in INVISIBLE):
        text = text.strip(INVISIBLE).strip()
    return text


def _on_scale(number: int, scale: tuple[int, int]) -> int:
    if not scale[0] <= number <= scale[1]:
        said = f"{_shown(_digits(number))} is not between {scale[0]} and {scale[1]}"
        raise NotARating(said, Fault.OFF_THE_SCALE)
    return number


def _digits(number: int) -> str:
    """The number in digits, unless it is so long that writing it out would be refused."""
    return str(number) if abs(number) < 10**300 else "a number of more than 300 digits"


def _shown(text: str) -> str:
    """What was typed, cut to a length that fits a sentence."""
    return text if len(text) <= 40 else f"{text[:39]}…"
