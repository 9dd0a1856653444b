"""Counts of before × after ratings: all that any figure about integer ratings needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Rating = int | None
Cell = tuple[Rating, Rating]

DEFAULT_SCALE = (1, 10)
LONGEST_SCALE = 1001
"""Most points a scale may have: beyond it a rating is a measurement, for ``paired_change_continuous``."""


@dataclass(frozen=True, slots=True)
class RatingTable:
    """How many people gave each combination of a rating before and a rating after.

    A (k+1) × (k+1) table for a scale of k whole numbers, the extra row and column being "missing"
    (``None``). Only the cells that are not zero are kept, sorted, so two tables are equal exactly when
    every count is. Tables of the same scale add: ``sum(tables, RatingTable.empty())``.

    Build one with :meth:`from_pairs` or :meth:`from_counts`; they raise ``ValueError`` for a rating off
    the scale, a negative count, or a scale that is not two whole numbers in ascending order.

    >>> table = RatingTable.from_pairs([(5, 7), (5, 7), (None, 6), (9, None)])
    >>> table.n_pairs, table.n_before_only, table.n_after_only
    (2, 1, 1)
    >>> (table + table).count(5, 7)
    4
    """

    scale: tuple[int, int]
    cells: tuple[tuple[Cell, int], ...]

    def __post_init__(self) -> None:
        _check_scale(self.scale)
        for cell, n in self.cells:
            _check_cell(cell, n, self.scale)
        cells = [cell for cell, _ in self.cells]
        if cells != sorted(set(cells), key=_order) or any(n == 0 for _, n in self.cells):
            raise ValueError("cells must be sorted, without repeats or zeros: use from_counts")

    @classmethod
    def from_counts(cls, counts: Mapping[Cell, int], scale: tuple[int, int] = DEFAULT_SCALE) -> RatingTable:
        """Build a table from how many people gave each (before, after); ``None`` stands for missing.

        >>> RatingTable.from_counts({(4, 6): 1_000_000, (4, None): 3}).n_pairs
        1000000
        """
        _check_scale(scale)
        for cell, n in counts.items():
            _check_cell(cell, n, scale)
        kept = sorted((cell for cell, n in counts.items() if n), key=_order)
        return cls((scale[0], scale[1]), tuple((cell, counts[cell]) for cell in kept))

    @classmethod
    def from_pairs(cls, pairs: Iterable[Cell], scale: tuple[int, int] = DEFAULT_SCALE) -> RatingTable:
        """Build a table from one (before, after) for each person; ``None`` stands for missing.

        >>> RatingTable.from_pairs([(1, 2), (1, 2)], scale=(1, 5)).count(1, 2)
        2
        """
        _check_scale(scale)
        seen: Counter[Cell] = Counter()
        for before, after in pairs:
            _check_cell((before, after), 1, scale)
            seen[before, after] += 1
        return cls.from_counts(seen, scale)

    @classmethod
    def empty(cls, scale: tuple[int, int] = DEFAULT_SCALE) -> RatingTable:
        """A table in which nobody has answered: the start of a sum."""
        _check_scale(scale)
        return cls((scale[0], scale[1]), ())

    def __add__(self, other: RatingTable) -> RatingTable:
        """Add the counts of two tables on the same scale; ``ValueError`` if the scales differ."""
        if not isinstance(other, RatingTable):
            return NotImplemented
        if self.scale != other.scale:
            raise ValueError(f"tables on the scales {self.scale} and {other.scale} cannot be added")
        total = Counter(dict(self.cells))
        total.update(dict(other.cells))
        return RatingTable.from_counts(total, self.scale)

    @property
    def counts(self) -> dict[Cell, int]:
        """A copy of the cells that are not zero: (before, after) → people."""
        return dict(self.cells)

    @property
    def pairs(self) -> dict[tuple[int, int], int]:
        """The complete cells only: (before, after) → people who gave both ratings.

        >>> RatingTable.from_pairs([(5, 7), (None, 6)]).pairs
        {(5, 7): 1}
        """
        return {(b, a): n for (b, a), n in self.cells if b is not None and a is not None}

    def count(self, before: Rating, after: Rating) -> int:
        """How many people gave this combination."""
        return self.counts.get((before, after), 0)

    @property
    def n_pairs(self) -> int:
        """People with both ratings."""
        return sum(self.pairs.values())

    @property
    def n_before_only(self) -> int:
        """People with a rating before and none after."""
        return sum(n for (b, a), n in self.cells if b is not None and a is None)

    @property
    def n_after_only(self) -> int:
        """People with a rating after and none before."""
        return sum(n for (b, a), n in self.cells if b is None and a is not None)

    @property
    def n_neither(self) -> int:
        """People who were asked and gave neither rating."""
        return self.count(None, None)

    def rows(self) -> list[list[int]]:
        """The whole table as lists, before down and after across, "missing" last in both.

        >>> RatingTable.from_pairs([(1, 2), (2, None)], scale=(1, 2)).rows()
        [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
        """
        points: list[Rating] = [*range(self.scale[0], self.scale[1] + 1), None]
        counts = self.counts
        return [[counts.get((before, after), 0) for after in points] for before in points]

    def swapped(self) -> RatingTable:
        """The same people with before and after exchanged."""
        return RatingTable.from_counts({(a, b): n for (b, a), n in self.cells}, self.scale)


def _order(cell: Cell) -> tuple[tuple[bool, int], tuple[bool, int]]:
    before, after = cell
    return (before is None, before or 0), (after is None, after or 0)


def _check_scale(scale: tuple[int, int]) -> None:
    if len(scale) != 2 or not all(type(end) is int for end in scale) or scale[0] >= scale[1]:
        raise ValueError(f"a scale is two whole numbers, the lower first, not {scale!r}")
    if scale[1] - scale[0] >= LONGEST_SCALE:
        raise ValueError(f"a scale has at most {LONGEST_SCALE} points, not {scale[1] - scale[0] + 1}")


def _check_cell(cell: Cell, n: int, scale: tuple[int, int]) -> None:
    for rating in cell:
        if rating is None:
            continue
        if type(rating) is not int:
            raise ValueError(f"a rating is a whole number or None, not {rating!r}")
        if not scale[0] <= rating <= scale[1]:
            raise ValueError(f"{rating} is not between {scale[0]} and {scale[1]}")
    if type(n) is not int or n < 0:
        raise ValueError(f"a count is a whole number of people, not {n!r}")
