"""Cells as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.impact import RatingTable, read_rating, read_ratings


@pytest.mark.parametrize(
    "cell",
    [5, 5.0, "5", " 5 ", "5\u00a0", "\u202f5", "\t5\r\n", "\ufeff5", "5\u200b ", "05", "5.0", "5.00"],
    ids=ascii,
)
def test_a_whole_number_is_taken_with_whatever_space_around_it(cell: object) -> None:
    rating = read_rating(cell)
    assert rating == 5
    assert type(rating) is int


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "\u00a0", "\u200b", "none", "None", "N/A", " n/a "], ids=ascii
)
def test_blank_is_missing(cell: object) -> None:
    assert read_rating(cell) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (6.5, "6.5 is not a whole number"),
        ("6.5", "6.5 is not a whole number"),
        (" 7.25 ", "7.25 is not a whole number"),
        (0, "0 is not between 1 and 10"),
        (11, "11 is not between 1 and 10"),
        ("11", "11 is not between 1 and 10"),
        ("-1", "-1 is not between 1 and 10"),
        (-0.0, "0 is not between 1 and 10"),
        ("10/10", "“10/10”: type the number alone"),
        ("5-6", "“5-6”: type the number alone"),
        ("5,0", "“5,0”: type the number alone"),
        ("+5", "“+5”: type the number alone"),
        ("5 out of 10", "“5 out of 10”: type the number alone"),
        ("1_0", "“1_0”: type the number alone"),
        ("1e1", "“1e1”: type the number alone"),
        ("٥", "“٥”: type the number alone"),
        ("seven", "“seven” is not a number"),
        ("NA", "“NA” is not a number"),
        ("nan", "“nan” is not a number"),
        ("?", "“?” is not a number"),
        (True, "“True” is not a number"),
        (False, "“False” is not a number"),
        (float("nan"), "nan is not a whole number"),
        (float("inf"), "inf is not a whole number"),
        ([5], "“[5]” is not a number"),
        (Decimal("5"), "“5” is not a number"),
        (10**5000, "a number of more than 300 digits is not between 1 and 10"),
        (1e200, f"{str(int(1e200))[:39]}… is not between 1 and 10"),
        ("x" * 100, f"“{'x' * 39}…” is not a number"),
        ("9" * 5000, f"“{'9' * 39}…”: type the number alone"),
    ],
    ids=lambda value: ascii(value)[:30] if not isinstance(value, int) or abs(value) < 10**9 else "huge",
)
def test_all_else_is_refused_with_a_reason(cell: object, reason: str) -> None:
    with pytest.raises(ValueError) as refusal:
        read_rating(cell)
    assert str(refusal.value) == reason


def test_the_other_side_of_a_refused_cell_counts_for_nothing() -> None:
    read = read_ratings([(5, "x"), ("x", 5), ("x", "y"), (5, None), (None, 6), (7, 8)])
    assert [(cell.row, cell.column) for cell in read.rejected] == [(0, 1), (1, 0), (2, 0), (2, 1)]
    assert read.rejected[0].value == "x"
    assert read.table == RatingTable.from_pairs([(5, None), (None, 6), (7, 8)])
    assert (read.pairs, read.before_only, read.after_only) == ([(7, 8)], [5], [6])
    assert [row.row for row in read.accepted] == [3, 4, 5]


def test_another_scale() -> None:
    read = read_ratings([(0, 5), (6, "-1")], scale=(0, 5))
    assert read.pairs == [(0, 5)]
    assert [cell.reason for cell in read.rejected] == [
        "6 is not between 0 and 5", "-1 is not between 0 and 5"
    ]  # fmt: skip
    assert read_rating("-2", scale=(-3, 3)) == -2


def test_a_row_of_another_width_or_a_false_scale_is_the_caller_s_mistake() -> None:
    with pytest.raises(ValueError, match="row 1 has 3 cells"):
        read_ratings([(1, 2), (1, 2, 3)])
    with pytest.raises(ValueError, match="a scale"):
        read_ratings([], scale=(5, 1))


@given(
    st.one_of(
        st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none(), st.binary(max_size=4)
    )
)
def test_any_cell_is_a_rating_or_missing_or_refused_in_words(cell: object) -> None:
    try:
        rating = read_rating(cell)
    except ValueError as refusal:
        assert len(str(refusal)) > 10
    else:
        assert rating is None or 1 <= rating <= 10


@given(st.lists(st.tuples(st.sampled_from([5, "x", None, "", 11]), st.sampled_from([5, "x", None]))))
def test_every_row_is_accepted_or_has_a_rejected_cell(rows: list[tuple[object, object]]) -> None:
    read = read_ratings(rows)
    accepted, rejected = {row.row for row in read.accepted}, {cell.row for cell in read.rejected}
    assert accepted | rejected == set(range(len(rows)))
    assert not accepted & rejected
