"""The exact distributions against counting every single case."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.impact.strategies import changes
from training_app.impact import lattices
from training_app.impact.lattices import TooLong, resampled_sum, signed_sum_tail
from training_app.impact.location import hodges_lehmann
from training_app.impact.paired import sign_flip_test
from training_app.impact.tallies import PairTally
from training_app.impact.wilcoxon import signed_rank_tests, twice_mid_ranks


def _share_of_patterns(weights: list[float], observed: float) -> float:
    """The share of all sign patterns whose sum is at least as far from zero as the observed one."""
    sums = [
        sum(s * w for s, w in zip(signs, weights, strict=True))
        for signs in itertools.product((-1, 1), repeat=len(weights))
    ]
    return sum(abs(total) >= abs(observed) for total in sums) / len(sums)


def _mid_ranks(sizes: list[int]) -> list[float]:
    return [sum(b < a for b in sizes) + (sizes.count(a) + 1) / 2 for a in sizes]


@given(changes())
def test_sign_flip_counts_every_pattern(differences: list[int]) -> None:
    counted = _share_of_patterns(differences, sum(differences))
    assert sign_flip_test(Counter(differences)) == pytest.approx(counted, abs=1e-14)


@given(changes())
def test_wilcoxon_counts_every_pattern_of_ranks(differences: list[int]) -> None:
    dropped, pratt, zsplit = signed_rank_tests(Counter(differences))
    moved = [d for d in differences if d]
    for test, ranked in ((dropped, moved), (pratt, differences), (zsplit, differences)):
        ranks = _mid_ranks([abs(d) for d in ranked])
        signed = [(rank, d) for rank, d in zip(ranks, ranked, strict=True) if d]
        observed = sum(rank if d > 0 else -rank for rank, d in signed)
        assert test.p_exact == pytest.approx(
            _share_of_patterns([rank for rank, _ in signed], observed), abs=1e-14
        )
        assert test.w_plus - test.w_minus == observed
    halves = sum(
        r for r, d in zip(_mid_ranks([abs(d) for d in differences]), differences, strict=True) if not d
    )
    assert zsplit.w_plus == pratt.w_plus + halves / 2


@given(changes(most_people=5))
def test_bootstrap_counts_every_resample(differences: list[int]) -> None:
    n = len(differences)
    sums = Counter(sum(draw) for draw in itertools.product(differences, repeat=n))
    ours = resampled_sum(Counter(differences))
    for value in sums:
        below, at = ours.below_and_at(value)
        assert below == pytest.approx(sum(k for s, k in sums.items() if s < value) / n**n, abs=1e-12)
        assert at == pytest.approx(sum(k for s, k in sums.items() if s <= value) / n**n, abs=1e-12)


@given(changes(most_people=12))
def test_hodges_lehmann_lists_every_average(differences: list[int]) -> None:
    pairs = PairTally.from_numbers([0] * len(differences), differences)
    averages = [(a + b) / 2 for a, b in itertools.combinations_with_replacement(differences, 2)]
    assert hodges_lehmann(pairs) == pytest.approx(float(np.median(averages)), abs=1e-12)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=20))
def test_mid_ranks(values: list[int]) -> None:
    twice = twice_mid_ranks(Counter(values))
    assert [twice[value] / 2 for value in values] == _mid_ranks(values)


@settings(max_examples=50)
@given(st.dictionaries(st.integers(1, 40), st.integers(1, 30), min_size=1, max_size=6), st.data())
def test_three_ways_to_the_same_tail(weights: dict[int, int], data: st.DataObject) -> None:
    """Adding up, transforming and enumerating share nothing but the question."""
    reach = sum(weight * n for weight, n in weights.items())
    target = 2 * data.draw(st.integers(0, reach // 2)) + reach % 2
    direct = lattices._direct_tail(weights, reach, target)
    assert lattices._transformed_tail(weights, reach, target) == pytest.approx(direct, abs=1e-14)
    if sum(weights.values()) <= 16:
        assert lattices._enumerated_tail(weights, target) == pytest.approx(direct, abs=1e-14)


def test_every_way_is_really_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    for way in ("_direct_tail", "_transformed_tail", "_enumerated_tail"):
        real = getattr(lattices, way)
        monkeypatch.setattr(lattices, way, lambda *a, way=way, real=real: (taken.append(way), real(*a))[1])
    signed_sum_tail({1: 10, 2: 10, 3: 10}, 6)
    signed_sum_tail({1: 10**6, 2: 10**6, 3: 10**6}, 600)
    signed_sum_tail({10**12 + i * i * i: 1 for i in range(1, 21)}, 0)
    assert taken == ["_direct_tail", "_transformed_tail", "_enumerated_tail"]


def test_too_many_changes_without_a_lattice_are_refused() -> None:
    with pytest.raises(TooLong):
        signed_sum_tail({10**12 + i * i * i: 1 for i in range(1, 60)}, 0)
    with pytest.raises(TooLong):
        signed_sum_tail({1: 10**18, 3: 10**18}, 0)


def test_far_tails_are_small_but_never_zero() -> None:
    assert signed_sum_tail({1: 40, 2: 60}, 160) == 0.5**100
    assert signed_sum_tail({1: 40, 2: 60}, 158) == pytest.approx(41 * 0.5**100)
    assert signed_sum_tail({2: 5000}, 10_000) > 0
    assert signed_sum_tail({1: 10**6, 2: 10**6}, 10**6) == lattices.PRECISION
    assert signed_sum_tail({}, 0) == 1.0


def test_a_million_fair_coins_follow_the_normal_curve() -> None:
    """At n = 10⁶ the central limit is good to 1e-6, which a lost digit in cos^n would break."""
    from statistics import NormalDist

    n, observed = 10**6, 1500
    normal = 1 - NormalDist().cdf((observed - 1) / n**0.5)
    assert signed_sum_tail({1: n}, observed) == pytest.approx(normal, abs=1e-6)
