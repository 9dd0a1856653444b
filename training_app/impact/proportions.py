"""Shares of people, with Wilson's interval."""

from __future__ import annotations

import math
from statistics import NormalDist

from training_app.impact.results import Interval, Limits, NotCalculable


def wilson_interval(k: int, n: int, confidence: float = 0.95) -> Limits:
    """The score interval of Wilson (1927) for k of n people, as shares between 0 and 1.

    It needs no correction near 0 or 1 and never leaves that range. For n = 0 it is not calculable. Raises
    ``ValueError`` unless 0 ≤ k ≤ n and 0 < confidence < 1. Source: Newcombe (1998), method 3.

    >>> low, high = wilson_interval(81, 263)
    >>> f"{low:.4f} to {high:.4f}"
    '0.2553 to 0.3662'
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a share")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, not {confidence}")
    if n == 0:
        return NotCalculable("a share of nobody")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, z2 = k / n, z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # The limits at 0 and n are exactly 0 and 1; floating point only comes close.
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return Interval(low, high)
