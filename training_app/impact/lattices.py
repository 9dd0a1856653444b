"""Exact distributions of sums on a lattice of whole numbers, from counts.

Two sums cover every exact method of this package. A *signed sum* T = Σ ± wᵢ with independent fair signs is
the sign-flip and the signed-rank statistic: m people sharing a weight w add w·(2·B − m), B ~ Bin(m, ½), and
the characteristic function is Π cos(w·t)^m. A *resampled sum* of n draws with replacement has the
characteristic function φ(t)^n of one draw. Short distributions are added up person by person, which only
ever adds positive numbers and so keeps its relative accuracy far into the tail; long ones come from one
inverse Fourier transform on a circle of at least ±13 standard deviations (absolute error about 1e-15).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training_app.impact.tallies import Tally

if TYPE_CHECKING:
    import numpy

CHEAP_DIRECT = 1 << 25
"""Additions up to which signed sums are added up one person at a time, whatever the transform would cost."""
ADDITIONS_PER_COSINE = 40
"""What one point of one weight costs in the transform, in additions; measured, decides speed only."""
LONGEST_TRANSFORM = 1 << 24
"""Lattice points up to which a Fourier transform is worth its memory (128 MB)."""
MOST_ENUMERATED = 36
"""People up to which sign patterns are counted when their changes share no lattice of a sensible length."""
HALF_WIDTH_SD = 13.0
"""Half the circle in standard deviations: what lies outside weighs less than 1e-37."""
LEAST = 1e-300
"""Stands for a cosine of zero, so that its logarithm is merely very negative."""
WEIGHS_NOTHING = -60.0
"""Logarithm below which a value of the characteristic function cannot move any probability."""
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
    people = sum(reduced.values())
    spread = math.sqrt(sum(weight * weight * n for weight, n in reduced.items()))
    half = min(reach, math.ceil(HALF_WIDTH_SD * spread))
    transform = len(reduced) * half * ADDITIONS_PER_COSINE
    if reach < LONGEST_TRANSFORM and people * reach <= max(CHEAP_DIRECT, transform):
        return _direct_tail(reduced, reach, target)
    if 2 * half < LONGEST_TRANSFORM:
        return _transformed_tail(reduced, half, target)
    return _enumerated_tail(reduced, target)


def _direct_tail(weights: Tally, reach: int, target: int) -> float:
    """Add one fair sign after another; index i stands for T = 2·i − reach."""
    import numpy as np

    pmf = np.zeros(reach + 1)
    pmf[0], length = 1.0, 1
    for weight in sorted(weights):
        for _ in range(weights[weight]):
            half = pmf[:length] / 2
            pmf[:length] = half
            pmf[weight : weight + length] += half
            length += weight
    return min(1.0, float(pmf[(target + reach + 1) // 2 :].sum()))


def _enumerated_tail(weights: Tally, target: int) -> float:
    """Count sign patterns exactly: the sums of each half of the people, matched by a walk from both ends."""
    each = [weight for weight, n in weights.items() if n <= MOST_ENUMERATED for _ in range(n)]
    if not sum(weights.values()) == len(each) <= MOST_ENUMERATED:
        raise TooLong(f"more than {MOST_ENUMERATED} changes without a common lattice")
    left, right = _pattern_sums(each[::2]), _pattern_sums(each[1::2])
    hits, at = 0, len(right)
    for total in left:
        while at and total + right[at - 1] >= target:
            at -= 1
        hits += len(right) - at
    return hits / (1 << len(each))


def _pattern_sums(weights: list[int]) -> list[int]:
    """The sums of every pattern of signs, ascending."""
    sums = [0]
    for weight in weights:
        sums = [total - weight for total in sums] + [total + weight for total in sums]
    return sorted(sums)


def _transformed_tail(weights: Tally, half: int, target: int) -> float:
    """Invert Π cos(w·t)^m on a circle of whole numbers from −half to half, which hold all that weighs."""
    import numpy as np

    if target > half:
        return PRECISION
    points = _circle(2 * half + 1)
    steps = np.arange(points // 2 + 1)
    log_phi, negative = np.zeros(len(steps)), np.zeros(len(steps), dtype=bool)
    for weight, n in weights.items():
        # Reducing in whole numbers keeps the angle exact.
        angle = (weight * steps & points - 1) * (2 * np.pi / points)
        sine, cosine = np.sin(angle), np.cos(angle)
        # A cosine near 1 loses in log what a huge n would magnify; one near 0 loses in log1p.
        near_one = np.log1p(-np.minimum(sine * sine, 0.5)) / 2
        log_phi += n * np.where(sine * sine < 0.5, near_one, np.log(np.maximum(np.abs(cosine), LEAST)))
        if n % 2:
            negative ^= cosine < 0
    phi = np.exp(np.where(log_phi > WEIGHS_NOTHING, log_phi, -np.inf))
    phi[negative] *= -1
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
