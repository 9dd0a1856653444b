"""What must hold for any table whatever."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.impact.strategies import tables
from training_app.impact import (
    Interval,
    NotCalculable,
    PairedChange,
    RatingTable,
    SignedRankTest,
    is_calculable,
    paired_change,
    paired_change_continuous,
)


def _figures(change: PairedChange) -> Iterator[tuple[str, object]]:
    for name in PairedChange.__dataclass_fields__:
        value = getattr(change, name)
        if isinstance(value, SignedRankTest):
            yield from ((f"{name}.{part}", getattr(value, part)) for part in SignedRankTest.__slots__)
        else:
            yield name, value


@settings(max_examples=200)
@given(tables())
def test_every_field_is_a_finite_plain_number_or_a_reason(table: RatingTable) -> None:
    for name, value in _figures(paired_change(table)):
        if isinstance(value, NotCalculable):
            assert len(value.reason) > 10, name
            continue
        for number in value if isinstance(value, Interval) else (value,):
            assert type(number) in (int, float), f"{name} is a {type(number)}"
            assert math.isfinite(number), name


@given(tables())
def test_json_is_strict(table: RatingTable) -> None:
    change = paired_change(table)
    row = json.loads(json.dumps(change.to_dict(), allow_nan=False))
    assert {name for name, value in row.items() if value is None} == {
        name for name in change.to_dict() if change.to_dict()[name] is None
    }
    assert (row["t"] is None) == (not is_calculable(change.t))


@given(tables())
def test_shares_and_probabilities_keep_within_bounds(table: RatingTable) -> None:
    change = paired_change(table)
    assert change.n_higher + change.n_same + change.n_lower == change.n_pairs == table.n_pairs
    for name, value in _figures(change):
        if isinstance(value, float) and (name.startswith("p_") or ".p_" in name):
            assert 0 <= value <= 1, name
    for limits in (change.higher_ci95, change.same_ci95, change.lower_ci95):
        assert isinstance(limits, NotCalculable) or 0 <= limits.low < limits.high <= 1
    for r in (change.correlation, change.rank_biserial):
        assert isinstance(r, NotCalculable) or -1 <= r <= 1


@given(tables())
def test_swapping_before_and_after_turns_every_sign(table: RatingTable) -> None:
    there, back = paired_change(table), paired_change(table.swapped())
    for name in (
        "mean_change", "median_change", "t", "d_z", "g_z", "d_av", "g_av", "rank_biserial", "hodges_lehmann"
    ):  # fmt: skip
        _same(getattr(there, name), getattr(back, name), -1, name)
    for name in ("p_t", "p_sign", "p_sign_flip", "sd_change", "correlation", "d_av_rms"):
        sign = -1 if name == "d_av_rms" else 1
        _same(getattr(there, name), getattr(back, name), sign, name)
    assert (there.n_higher, there.n_before_only) == (back.n_lower, back.n_after_only)
    assert (there.higher_ci95, there.n_before_at_top) == (back.lower_ci95, back.n_after_at_top)
    for name in ("wilcoxon_dropping_zeros", "wilcoxon_pratt", "wilcoxon_zsplit"):
        one, other = getattr(there, name), getattr(back, name)
        assert (one.w_plus, one.w_minus) == (other.w_minus, other.w_plus)
        assert (one.p_exact, one.p_asymptotic) == (other.p_exact, other.p_asymptotic)
    if isinstance(there.ci95_t, Interval) and isinstance(back.ci95_t, Interval):
        assert there.ci95_t == pytest.approx((-back.ci95_t.high, -back.ci95_t.low), abs=1e-9)


def _same(one: object, other: object, sign: int, name: str) -> None:
    if isinstance(one, NotCalculable) or isinstance(other, NotCalculable):
        assert one == other, name
    else:
        assert one == pytest.approx(sign * other, abs=1e-9), name  # type: ignore[operator]


@given(tables(scale=(2, 8)), st.sampled_from([-1, 1]))
def test_moving_everybody_one_point_changes_no_change(table: RatingTable, shift: int) -> None:
    moved = RatingTable.from_counts(
        {
            (b if b is None else b + shift, a if a is None else a + shift): n
            for (b, a), n in table.counts.items()
        },
        scale=(2 + shift, 8 + shift),
    )
    for (name, here), (_, there) in zip(
        _figures(paired_change(table)), _figures(paired_change(moved)), strict=True
    ):
        if name in ("mean_before", "mean_after"):
            _same(here, there if isinstance(there, NotCalculable) else there - shift, 1, name)  # type: ignore[operator]
        elif isinstance(here, Interval) and isinstance(there, Interval):
            assert here == pytest.approx(there, abs=1e-9), name
        else:
            _same(here, there, 1, name)


@given(tables(scale=(1, 10), most=4))
def test_a_table_says_what_the_rows_behind_it_say(table: RatingTable) -> None:
    rows = [cell for cell, n in table.counts.items() for _ in range(n)]
    from_rows = paired_change_continuous([b for b, _ in rows], [a for _, a in rows])
    from_table = paired_change(table)
    needs_a_scale = {
        "n_before_at_top", "n_after_at_top", "class_gain", "mean_individual_gain",
        "bootstrap_ci95_percentile", "bootstrap_ci95_bca",
    }  # fmt: skip
    for (name, one), (_, other) in zip(_figures(from_table), _figures(from_rows), strict=True):
        if name not in needs_a_scale:
            assert one == other, name


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=14))
def test_decimals_are_the_same_as_whole_numbers_ten_times_as_large(pairs: list[tuple[int, int]]) -> None:
    whole = paired_change_continuous([b for b, _ in pairs], [a for _, a in pairs])
    tenths = paired_change_continuous([b / 10 for b, _ in pairs], [a / 10 for _, a in pairs])
    assert tenths.wilcoxon_pratt == whole.wilcoxon_pratt
    assert (tenths.p_sign_flip, tenths.n_same) == (whole.p_sign_flip, whole.n_same)
    _same(tenths.t, whole.t, 1, "t")
    if is_calculable(tenths.sd_change) and is_calculable(whole.sd_change):
        assert tenths.sd_change * 10 == pytest.approx(whole.sd_change)


@given(tables(scale=(1, 10)), st.integers(2, 50))
def test_the_same_answers_many_times_over_keep_their_centre(table: RatingTable, times: int) -> None:
    once, often = (
        paired_change(table),
        paired_change(RatingTable.from_counts({cell: n * times for cell, n in table.counts.items()})),
    )
    for name in ("mean_change", "median_change", "class_gain", "probability_of_improvement"):
        _same(getattr(once, name), getattr(often, name), 1, name)
