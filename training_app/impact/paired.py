"""Before and after on the same people: one call, every figure."""

from __future__ import annotations

from collections.abc import Sequence

from training_app.impact import effect_sizes as effect
from training_app.impact.bootstrap import NOT_WHOLE_NUMBERS, BootstrapIntervals, exact_bootstrap
from training_app.impact.lattices import TooLong, signed_sum_tail
from training_app.impact.location import (
    NO_PAIRS,
    hodges_lehmann,
    mean_change_test,
    standard_deviation,
)
from training_app.impact.paired_results import PairedChange
from training_app.impact.proportions import wilson_interval
from training_app.impact.results import Figure, Limits, NotCalculable
from training_app.impact.table import RatingTable
from training_app.impact.tallies import PairTally, Tally, mean, median
from training_app.impact.wilcoxon import signed_rank_tests

TOO_MANY_SUMS = NotCalculable("there are too many people, or too many decimals, to flip every sign exactly")


def paired_change(table: RatingTable) -> PairedChange:
    """Every figure about the change from before to after, from a table of counts.

    Costs the same for a thousand answers and a million: nothing is expanded to one row for each person.
    A figure the data do not allow is a :class:`NotCalculable` with the reason; nothing is ever NaN.

    >>> change = paired_change(RatingTable.from_pairs([(5, 7), (6, 6), (4, 8), (7, 7)]))
    >>> change.mean_change, change.n_higher, change.n_same
    (1.5, 2, 2)
    """
    pairs = PairTally.from_table(table)
    top = table.scale[1]
    means = _means(pairs)
    return _assemble(
        pairs,
        left_out=(table.n_before_only, table.n_after_only),
        at_top=(pairs.before.get(top, 0), pairs.after.get(top, 0)),
        gains=(effect.class_gain(*means, top), effect.mean_individual_gain(table.pairs, top)),
        bootstrap=exact_bootstrap(pairs.change),
    )


def paired_change_continuous(before: Sequence[float | None], after: Sequence[float | None]) -> PairedChange:
    """The same figures for two equally long lists of measurements, matched by position.

    ``None`` is a missing measurement: its partner is counted as left out and used for nothing else.
    Decimals are compared as typed, so 0.8 − 0.7 ties with 0.3 − 0.2. Figures that need a scale (at the top,
    gains) or whole numbers (bootstrap) are not calculable. Raises ``ValueError`` for lists of different
    lengths and for numbers that are not finite.

    >>> paired_change_continuous([0.7, 1.1, 2.0], [1.9, 1.0, 2.5]).hodges_lehmann
    0.525
    """
    if len(before) != len(after):
        raise ValueError(f"before has {len(before)} numbers and after has {len(after)}")
    both = [(b, a) for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    return _assemble(
        PairTally.from_numbers([b for b, _ in both], [a for _, a in both]),
        left_out=(
            sum(b is not None for b in before) - len(both),
            sum(a is not None for a in after) - len(both),
        ),
        at_top=(effect.NO_SCALE, effect.NO_SCALE),
        gains=(effect.NO_SCALE, effect.NO_SCALE),
        bootstrap=BootstrapIntervals(NOT_WHOLE_NUMBERS, NOT_WHOLE_NUMBERS),
    )


def sign_test(higher: int, lower: int) -> float:
    """The exact two-sided sign test of those who changed: 1 if nobody did.

    >>> sign_test(9, 0)
    0.00390625
    """
    if higher < 0 or lower < 0:
        raise ValueError(f"{higher} higher and {lower} lower")
    if higher == lower:
        return 1.0
    from scipy.special import betainc

    # P(B ≤ k) of Bin(n, ½) is the incomplete beta I½(n − k, k + 1), which takes any n as a float.
    fewer, more = sorted((higher, lower))
    return min(1.0, 2 * float(betainc(more, fewer + 1, 0.5)))


def sign_flip_test(changes: Tally) -> Figure:
    """The exact two-sided sign-flip (Fisher–Pitman) test of the mean change: every pattern of signs.

    ``changes`` is whole steps of change → people. 1 if nobody changed.

    >>> sign_flip_test({1: 1, 2: 1, 3: 1})
    0.25
    """
    total = sum(change * n for change, n in changes.items())
    if not changes:
        return NO_PAIRS
    if total == 0:
        return 1.0
    weights: dict[int, int] = {}
    for change, n in changes.items():
        if change:
            weights[abs(change)] = weights.get(abs(change), 0) + n
    try:
        return min(1.0, 2 * signed_sum_tail(weights, total))
    except TooLong:
        return TOO_MANY_SUMS


def _assemble(
    pairs: PairTally,
    left_out: tuple[int, int],
    at_top: tuple[int | NotCalculable, int | NotCalculable],
    gains: tuple[Figure, Figure],
    bootstrap: BootstrapIntervals,
) -> PairedChange:
    changes, n = pairs.change, pairs.n
    higher = sum(k for change, k in changes.items() if change > 0)
    lower = sum(k for change, k in changes.items() if change < 0)
    mean_before, mean_after = _means(pairs)
    test = mean_change_test(pairs)
    d_z, d_av = effect.standardised_by_change(pairs), effect.standardised_by_mean_sd(pairs)
    dropped, pratt, zsplit = signed_rank_tests(changes)
    return PairedChange(
        n_pairs=n, n_before_only=left_out[0], n_after_only=left_out[1],
        mean_before=mean_before, mean_after=mean_after,
        mean_change=pairs.in_units(mean(changes)) if n else NO_PAIRS,
        median_change=pairs.in_units(median(changes)) if n else NO_PAIRS,
        n_higher=higher, n_same=n - higher - lower, n_lower=lower,
        higher_ci95=_share(higher, n), same_ci95=_share(n - higher - lower, n), lower_ci95=_share(lower, n),
        probability_of_improvement=effect.probability_of_improvement(higher, n - higher - lower, lower),
        n_before_at_top=at_top[0], n_after_at_top=at_top[1],
        class_gain=gains[0], mean_individual_gain=gains[1],
        sd_before=standard_deviation(pairs.before, pairs), sd_after=standard_deviation(pairs.after, pairs),
        sd_change=test.sd, se_change=test.se, t=test.t, df=test.df, p_t=test.p, ci95_t=test.ci95,
        correlation=effect.correlation(pairs),
        d_z=d_z, g_z=effect.small_sample_corrected(d_z, n),
        d_av=d_av, d_av_rms=effect.standardised_by_rms_sd(pairs),
        g_av=effect.small_sample_corrected(d_av, n),
        wilcoxon_dropping_zeros=dropped, wilcoxon_pratt=pratt, wilcoxon_zsplit=zsplit,
        rank_biserial=effect.matched_rank_biserial(dropped.w_plus, dropped.w_minus) if n else NO_PAIRS,
        p_sign=sign_test(higher, lower) if n else NO_PAIRS,
        p_sign_flip=sign_flip_test(changes),
        hodges_lehmann=hodges_lehmann(pairs),
        bootstrap_ci95_percentile=bootstrap.percentile, bootstrap_ci95_bca=bootstrap.bca,
    )  # fmt: skip


def _means(pairs: PairTally) -> tuple[Figure, Figure]:
    if not pairs.n:
        return NO_PAIRS, NO_PAIRS
    return pairs.in_units(mean(pairs.before)), pairs.in_units(mean(pairs.after))


def _share(k: int, n: int) -> Limits:
    return wilson_interval(k, n) if n else NO_PAIRS
