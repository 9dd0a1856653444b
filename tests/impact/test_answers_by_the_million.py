"""A million answers cost what a thousand do, because nothing is ever expanded to one row for each person."""

from __future__ import annotations

import pytest

from training_app.impact import NotCalculable, RatingTable, is_calculable, paired_change
from training_app.impact.tallies import PairTally

SHAPE = {(5, 7): 3, (6, 6): 2, (7, 9): 4, (8, 7): 1, (4, 8): 2, (5, None): 1}


def _times(factor: int) -> RatingTable:
    return RatingTable.from_counts({cell: n * factor for cell, n in SHAPE.items()})


@pytest.mark.parametrize("factor", [1, 10**3, 10**6, 10**12])
def test_a_table_keeps_one_entry_a_cell_however_many_people(factor: int) -> None:
    table = _times(factor)
    assert len(table.cells) == len(SHAPE)
    pairs = PairTally.from_table(table)
    assert len(pairs.pairs) == len(SHAPE) - 1
    assert len(pairs.change) == 4
    assert pairs.n == 12 * factor


def test_more_people_than_any_list_could_hold() -> None:
    """10¹³ rows would be hundreds of terabytes: an answer at all proves that none are made."""
    change = paired_change(_times(10**12))
    assert change.n_pairs == 12 * 10**12
    assert change.mean_change == pytest.approx(21 / 12)
    assert is_calculable(change.t) and is_calculable(change.hodges_lehmann)
    assert set(change.reasons()) == {"p_sign_flip", "bootstrap_ci95_percentile", "bootstrap_ci95_bca"}


def test_a_million_answers_are_exact_but_for_the_wilcoxon() -> None:
    change = paired_change(_times(10**5))
    assert change.n_pairs == 1_200_000
    assert change.reasons() == {}
    assert change.wilcoxon_pratt.p_exact == NotCalculable(
        "the exact value is calculated for up to 1,000 people; use the normal approximation"
    )
    assert is_calculable(change.wilcoxon_pratt.p_asymptotic)


def test_exact_and_normal_wilcoxon_meet_where_one_takes_over() -> None:
    counts = {(5, 6): 240, (6, 5): 220, (5, 7): 120, (7, 5): 110, (5, 5): 310}
    test = paired_change(RatingTable.from_counts(counts)).wilcoxon_pratt
    assert is_calculable(test.p_exact) and is_calculable(test.p_asymptotic)
    assert test.p_exact == pytest.approx(test.p_asymptotic, abs=2e-3)
    counts[5, 5] = 311
    assert not is_calculable(paired_change(RatingTable.from_counts(counts)).wilcoxon_pratt.p_exact)


def test_sign_test_of_billions_is_no_overflow() -> None:
    from training_app.impact.paired import sign_test

    assert sign_test(2_000_000_000, 2_000_100_000) == pytest.approx(0.1138, abs=1e-4)
