"""The bootstrap interval of a mean change without drawing a sample: its distribution is known exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from training_app.impact.lattices import SumDistribution, TooLong, resampled_sum
from training_app.impact.location import NO_PAIRS, NO_SPREAD, ONE_PAIR
from training_app.impact.results import Interval, Limits, NotCalculable
from training_app.impact.tallies import Tally, size, variance

NOT_WHOLE_NUMBERS = NotCalculable("the exact bootstrap is for ratings in whole numbers")
TOO_MANY_SUMS = NotCalculable("there are too many people and scale points for the exact bootstrap")
TOO_SKEWED = NotCalculable("the changes are too skewed for this correction")

TAIL = 0.025


@dataclass(frozen=True, slots=True)
class BootstrapIntervals:
    """The two 95% intervals of a mean, in the unit of the changes; their limits are multiples of 1/n."""

    percentile: Limits
    bca: Limits


def exact_bootstrap(changes: Tally) -> BootstrapIntervals:
    """The percentile and the BCa interval (Efron 1987) of the mean of ``changes`` (value → people).

    The sum of n draws from the n changes has the n-fold convolution of their distribution, so the interval
    is the limit of infinitely many resamples and the same every time. Not calculable below two people or
    without spread.

    >>> exact_bootstrap({0: 2, 1: 2}).percentile
    Interval(low=0.0, high=1.0)
    """
    n = size(changes)
    if n < 2:
        reason = ONE_PAIR if n else NO_PAIRS
        return BootstrapIntervals(reason, reason)
    if variance(changes) == 0:
        return BootstrapIntervals(NO_SPREAD, NO_SPREAD)
    try:
        sums = resampled_sum(changes)
    except TooLong:
        return BootstrapIntervals(TOO_MANY_SUMS, TOO_MANY_SUMS)
    percentile = _interval(sums, n, TAIL, 1 - TAIL)
    levels = _bca_levels(sums, changes)
    bca = _interval(sums, n, *levels) if levels else TOO_SKEWED
    return BootstrapIntervals(percentile, bca)


def _interval(sums: SumDistribution, n: int, low: float, high: float) -> Interval:
    return Interval(sums.quantile(low) / n, sums.quantile(high) / n)


def _bca_levels(sums: SumDistribution, changes: Tally) -> tuple[float, float] | None:
    """The two probabilities that bias and acceleration turn 2.5% and 97.5% into."""
    below, at = sums.below_and_at(sum(change * n for change, n in changes.items()))
    share = (below + at) / 2
    acceleration = _acceleration(changes)
    if not 0 < share < 1:
        return None
    normal = NormalDist()
    bias = normal.inv_cdf(share)
    levels = []
    for tail in (TAIL, 1 - TAIL):
        moved = bias + normal.inv_cdf(tail)
        if acceleration * moved >= 1:
            return None
        levels.append(normal.cdf(bias + moved / (1 - acceleration * moved)))
    return levels[0], levels[1]


def _acceleration(changes: Tally) -> float:
    """A sixth of the skewness of the leave-one-out means; for a mean these are the changes themselves."""
    n = size(changes)
    total = sum(change * k for change, k in changes.items())
    squares = sum(k * (n * change - total) ** 2 for change, k in changes.items())
    cubes = sum(k * (n * change - total) ** 3 for change, k in changes.items())
    return cubes / (6 * squares * math.sqrt(squares))
