"""The Wilcoxon signed-rank test from counts of changes, under three rules for people who did not change.

* *dropped* (Wilcoxon 1945): people without a change are left out before ranking.
* *Pratt* (Pratt 1959): everybody is ranked, then the ranks of those without a change are left out.
* *zsplit*: everybody is ranked, and half the ranks of those without a change go to each side.

Ranks of equal changes are their mid-rank. The exact p is conditional on the ranks and on who did not change,
so zsplit has the same p as Pratt: the halves cancel in W₊ − W₋. The variance of the normal value is
Σ rank² / 4 over those who changed, which is the usual tie-corrected one (Hollander & Wolfe, ch. 3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from training_app.impact.lattices import TooLong, signed_sum_tail
from training_app.impact.paired_results import SignedRankTest
from training_app.impact.results import Figure, NotCalculable
from training_app.impact.tallies import Tally

MOST_RANKED_EXACTLY = 1000
"""Ranked people up to which the exact p is calculated; beyond, the normal value differs by less than 1e-4."""
ALL_CHANGES_ZERO = NotCalculable("nobody's rating changed, so there are no ranks to compare")
TOO_MANY_RANKED = NotCalculable(
    f"the exact value is calculated for up to {MOST_RANKED_EXACTLY:,} people; use the normal approximation"
)
NO_PAIRS = NotCalculable("nobody gave a rating both before and after")


def signed_rank_tests(changes: Tally) -> tuple[SignedRankTest, SignedRankTest, SignedRankTest]:
    """The test under all three rules (dropped, Pratt, zsplit) of changes in whole steps (steps → people).

    >>> dropped, pratt, zsplit = signed_rank_tests({-1: 1, 0: 1, 2: 2})
    >>> dropped.w_plus, pratt.w_plus, zsplit.w_plus
    (5.0, 7.0, 7.5)
    """
    dropped = signed_rank_test({change: n for change, n in changes.items() if change}, bool(changes))
    zeros = changes.get(0, 0)
    pratt = signed_rank_test(changes, bool(changes)) if zeros else dropped
    # The zeros hold the lowest ranks, 1 to m, and those add up to m(m + 1)/2.
    share = zeros * (zeros + 1) / 4
    return dropped, pratt, replace(pratt, w_plus=pratt.w_plus + share, w_minus=pratt.w_minus + share)


def signed_rank_test(ranked: Tally, anybody: bool = True) -> SignedRankTest:
    """Test whether changes lean to one side, ranking all that are given and using those that are not zero.

    ``anybody`` is False if nobody at all was asked: then nothing but the empty sums can be given.

    >>> signed_rank_test({-1: 1, 2: 2}).p_exact
    0.5
    """
    sizes: dict[int, int] = {}
    for change, n in ranked.items():
        sizes[abs(change)] = sizes.get(abs(change), 0) + n
    twice = twice_mid_ranks(sizes)
    plus = sum(n * twice[change] for change, n in ranked.items() if change > 0)
    minus = sum(n * twice[-change] for change, n in ranked.items() if change < 0)
    # In one order, whichever came first: swapped ratings then give the same p to the last digit.
    weights = {twice[step]: n for step, n in sorted(sizes.items()) if step}
    one_sided, two_sided = _exact(weights, plus - minus, sum(sizes.values()), anybody)
    return SignedRankTest(
        w_plus=plus / 2,
        w_minus=minus / 2,
        p_exact=two_sided,
        p_exact_one_sided=one_sided,
        p_asymptotic=_asymptotic(weights, plus - minus, 0.0, anybody),
        p_asymptotic_continuity=_asymptotic(weights, plus - minus, 0.5, anybody),
    )


def twice_mid_ranks(sizes: Mapping[int, int]) -> dict[int, int]:
    """Twice the mid-rank of each value (value → people), a whole number.

    >>> twice_mid_ranks({1: 2, 3: 1})
    {1: 3, 3: 6}
    """
    ranks: dict[int, int] = {}
    ranked = 0
    for value in sorted(sizes):
        ranks[value] = 2 * ranked + sizes[value] + 1
        ranked += sizes[value]
    return ranks


def _exact(weights: Tally, difference: int, ranked: int, anybody: bool) -> tuple[Figure, Figure]:
    """One- and two-sided p. If nobody changed, every sign pattern gives the same sums: p is 1."""
    if not anybody:
        return NO_PAIRS, NO_PAIRS
    if ranked > MOST_RANKED_EXACTLY and weights:
        return TOO_MANY_RANKED, TOO_MANY_RANKED
    try:
        tail = signed_sum_tail(weights, difference)
    except TooLong:
        return TOO_MANY_RANKED, TOO_MANY_RANKED
    return tail, 1.0 if difference == 0 else min(1.0, 2 * tail)


def _asymptotic(weights: Tally, difference: int, continuity: float, anybody: bool) -> Figure:
    """The two-sided normal value; weights and difference are in half ranks."""
    if not anybody:
        return NO_PAIRS
    if not weights:
        return ALL_CHANGES_ZERO
    spread = math.sqrt(sum(weight * weight * n for weight, n in weights.items())) / 4
    distance = max(0.0, abs(difference) / 4 - continuity)
    return math.erfc(distance / spread / math.sqrt(2))
