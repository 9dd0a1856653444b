"""Where the changes lie: the mean with Student's interval, and the Hodges–Lehmann estimate."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training_app.impact.results import Figure, Interval, Limits, NotCalculable
from training_app.impact.tallies import PairTally, Tally, mean, size, variance

NO_PAIRS = NotCalculable("nobody gave a rating both before and after")
ONE_PAIR = NotCalculable("one pair has no spread to judge by")
NO_SPREAD = NotCalculable("every change is the same, so there is no spread to judge by")


@dataclass(frozen=True, slots=True)
class MeanChangeTest:
    """Spread of the changes, and Student's paired t from it; ``ci95`` is in the unit of the changes."""

    sd: Figure
    se: Figure
    t: Figure
    df: int | NotCalculable
    p: Figure
    ci95: Limits


def standard_deviation(tally: Tally, pairs: PairTally) -> Figure:
    """The sample standard deviation (divisor n − 1) of one side of the pairs, in its unit."""
    n = size(tally)
    if n < 2:
        return ONE_PAIR if n else NO_PAIRS
    return math.sqrt(variance(tally)) * float(pairs.unit)


def mean_change_test(pairs: PairTally) -> MeanChangeTest:
    """Student's (1908) paired t of the changes against no change, with its 95% interval.

    Without spread there is no t, p or interval, though the mean change itself stands.

    >>> pairs = PairTally.from_numbers([1, 2, 3], [2, 4, 6])
    >>> round(mean_change_test(pairs).t, 4)
    3.4641
    """
    changes, n = pairs.change, pairs.n
    if n < 2:
        reason = ONE_PAIR if n else NO_PAIRS
        return MeanChangeTest(reason, reason, reason, reason, reason, reason)
    spread = math.sqrt(variance(changes))
    if spread == 0:
        return MeanChangeTest(0.0, 0.0, NO_SPREAD, n - 1, NO_SPREAD, NO_SPREAD)
    from scipy.special import stdtr, stdtrit

    centre, error = mean(changes), spread / math.sqrt(n)
    t = float(centre) / error
    reach = float(stdtrit(n - 1, 0.975)) * error
    unit = float(pairs.unit)
    return MeanChangeTest(
        sd=spread * unit,
        se=error * unit,
        t=t,
        df=n - 1,
        p=min(1.0, 2 * float(stdtr(n - 1, -abs(t)))),
        ci95=Interval((float(centre) - reach) * unit, (float(centre) + reach) * unit),
    )


def hodges_lehmann(pairs: PairTally) -> Figure:
    """The median of the averages of all pairs of changes, each change with itself included.

    Hodges & Lehmann (1963). Nothing is listed: how many sums of two changes lie at or below a value is
    counted from the tally, and the value that holds the middle is found by halving.

    >>> hodges_lehmann(PairTally.from_numbers([0, 0, 0], [1, 2, 6]))
    2.75
    """
    changes, n = pairs.change, pairs.n
    if n == 0:
        return NO_PAIRS
    walsh = n * (n + 1) // 2
    low = _smallest_sum_holding((walsh + 1) // 2, changes)
    high = low if walsh % 2 else _smallest_sum_holding(walsh // 2 + 1, changes)
    return pairs.in_units(low + high) / 4


def _smallest_sum_holding(rank: int, changes: Tally) -> int:
    """The ``rank``-th smallest of the sums cᵢ + cⱼ, i ≤ j."""
    values = sorted(changes)
    low, high = 2 * values[0], 2 * values[-1]
    while low < high:
        middle = (low + high) // 2
        if _sums_up_to(middle, values, changes) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


def _sums_up_to(limit: int, values: list[int], changes: Tally) -> int:
    """How many of the sums cᵢ + cⱼ, i ≤ j, are at most ``limit``: one walk from both ends."""
    ordered = partners = 0
    for value in values:
        partners += changes[value]
    at = len(values) - 1
    for value in values:
        while at >= 0 and value + values[at] > limit:
            partners -= changes[values[at]]
            at -= 1
        ordered += changes[value] * partners
    themselves = sum(changes[value] for value in values if 2 * value <= limit)
    return (ordered + themselves) // 2
