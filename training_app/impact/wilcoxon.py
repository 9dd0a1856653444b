"""The Wilcoxon signed-rank test from counts of changes, under three rules for people who did not change.

* ``dropped`` (Wilcoxon 1945): people without a change are left out before ranking.
* ``pratt`` (Pratt 1959): everybody is ranked, then the ranks of those without a change are left out.
* ``zsplit``: everybody is ranked, and half the ranks of those without a change go to each side.

Ranks of equal changes are their mid-rank. The exact p is conditional on the ranks and on who did not change,
so zsplit has the same p as Pratt: the halves cancel in W₊ − W₋. The variance of the normal value is
Σ rank² / 4 over those who changed, which is the usual tie-corrected one (Hollander & Wolfe, ch. 3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

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


def signed_rank_test(changes: Tally, zeros: str) -> SignedRankTest:
    """Test whether changes (whole steps → people) lean to one side; ``zeros`` as in the module's list.

    Raises ``ValueError`` for another rule.

    >>> test = signed_rank_test({-1: 1, 0: 1, 2: 2}, zeros="dropped")
    >>> test.w_plus, test.w_minus, test.p_exact
    (5.0, 1.0, 0.5)
    """
    if zeros not in ("dropped", "pratt", "zsplit"):
        raise ValueError(f"zeros is 'dropped', 'pratt' or 'zsplit', not {zeros!r}")
    sizes: dict[int, int] = {}
    for change, n in changes.items():
        if change or zeros != "dropped":
            sizes[abs(change)] = sizes.get(abs(change), 0) + n
    twice = twice_mid_ranks(sizes)
    plus = sum(n * twice[change] for change, n in changes.items() if change > 0)
    minus = sum(n * twice[-change] for change, n in changes.items() if change < 0)
    half_of_zeros = sizes.get(0, 0) * twice.get(0, 0) / 2 if zeros == "zsplit" else 0.0
    weights: dict[int, int] = {twice[step]: n for step, n in sizes.items() if step}
    one_sided, two_sided = _exact(weights, plus - minus, sum(sizes.values()), bool(changes))
    return SignedRankTest(
        w_plus=(plus + half_of_zeros) / 2,
        w_minus=(minus + half_of_zeros) / 2,
        p_exact=two_sided,
        p_exact_one_sided=one_sided,
        p_asymptotic=_asymptotic(weights, plus - minus, 0.0, bool(changes)),
        p_asymptotic_continuity=_asymptotic(weights, plus - minus, 0.5, bool(changes)),
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
