"""The exact bootstrap against every resample there is, its levels against their definitions."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.impact.reference import OWN_CASES, cases_in
from training_app.impact import Interval, RatingTable, paired_change
from training_app.impact.bootstrap import _bca_levels, exact_bootstrap
from training_app.impact.lattices import resampled_sum

NORMAL = NormalDist()


def _cumulative(differences: list[int]) -> dict[int, Fraction]:
    """P(sum ≤ value) over all n^n resamples."""
    n = len(differences)
    sums = Counter(sum(draw) for draw in itertools.product(differences, repeat=n))
    seen, share = 0, {}
    for value in sorted(sums):
        seen += sums[value]
        share[value] = Fraction(seen, n**n)
    return share


def _levels_by_definition(differences: list[int]) -> list[float]:
    """Efron (1987): z₀ from the share of resampled means below the mean, a from the jackknife."""
    n, total = len(differences), sum(differences)
    share = _cumulative(differences)
    at = share[total]
    below = max((p for value, p in share.items() if value < total), default=Fraction(0))
    bias = NORMAL.inv_cdf(float((below + at) / 2))
    left_out = [(total - d) / (n - 1) for d in differences]
    centre = sum(left_out) / n
    gaps = [centre - mean for mean in left_out]
    acceleration = sum(gap**3 for gap in gaps) / (6 * sum(gap**2 for gap in gaps) ** 1.5)
    moved = [bias + NORMAL.inv_cdf(tail) for tail in (0.025, 0.975)]
    return [NORMAL.cdf(bias + z / (1 - acceleration * z)) for z in moved]


spread = st.lists(st.integers(-9, 9), min_size=2, max_size=5).filter(lambda d: len(set(d)) > 1)


@given(spread)
def test_levels_follow_their_definition(differences: list[int]) -> None:
    tally = Counter(differences)
    assert _bca_levels(resampled_sum(tally), tally) == pytest.approx(
        _levels_by_definition(differences), abs=1e-9
    )


@given(spread, st.fractions(0, 1))
def test_a_quantile_is_the_first_value_that_reaches_its_share(
    differences: list[int], probability: Fraction
) -> None:
    share = _cumulative(differences)
    first = min(value for value, reached in share.items() if reached >= probability)
    assert resampled_sum(Counter(differences)).quantile(float(probability)) == first


@given(spread)
def test_a_share_met_exactly_counts_as_reached(differences: list[int]) -> None:
    sums = resampled_sum(Counter(differences))
    for value, reached in _cumulative(differences).items():
        assert sums.quantile(float(reached)) == value


@given(spread)
def test_percentile_interval_by_listing(differences: list[int]) -> None:
    share, n = _cumulative(differences), len(differences)
    low = min(value for value, reached in share.items() if reached >= Fraction(25, 1000))
    high = min(value for value, reached in share.items() if reached >= Fraction(975, 1000))
    assert exact_bootstrap(Counter(differences)).percentile == Interval(low / n, high / n)


@pytest.mark.parametrize("case", [c for c in cases_in(OWN_CASES) if c.kind == "paired"], ids=lambda c: c.name)
def test_reference_intervals_to_the_last_digit(case: object) -> None:
    """The files allow a resampled interval a lattice step or two; an exact one needs no such allowance."""
    scale = (case.data["scale_min"], case.data["scale_max"])  # type: ignore[attr-defined]
    pairs = zip(case.data["pre"], case.data["post"], strict=True)  # type: ignore[attr-defined]
    row = paired_change(RatingTable.from_pairs(pairs, scale)).to_dict()
    for key in ("exact_bootstrap_ci95_percentile", "exact_bootstrap_ci95_bca"):
        expected = case.expected[key]  # type: ignore[attr-defined]
        assert row[key] is None if expected is None else row[key] == pytest.approx(expected, abs=1e-12)
