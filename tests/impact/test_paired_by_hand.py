"""One small class worked out with pencil and paper.

Five people: 4→6, 5→5, 6→9, 7→6, 3→7. Changes +2, 0, +3, −1, +4: sum 8, sum of squares 30, n = 5.
"""

from __future__ import annotations

import math

import pytest

from training_app.impact import NotCalculable, PairedChange, RatingTable, paired_change

PAIRS = [(4, 6), (5, 5), (6, 9), (7, 6), (3, 7)]


@pytest.fixture(scope="module")
def change() -> PairedChange:
    return paired_change(RatingTable.from_pairs([*PAIRS, (8, None), (None, 9), (None, 10)]))


def test_people(change: PairedChange) -> None:
    assert (change.n_pairs, change.n_before_only, change.n_after_only) == (5, 1, 2)
    assert (change.n_higher, change.n_same, change.n_lower) == (3, 1, 1)
    assert (change.n_before_at_top, change.n_after_at_top) == (0, 0)
    assert change.probability_of_improvement == pytest.approx(3.5 / 5)


def test_means_are_of_the_pairs_only(change: PairedChange) -> None:
    assert (change.mean_before, change.mean_after, change.mean_change) == (5.0, 6.6, 1.6)
    assert change.median_change == 2.0


def test_spread_and_t(change: PairedChange) -> None:
    # Σ(d − 1.6)² = 30 − 64/5 = 17.2; variance 4.3; se √(4.3/5) = √0.86; t₀.₉₇₅(4) = 2.776445.
    assert change.sd_change == pytest.approx(math.sqrt(4.3))
    assert change.se_change == pytest.approx(math.sqrt(0.86))
    assert change.t == pytest.approx(1.6 / math.sqrt(0.86))
    assert change.df == 4
    assert change.ci95_t == pytest.approx(
        (1.6 - 2.776445 * math.sqrt(0.86), 1.6 + 2.776445 * math.sqrt(0.86)), abs=1e-6
    )
    # Before 3…7: variance 2.5. After 5, 6, 6, 7, 9: mean 6.6, Σ squares 227 − 217.8 = 9.2, variance 2.3.
    assert change.sd_before == pytest.approx(math.sqrt(2.5))
    assert change.sd_after == pytest.approx(math.sqrt(2.3))
    # Var(d) = Var(b) + Var(a) − 2·cov, so cov = (2.5 + 2.3 − 4.3) / 2 = 0.25.
    assert change.correlation == pytest.approx(0.25 / math.sqrt(2.5 * 2.3))


def test_effect_sizes(change: PairedChange) -> None:
    assert change.d_z == pytest.approx(1.6 / math.sqrt(4.3))
    assert change.d_av == pytest.approx(1.6 / ((math.sqrt(2.5) + math.sqrt(2.3)) / 2))
    assert change.d_av_rms == pytest.approx(1.6 / math.sqrt(2.4))
    # J(4) = Γ(2) / (√2·Γ(3/2)) = 1 / (√2·√π/2) = √(2/π).
    assert change.g_z == pytest.approx(1.6 / math.sqrt(4.3) * math.sqrt(2 / math.pi))
    assert change.g_av == pytest.approx(float(change.d_av) * math.sqrt(2 / math.pi))  # type: ignore[arg-type]
    assert change.class_gain == pytest.approx(1.6 / 5)
    assert change.mean_individual_gain == pytest.approx((2 / 6 + 0 + 3 / 4 - 1 / 3 + 4 / 7) / 5)


def test_ranks(change: PairedChange) -> None:
    # Left out: |d| 1, 2, 3, 4 rank 1–4; W₋ = 1. Of 16 sign patterns W₋ ≤ 1 in 2, so p = 4/16.
    dropped, pratt, zsplit = (
        change.wilcoxon_dropping_zeros, change.wilcoxon_pratt, change.wilcoxon_zsplit
    )  # fmt: skip
    assert (dropped.w_plus, dropped.w_minus, dropped.p_exact) == (9.0, 1.0, 0.25)
    assert dropped.p_exact_one_sided == 0.125
    # Pratt: 0 has rank 1, the others 2–5; W₋ = 2. Still only "none" and "the least" lie so far out.
    assert (pratt.w_plus, pratt.w_minus, pratt.p_exact) == (12.0, 2.0, 0.25)
    assert (zsplit.w_plus, zsplit.w_minus, zsplit.p_exact) == (12.5, 2.5, 0.25)
    # Normal: (9 − 5) / √(30/4); with continuity (9 − 5 − ½) / √(30/4).
    assert dropped.p_asymptotic == pytest.approx(math.erfc(4 / math.sqrt(7.5) / math.sqrt(2)))
    assert dropped.p_asymptotic_continuity == pytest.approx(math.erfc(3.5 / math.sqrt(7.5) / math.sqrt(2)))
    assert change.rank_biserial == pytest.approx(8 / 10)


def test_signs(change: PairedChange) -> None:
    # 3 up, 1 down: 2·(1 + 4)/16.
    assert change.p_sign == pytest.approx(10 / 16)
    # ±1 ±2 ±3 ±4 ≥ 8: all plus (10) or only the 1 minus (8), of 16; both sides 4/16.
    assert change.p_sign_flip == pytest.approx(0.25)


def test_hodges_lehmann(change: PairedChange) -> None:
    # Fifteen averages: −1 −½ 0 ½ 1 1 1½ 1½ 2 2 2½ 3 3 3½ 4, the eighth is 1½.
    assert change.hodges_lehmann == 1.5


def test_bootstrap_limits_are_multiples_of_a_fifth_around_the_mean(change: PairedChange) -> None:
    for limits in (change.bootstrap_ci95_percentile, change.bootstrap_ci95_bca):
        assert not isinstance(limits, NotCalculable)
        assert limits.low < 1.6 < limits.high
        assert all(abs(5 * limit - round(5 * limit)) < 1e-9 for limit in limits)


def test_json_names_and_reasons(change: PairedChange) -> None:
    row = change.to_dict()
    assert row["n_pre_only"] == 1
    assert row["wilcoxon_pratt"]["W_minus"] == 2.0  # type: ignore[index]
    assert isinstance(row["ci95_t"], list)
    assert change.reasons() == {}
