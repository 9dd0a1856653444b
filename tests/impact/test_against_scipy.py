"""scipy as a second opinion, where its answers are right: no exact Wilcoxon with ties or zeros."""

from __future__ import annotations

import random

import pytest

from training_app.impact import (
    NotCalculable,
    RatingTable,
    hake_gain_of_means,
    paired_change,
    paired_change_continuous,
    wilson_interval,
)

SEEDS = range(8)


def _ratings(seed: int, n: int = 30) -> tuple[list[int], list[int]]:
    draw = random.Random(seed)
    before = [draw.randint(1, 9) for _ in range(n)]
    return before, [min(10, max(1, b + draw.choice([-2, -1, 0, 0, 1, 1, 2, 3]))) for b in before]


def _decimals(seed: int, n: int) -> tuple[list[float], list[float]]:
    draw = random.Random(seed)
    return [round(draw.gauss(5, 1), 4) for _ in range(n)], [round(draw.gauss(5.6, 1), 4) for _ in range(n)]


@pytest.mark.parametrize("seed", SEEDS)
def test_paired_t(seed: int) -> None:
    from scipy.stats import pearsonr, ttest_rel

    before, after = _ratings(seed)
    theirs = ttest_rel(after, before)
    interval = theirs.confidence_interval(0.95)
    ours = paired_change(RatingTable.from_pairs(zip(before, after, strict=True)))
    assert ours.t == pytest.approx(theirs.statistic)
    assert ours.p_t == pytest.approx(theirs.pvalue)
    assert ours.ci95_t == pytest.approx((interval.low, interval.high))
    assert ours.correlation == pytest.approx(pearsonr(before, after).statistic)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [4, 9, 13])
def test_exact_wilcoxon_without_ties(seed: int, n: int) -> None:
    from scipy.stats import wilcoxon

    before, after = _decimals(seed, n)
    theirs = wilcoxon(after, before, method="exact")
    ours = paired_change_continuous(before, after).wilcoxon_dropping_zeros
    assert ours.w == theirs.statistic
    assert ours.p_exact == pytest.approx(theirs.pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("rule", "field"), [("wilcox", "wilcoxon_dropping_zeros"), ("pratt", "wilcoxon_pratt")]
)
@pytest.mark.parametrize("correction", [False, True])
def test_normal_wilcoxon_with_ties_and_zeros(seed: int, rule: str, field: str, correction: bool) -> None:
    from scipy.stats import wilcoxon

    before, after = _ratings(seed)
    theirs = wilcoxon(after, before, zero_method=rule, correction=correction, method="asymptotic")
    ours = getattr(paired_change(RatingTable.from_pairs(zip(before, after, strict=True))), field)
    assert ours.w == theirs.statistic
    p = ours.p_asymptotic_continuity if correction else ours.p_asymptotic
    assert p == pytest.approx(theirs.pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_sign_flip_on_ratings_and_on_decimals_without_a_common_lattice(seed: int) -> None:
    import numpy as np
    from scipy.stats import permutation_test

    for n, (before, after) in ((10, _ratings(seed, 10)), (11, _decimals(seed, 11))):
        theirs = permutation_test(
            (np.array(after), np.array(before)),
            # Rounding makes equal sums equal again after they were added in another order.
            lambda x, y, axis: np.round(np.mean(x - y, axis=axis), 9),
            permutation_type="samples",
            n_resamples=2**n,
            vectorized=True,
        )
        assert paired_change_continuous(before, after).p_sign_flip == pytest.approx(theirs.pvalue, abs=1e-9)


@pytest.mark.parametrize(("higher", "lower"), [(9, 0), (6, 5), (5, 5), (0, 1), (300, 250), (2000, 2100)])
def test_sign_test(higher: int, lower: int) -> None:
    from scipy.stats import binomtest

    from training_app.impact.paired import sign_test

    assert sign_test(higher, lower) == pytest.approx(binomtest(higher, higher + lower).pvalue, abs=1e-12)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 20), (3, 7), (288, 1609), (999_999, 1_000_000)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
def test_wilson(k: int, n: int, confidence: float) -> None:
    from scipy.stats import binomtest

    theirs = binomtest(k, n).proportion_ci(confidence, method="wilson")
    assert wilson_interval(k, n, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_exact_bootstrap_is_what_resampling_tends_to(seed: int) -> None:
    import numpy as np
    from scipy.stats import bootstrap

    before, after = _ratings(seed, 24)
    changes = np.array(after) - np.array(before)
    ours = paired_change(RatingTable.from_pairs(zip(before, after, strict=True)))
    for method, limits in (("percentile", ours.bootstrap_ci95_percentile), ("BCa", ours.bootstrap_ci95_bca)):
        theirs = bootstrap(
            (changes,), np.mean, n_resamples=20_000, method=method, rng=np.random.default_rng(seed)
        ).confidence_interval
        # Both limits lie on multiples of 1/24; resampling can be one step off.
        assert limits == pytest.approx((theirs.low, theirs.high), abs=1 / 24 + 1e-9)


@pytest.mark.parametrize("df", [2, 3, 9, 287, 1000, 1001, 5000])
def test_small_sample_correction_has_no_step_between_its_two_formulas(df: int) -> None:
    from scipy.special import poch

    from training_app.impact.effect_sizes import hedges_j

    assert hedges_j(df) == pytest.approx(poch((df - 1) / 2, 0.5) / (df / 2) ** 0.5, rel=1e-11)


def test_superiority_over_all_combinations_is_mann_whitney() -> None:
    from scipy.stats import mannwhitneyu

    from training_app.impact.effect_sizes import probability_of_superiority

    first, second = _ratings(1)
    u = mannwhitneyu(first, second).statistic
    assert probability_of_superiority(first, second) == pytest.approx(u / len(first) / len(second))
    assert isinstance(probability_of_superiority([], second), NotCalculable)


def test_gain_of_published_means() -> None:
    assert hake_gain_of_means(6.0, 8.0) == 0.5
    assert hake_gain_of_means(2.0, 3.0, top=4) == 0.5
    assert isinstance(hake_gain_of_means(10.0, 10.0), NotCalculable)
