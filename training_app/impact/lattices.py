"""Exact distributions of sums on a lattice of whole numbers, from counts.

Two sums cover every exact method of this package. A *signed sum* T = Σ ± wᵢ with independent fair signs is
the sign-flip and the signed-rank statistic: m people sharing a weight w add w·(2·B − m), B ~ Bin(m, ½), and
the characteristic function is Π cos(w·t)^m. A *resampled sum* of n draws with replacement has the
characteristic function φ(t)^n of one draw. Short distributions are built by direct convolution, which adds
only positive numbers and so keeps its relative accuracy far into the tail; long ones by one inverse Fourier
transform on a circle of at least ±13 standard deviations (absolute error about 1e-15).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from training_app.impact.tallies import Tally

if TYPE_CHECKING:
    import numpy

LONGEST_DIRECT = 1 << 13
"""Lattice points up to which signed sums are convolved directly."""
LONGEST_TRANSFORM = 1 << 24
"""Lattice points up to which a Fourier transform is worth its memory (128 MB)."""
MOST_ENUMERATED = 1 << 18
"""Different sums up to which sign patterns without a common lattice are counted one by one."""
MOST_FLIPPED = 1000
"""People up to which that is tried at all."""
HALF_WIDTH_SD = 13.0
"""Half the circle in standard deviations: what lies outside weighs less than 1e-37."""
PRECISION = 1e-15
"""The absolute error of the transform, and the least p it reports."""


class TooLong(ValueError):
    """The lattice of this sum has too many points for an exact calculation."""


def signed_sum_tail(weights: Tally, observed: int) -> float:
    """P(T ≥ |observed|) for T = Σ ± w, each of the ``weights`` (weight → people) with a fair sign.

    Weights are positive whole numbers, ``observed`` a value T can take. The two-sided p is twice this, or 1
    when ``observed`` is 0. Raises :class:`TooLong` if there are too many different sums to be exact.

    >>> signed_sum_tail({1: 1, 2: 1, 3: 1}, 6)
    0.125
    """
    if not weights:
        return 1.0
    step = math.gcd(*weights)
    reduced = {weight // step: n for weight, n in weights.items()}
    reach = sum(weight * n for weight, n in reduced.items())
    target = abs(observed) // step
    if target >= reach:
        return max(0.5 ** sum(weights.values()), 5e-324)
    if reach < LONGEST_DIRECT:
        return _direct_tail(reduced, reach, target)
    spread = math.sqrt(sum(weight * weight * n for weight, n in reduced.items()))
    half = min(reach, math.ceil(HALF_WIDTH_SD * spread))
    if 2 * half >= LONGEST_TRANSFORM:
        return _enumerated_tail(reduced, target)
    return _transformed_tail(reduced, half, target)


def _direct_tail(weights: Tally, reach: int, target: int) -> float:
    """Convolve the groups one by one; index i stands for T = 2·i − reach."""
    import numpy as np

    pmf = np.ones(1)
    for weight, n in weights.items():
        group = np.zeros(weight * n + 1)
        group[::weight] = _fair_coins(n)
        pmf = np.convolve(pmf, group)
    first = (target + reach + 1) // 2
    return min(1.0, float(pmf[first:].sum()))


def _fair_coins(n: int) -> numpy.ndarray[Any, Any]:
    """The probabilities of 0, 1, …, n heads of n fair coins."""
    import numpy as np

    if n <= 1000:
        return np.array([math.comb(n, k) / 2**n for k in range(n + 1)])
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)]
    return np.exp(np.array(logs) - n * math.log(2))


def _enumerated_tail(weights: Tally, target: int) -> float:
    """Count sign patterns sum by sum: for a few decimals that share no lattice of a sensible length."""
    if sum(weights.values()) > MOST_FLIPPED:
        raise TooLong(f"more than {MOST_FLIPPED} changes without a common lattice")
    patterns = {0: 1}
    for weight, n in weights.items():
        sums: dict[int, int] = {}
        for flips in range(n + 1):
            shift, ways = weight * (2 * flips - n), math.comb(n, flips)
            for total, count in patterns.items():
                sums[total + shift] = sums.get(total + shift, 0) + count * ways
            if len(sums) > MOST_ENUMERATED:
                raise TooLong(f"more than {MOST_ENUMERATED} different sums")
        patterns = sums
    hits = sum(count for total, count in patterns.items() if total >= target)
    return float(Fraction(hits, 2 ** sum(weights.values())))


def _transformed_tail(weights: Tally, half: int, target: int) -> float:
    """Invert Π cos(w·t)^m on a circle of whole numbers from −half to half, which hold all that weighs."""
    import numpy as np

    if target > half:
        return PRECISION
    points = _circle(2 * half + 1)
    t = np.arange(points // 2 + 1) * (2 * np.pi / points)
    phi = np.ones_like(t)
    for weight, n in weights.items():
        phi *= np.cos(weight * t) ** n
    pmf = np.fft.irfft(phi, points)
    return min(1.0, max(float(pmf[target : half + 1].sum()), PRECISION))


@dataclass(frozen=True, slots=True)
class SumDistribution:
    """The distribution of a sum: ``first`` is the value of the first probability, steps of one follow."""

    first: int
    cumulative: numpy.ndarray[Any, Any]

    def below_and_at(self, value: int) -> tuple[float, float]:
        """P(S < value) and P(S ≤ value).

        >>> resampled_sum({0: 1, 1: 1}).below_and_at(1)
        (0.25, 0.75)
        """
        index = value - self.first
        below = self.cumulative[index - 1] if index >= 1 else 0.0
        return float(below), float(self.cumulative[index])

    def quantile(self, probability: float) -> int:
        """The smallest value with P(S ≤ value) at least ``probability``, allowing for the method's error."""
        import numpy as np

        index = int(np.searchsorted(self.cumulative, probability - 1e-12, side="left"))
        return self.first + min(index, len(self.cumulative) - 1)


def resampled_sum(tally: Tally) -> SumDistribution:
    """The sum of n draws with replacement from the n values of ``tally`` (value → people), exactly.

    Raises :class:`TooLong` if the lattice is beyond ``LONGEST_TRANSFORM``.

    >>> resampled_sum({0: 1, 1: 1}).quantile(0.5)
    1
    """
    import numpy as np

    n = sum(tally.values())
    lowest, highest = min(tally), max(tally)
    total = sum(value * k for value, k in tally.items())
    spread = math.sqrt(sum(k * (value - total / n) ** 2 for value, k in tally.items()))
    half = math.ceil(HALF_WIDTH_SD * spread) + 1
    first, last = max(n * lowest, total - half), min(n * highest, total + half)
    points = _circle(last - first + 1)
    t = np.arange(points // 2 + 1) * (2 * np.pi / points)
    phi = np.zeros(len(t), dtype=complex)
    for value, k in tally.items():
        phi += (k / n) * np.exp(-1j * (value - lowest) * t)
    # Index 0 of the circle is the sum n·lowest; turn it until it is ``first``.
    pmf = np.roll(np.fft.irfft(phi**n, points), -((first - n * lowest) % points))
    return SumDistribution(first, np.cumsum(np.maximum(pmf[: last - first + 1], 0.0)))


def _circle(least: int) -> int:
    points = 1 << max(1, (least - 1).bit_length())
    if points > LONGEST_TRANSFORM:
        raise TooLong(f"{least} lattice points")
    return points
