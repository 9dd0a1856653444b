"""The table of counts: built two ways, added, and strict about what it holds."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.impact.strategies import tables
from training_app.impact import RatingTable, paired_change


def test_counts_and_pairs_build_the_same_table() -> None:
    from_pairs = RatingTable.from_pairs([(5, 7), (None, 6), (5, 7), (9, None), (None, None)])
    from_counts = RatingTable.from_counts({(None, None): 1, (5, 7): 2, (9, None): 1, (None, 6): 1, (1, 1): 0})
    assert from_pairs == from_counts
    assert hash(from_pairs) == hash(from_counts)
    assert (from_pairs.n_pairs, from_pairs.n_before_only, from_pairs.n_after_only, from_pairs.n_neither) == (
        (2, 1, 1, 1)
    )
    assert from_pairs.pairs == {(5, 7): 2}


def test_tables_of_different_scales_are_never_equal_and_never_add() -> None:
    ten, five = RatingTable.from_pairs([(1, 2)]), RatingTable.from_pairs([(1, 2)], scale=(1, 5))
    assert ten != five
    with pytest.raises(ValueError, match="cannot be added"):
        ten + five
    with pytest.raises(TypeError):
        ten + 1  # type: ignore[operator]


def test_a_table_cannot_be_changed() -> None:
    table = RatingTable.from_pairs([(1, 2)])
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.scale = (1, 5)  # type: ignore[misc]
    table.counts[1, 2] = 99
    assert table.count(1, 2) == 1


def test_rows_have_one_more_row_and_column_than_the_scale_has_points() -> None:
    rows = RatingTable.from_counts({(1, 3): 2, (None, 1): 3, (2, None): 4, (None, None): 5}, (1, 3)).rows()
    assert rows == [[0, 0, 2, 0], [0, 0, 0, 4], [0, 0, 0, 0], [3, 0, 0, 5]]


@pytest.mark.parametrize(
    ("cell", "n", "message"),
    [
        ((0, 5), 1, "0 is not between 1 and 10"),
        ((5, 11), 1, "11 is not between 1 and 10"),
        ((5.0, 5), 1, "whole number or None"),
        ((True, 5), 1, "whole number or None"),
        (("5", 5), 1, "whole number or None"),
        ((5, 5), -1, "whole number of people"),
        ((5, 5), 1.5, "whole number of people"),
        ((5, 5), True, "whole number of people"),
    ],
)
def test_what_is_not_a_rating_or_a_count_is_refused(cell: object, n: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RatingTable.from_counts({cell: n})  # type: ignore[dict-item]


@pytest.mark.parametrize("scale", [(10, 1), (1, 1), (1, 1.5), (1,), (0, 5000), (False, True)])
def test_what_is_not_a_scale_is_refused(scale: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a scale"):
        RatingTable.empty(scale)


def test_unsorted_cells_cannot_be_smuggled_in() -> None:
    with pytest.raises(ValueError, match="from_counts"):
        RatingTable((1, 10), (((5, 5), 1), ((4, 4), 1)))
    with pytest.raises(ValueError, match="from_counts"):
        RatingTable((1, 10), (((5, 5), 0),))


@given(st.lists(tables(scale=(1, 10)), max_size=5))
def test_a_sum_of_tables_is_the_table_of_everybody(parts: list[RatingTable]) -> None:
    pooled: Counter[tuple[int | None, int | None]] = Counter()
    for part in parts:
        pooled.update(part.counts)
    total = sum(parts, RatingTable.empty())
    assert total == RatingTable.from_counts(pooled)
    assert total.n_pairs == sum(part.n_pairs for part in parts)
    assert paired_change(total) == paired_change(RatingTable.from_counts(pooled))


@given(tables(scale=(1, 10)), tables(scale=(1, 10)), tables(scale=(1, 10)))
def test_addition_keeps_no_order(a: RatingTable, b: RatingTable, c: RatingTable) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + RatingTable.empty() == a
