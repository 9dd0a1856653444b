"""Exact whole-number arithmetic on "value → how many people": means, variances, medians, no rounding error.

Ratings are whole numbers already. Typed decimals become whole numbers of their smallest decimal place, so
0.8 − 0.7 and 0.3 − 0.2 are the same change, which binary floating point would deny. A variance is therefore
zero exactly when there is no spread, and ties are ties.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from training_app.impact.table import RatingTable

Tally = Mapping[int, int]

LARGEST_NUMBER = 10**40
MOST_DECIMAL_PLACES = 40


@dataclass(frozen=True, slots=True)
class PairTally:
    """Complete pairs as counts: (before, after) in whole steps of ``unit`` → people."""

    pairs: Mapping[tuple[int, int], int]
    unit: Fraction

    @classmethod
    def from_table(cls, table: RatingTable) -> PairTally:
        """The complete pairs of a rating table, one step being one scale point."""
        return cls(table.pairs, Fraction(1))

    @classmethod
    def from_numbers(cls, before: Sequence[float], after: Sequence[float]) -> PairTally:
        """Pairs of decimals, as typed; ``ValueError`` for unequal lengths or a number that is not finite."""
        if len(before) != len(after):
            raise ValueError(f"before has {len(before)} numbers and after has {len(after)}")
        typed = [(_as_typed(b), _as_typed(a)) for b, a in zip(before, after, strict=True)]
        places = max((_places(number) for pair in typed for number in pair), default=0)
        counts = Counter((_steps(b, places), _steps(a, places)) for b, a in typed)
        return cls(dict(counts), Fraction(1, 10**places))

    @property
    def n(self) -> int:
        """How many people."""
        return sum(self.pairs.values())

    @property
    def before(self) -> Tally:
        """Steps before → people."""
        return _marginal((b, n) for (b, _), n in self.pairs.items())

    @property
    def after(self) -> Tally:
        """Steps after → people."""
        return _marginal((a, n) for (_, a), n in self.pairs.items())

    @property
    def change(self) -> Tally:
        """Steps of change (after − before) → people."""
        return _marginal((a - b, n) for (b, a), n in self.pairs.items())

    def in_units(self, steps: Fraction | int) -> float:
        """Steps back to the unit the numbers came in."""
        return float(steps * self.unit)


def size(tally: Tally) -> int:
    """How many people a tally holds.

    >>> size({2: 3, 5: 1})
    4
    """
    return sum(tally.values())


def mean(tally: Tally) -> Fraction:
    """The exact mean of a tally of at least one person.

    >>> mean({2: 3, 5: 1})
    Fraction(11, 4)
    """
    return Fraction(sum(value * n for value, n in tally.items()), size(tally))


def variance(tally: Tally) -> Fraction:
    """The exact sample variance (divisor n − 1) of a tally of at least two people.

    >>> variance({2: 1, 4: 1})
    Fraction(2, 1)
    """
    n = size(tally)
    total = sum(value * k for value, k in tally.items())
    squares = sum(value * value * k for value, k in tally.items())
    return Fraction(n * squares - total * total, n * (n - 1))


def covariance(pairs: Mapping[tuple[int, int], int]) -> Fraction:
    """The exact sample covariance (divisor n − 1) of at least two pairs.

    >>> covariance({(1, 2): 1, (3, 6): 1})
    Fraction(4, 1)
    """
    n = sum(pairs.values())
    products = sum(b * a * k for (b, a), k in pairs.items())
    befores = sum(b * k for (b, _), k in pairs.items())
    afters = sum(a * k for (_, a), k in pairs.items())
    return Fraction(n * products - befores * afters, n * (n - 1))


def median(tally: Tally) -> Fraction:
    """The median of a tally of at least one person; halfway between the middle two of an even number.

    >>> median({1: 2, 4: 2})
    Fraction(5, 2)
    """
    n = size(tally)
    low = high = None
    seen = 0
    for value in sorted(tally):
        seen += tally[value]
        if low is None and 2 * seen >= n:
            low = value
        if 2 * seen > n:
            high = value
            break
    if low is None or high is None:
        raise ValueError("the median of nobody")
    return Fraction(low + high, 2)


def _marginal(weighted: Iterable[tuple[int, int]]) -> Tally:
    counts: Counter[int] = Counter()
    for value, n in weighted:
        counts[value] += n
    return dict(sorted(counts.items()))


def _as_typed(number: float) -> Decimal:
    if isinstance(number, bool) or not math.isfinite(number):
        raise ValueError(f"{number!r} is not a finite number")
    typed = Decimal(repr(float(number))) if not isinstance(number, int) else Decimal(number)
    if abs(typed) > LARGEST_NUMBER or _places(typed) > MOST_DECIMAL_PLACES:
        raise ValueError(f"{number!r} is too large, or has too many decimal places, to compare exactly")
    return typed


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _steps(number: Decimal, places: int) -> int:
    return int(Fraction(number) * 10**places)
