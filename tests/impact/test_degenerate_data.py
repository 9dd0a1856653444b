"""Too little, too equal, too strange: an answer every time, and never a warning."""

from __future__ import annotations

import warnings

import pytest

from training_app.impact import (
    NotCalculable,
    PairedChange,
    RatingTable,
    is_calculable,
    paired_change,
    paired_change_continuous,
)


@pytest.fixture(autouse=True)
def _warnings_are_failures() -> None:
    warnings.simplefilter("error")


def _reasons(change: PairedChange) -> set[str]:
    return set(change.reasons())


SPREADLESS = {"t", "p_t", "ci95_t", "d_z", "g_z", "bootstrap_ci95_percentile", "bootstrap_ci95_bca"}
NEEDS_TWO = SPREADLESS | {
    "sd_before", "sd_after", "sd_change", "se_change", "df", "correlation", "d_av", "d_av_rms", "g_av"
}  # fmt: skip


def test_nobody() -> None:
    change = paired_change(RatingTable.empty())
    assert change.n_pairs == change.n_higher == change.n_before_at_top == 0
    assert _reasons(change) == set(PairedChange.__dataclass_fields__) - {
        "n_pairs", "n_before_only", "n_after_only", "n_higher", "n_same", "n_lower", "n_before_at_top",
        "n_after_at_top", "wilcoxon_dropping_zeros", "wilcoxon_pratt", "wilcoxon_zsplit",
    }  # fmt: skip
    assert set(change.reasons().values()) == {"nobody gave a rating both before and after"}
    assert change.wilcoxon_pratt.p_exact == NotCalculable("nobody gave a rating both before and after")


def test_nobody_has_both() -> None:
    change = paired_change(RatingTable.from_pairs([(5, None), (None, 7), (None, None)]))
    assert (change.n_pairs, change.n_before_only, change.n_after_only) == (0, 1, 1)
    assert not is_calculable(change.mean_before)


def test_one_person() -> None:
    change = paired_change(RatingTable.from_pairs([(6, 8)]))
    assert change.mean_change == 2.0
    assert _reasons(change) == NEEDS_TWO
    assert (change.p_sign, change.p_sign_flip, change.wilcoxon_pratt.p_exact) == (1.0, 1.0, 1.0)


def test_two_people_alike() -> None:
    change = paired_change(RatingTable.from_pairs([(6, 8), (6, 8)]))
    assert _reasons(change) == SPREADLESS | {"correlation", "d_av", "d_av_rms", "g_av"}
    assert (change.sd_change, change.df) == (0.0, 1)


def test_two_people_have_no_small_sample_correction() -> None:
    change = paired_change(RatingTable.from_pairs([(6, 8), (5, 9)]))
    assert _reasons(change) == {"g_z", "g_av"}
    assert change.p_sign_flip == 0.5


def test_everybody_at_the_top() -> None:
    change = paired_change(RatingTable.from_counts({(10, 10): 40}))
    assert change.n_before_at_top == change.n_after_at_top == 40
    assert _reasons(change) >= {"class_gain", "mean_individual_gain", "rank_biserial", "t"}
    assert "no room" in change.reasons()["class_gain"]
    assert (change.p_sign, change.p_sign_flip, change.hodges_lehmann) == (1.0, 1.0, 0.0)


def test_one_side_constant() -> None:
    change = paired_change(RatingTable.from_pairs([(5, 6), (5, 7), (5, 9)]))
    assert _reasons(change) == {"correlation"}
    assert change.sd_before == 0.0


def test_opposite_changes_cancel() -> None:
    change = paired_change(RatingTable.from_counts({(4, 6): 7, (6, 4): 7}))
    assert (change.mean_change, change.t, change.p_t) == (0.0, 0.0, 1.0)
    assert change.p_sign == change.p_sign_flip == change.wilcoxon_pratt.p_exact == 1.0
    assert change.wilcoxon_pratt.p_asymptotic == change.wilcoxon_pratt.p_asymptotic_continuity == 1.0


@pytest.mark.parametrize("lone", [(1, 10), (10, 1)])
@pytest.mark.parametrize("n", [2, 5, 1000, 10**6])
def test_one_person_against_a_crowd(lone: tuple[int, int], n: int) -> None:
    change = paired_change(RatingTable.from_counts({(5, 5): n, lone: 1}))
    for limits in (change.bootstrap_ci95_percentile, change.bootstrap_ci95_bca):
        assert isinstance(limits, NotCalculable) or limits.low <= limits.high


def test_a_reason_cannot_be_added_up_by_mistake() -> None:
    change = paired_change(RatingTable.empty())
    with pytest.raises(TypeError):
        change.mean_change + 1  # type: ignore[operator]


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), True, 1e200, 1e-200])
def test_measurements_must_be_finite_and_of_sensible_size(strange: float) -> None:
    with pytest.raises(ValueError, match=r"finite|too large"):
        paired_change_continuous([1.0, strange], [2.0, 3.0])


def test_measurements_must_be_matched() -> None:
    with pytest.raises(ValueError, match="before has 1 numbers and after has 2"):
        paired_change_continuous([1.0], [2.0, 3.0])


def test_missing_measurements_are_counted_and_left_out() -> None:
    change = paired_change_continuous([1.5, None, 2.5, None], [2.0, 3.0, None, None])
    assert (change.n_pairs, change.n_before_only, change.n_after_only) == (1, 1, 1)
    assert change.mean_change == 0.5


def test_typed_decimals_tie_although_their_floats_do_not() -> None:
    assert 0.8 - 0.7 != 0.3 - 0.2
    change = paired_change_continuous([0.7, 0.3, 0.0], [0.8, 0.2, 5.0])
    assert (change.n_higher, change.n_lower) == (2, 1)
    assert (change.wilcoxon_pratt.w_plus, change.wilcoxon_pratt.w_minus) == (4.5, 1.5)


def test_measurements_without_a_common_lattice() -> None:
    few = [1 / 3**i for i in range(1, 12)]
    change = paired_change_continuous([0.0] * 11, few)
    assert change.p_sign_flip == 2 / 2**11
    many = [1 / 3**i for i in range(1, 31)] + [-(1 / 7**i) for i in range(1, 11)]
    change = paired_change_continuous([0.0] * 40, many)
    assert "too many decimals" in change.reasons()["p_sign_flip"]
    assert is_calculable(change.wilcoxon_pratt.p_exact)
