"""How large a change is, free of its unit: standardised, by ranks, by people, and by the room there was."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from training_app.impact.location import NO_PAIRS, NO_SPREAD, ONE_PAIR
from training_app.impact.results import Figure, NotCalculable
from training_app.impact.tallies import PairTally, covariance, mean, variance

NO_SPREAD_OF_RATINGS = NotCalculable("everybody gave the same ratings, so there is no spread to compare with")
ONE_SIDE_CONSTANT = NotCalculable("everybody gave the same rating on one side, so nothing can go together")
TOO_FEW_TO_CORRECT = NotCalculable("the small-sample correction needs at least three pairs")
NOBODY_CHANGED = NotCalculable("nobody's rating changed, so there are no ranks to compare")
ALL_AT_TOP = NotCalculable("everybody was at the top of the scale before, so there was no room to gain")
NO_SCALE = NotCalculable("these numbers have no scale with a top")

LOG_GAMMA_UP_TO = 1000
"""Degrees of freedom beyond which the difference of two huge log-gammas loses digits a series keeps."""


def standardised_by_change(pairs: PairTally) -> Figure:
    """d_z: the mean change in standard deviations of the changes (it depends on the correlation)."""
    if pairs.n < 2:
        return ONE_PAIR if pairs.n else NO_PAIRS
    spread = variance(pairs.change)
    return float(mean(pairs.change)) / math.sqrt(spread) if spread else NO_SPREAD


def standardised_by_mean_sd(pairs: PairTally) -> Figure:
    """d_av: the mean change over the mean of the two standard deviations (Cumming 2012; Lakens 2013)."""
    if pairs.n < 2:
        return ONE_PAIR if pairs.n else NO_PAIRS
    spread = (math.sqrt(variance(pairs.before)) + math.sqrt(variance(pairs.after))) / 2
    return float(mean(pairs.change)) / spread if spread else NO_SPREAD_OF_RATINGS


def standardised_by_rms_sd(pairs: PairTally) -> Figure:
    """d_av with the root mean square of the two standard deviations instead of their mean."""
    if pairs.n < 2:
        return ONE_PAIR if pairs.n else NO_PAIRS
    spread = math.sqrt((variance(pairs.before) + variance(pairs.after)) / 2)
    return float(mean(pairs.change)) / spread if spread else NO_SPREAD_OF_RATINGS


def small_sample_corrected(d: Figure, n: int) -> Figure:
    """Hedges' (1981) g: d times J(n − 1), the exact correction; needs at least three pairs.

    >>> round(small_sample_corrected(1.0, 4), 6)
    0.723601
    """
    if isinstance(d, NotCalculable):
        return d
    return d * hedges_j(n - 1) if n > 2 else TOO_FEW_TO_CORRECT


def hedges_j(df: int) -> float:
    """J(df) = Γ(df/2) ÷ (√(df/2)·Γ((df − 1)/2)), for df of at least 2; ``ValueError`` below.

    >>> round(hedges_j(9), 6), round(hedges_j(10**6), 9)
    (0.913875, 0.99999925)
    """
    if df < 2:
        raise ValueError(f"J is not defined for {df} degrees of freedom")
    if df <= LOG_GAMMA_UP_TO:
        return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    # J(df) = c4(df)·√(1 − 1/df), with the asymptotic series of c4; the next term is below 1e-12 here.
    c4 = 1 - 1 / (4 * df) - 7 / (32 * df**2) - 19 / (128 * df**3)
    return c4 * math.sqrt(1 - 1 / df)


def correlation(pairs: PairTally) -> Figure:
    """Pearson's r between before and after."""
    if pairs.n < 2:
        return ONE_PAIR if pairs.n else NO_PAIRS
    before, after = variance(pairs.before), variance(pairs.after)
    if not before or not after:
        return ONE_SIDE_CONSTANT
    r = float(covariance(pairs.pairs)) / (math.sqrt(before) * math.sqrt(after))
    return max(-1.0, min(1.0, r))


def matched_rank_biserial(w_plus: float, w_minus: float) -> Figure:
    """(W₊ − W₋) ÷ (W₊ + W₋) of those who changed (Kerby 2014): −1 all down, 1 all up.

    >>> matched_rank_biserial(5.0, 1.0)
    0.6666666666666666
    """
    total = w_plus + w_minus
    return (w_plus - w_minus) / total if total else NOBODY_CHANGED


def probability_of_improvement(higher: int, same: int, lower: int) -> Figure:
    """The share who went up, those who stayed the same counting half.

    >>> probability_of_improvement(2, 2, 0)
    0.75
    """
    n = higher + same + lower
    return (higher + same / 2) / n if n else NO_PAIRS


def class_gain(mean_before: Figure, mean_after: Figure, top: float) -> Figure:
    """Hake's (1998) gain of a class: the part of the room to the top of the scale that was used.

    >>> class_gain(6.0, 8.0, top=10)
    0.5
    """
    if isinstance(mean_before, NotCalculable):
        return mean_before
    if isinstance(mean_after, NotCalculable):
        return mean_after
    return (mean_after - mean_before) / (top - mean_before) if mean_before < top else ALL_AT_TOP


def mean_individual_gain(pairs: Mapping[tuple[int, int], int], top: int) -> Figure:
    """The mean of each person's own gain (after − before) ÷ (top − before), of those below the top before.

    Errors of measurement bias it, so it stands beside the class gain, never instead of it.

    >>> mean_individual_gain({(8, 9): 1, (6, 10): 1, (10, 10): 5}, top=10)
    0.75
    """
    below = {(b, a): n for (b, a), n in pairs.items() if b < top}
    people = sum(below.values())
    if not people:
        return ALL_AT_TOP if pairs else NO_PAIRS
    return math.fsum(n * (a - b) / (top - b) for (b, a), n in below.items()) / people


def probability_of_superiority(first: Sequence[float], second: Sequence[float]) -> Figure:
    """P(first > second) + ½·P(equal) over *all* combinations of the two lists, as if from different people.

    Some programs print this "common language effect size" for paired data. It is not the share of people
    who improved: that is :func:`probability_of_improvement`.

    >>> probability_of_superiority([1, 2], [2, 0])
    0.625
    """
    if not first or not second:
        return NotCalculable("one of the two lists is empty")
    ordered = sorted(second)

    wins = sum(bisect_left(ordered, x) + bisect_right(ordered, x) for x in first)
    return wins / (2 * len(first) * len(second))
