"""Who answered, and what those who did not could hide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.impact import (
    NotCalculable,
    forms_per_session,
    if_nonresponders_unchanged,
    is_calculable,
    nonresponder_change_needed,
    response_rate,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("forms", "attended", "reason"),
    [(14, 12, "more forms than attendances"), (0, 0, "nobody attended"), (3, None, "no attendance data")],
)
def test_why_there_is_no_rate(forms: int, attended: int | None, reason: str) -> None:
    rate = response_rate(forms, attended)
    assert rate.rate == rate.ci95 == rate.fpc == NotCalculable(reason)
    assert rate.to_dict() == {"forms": forms, "attended": attended, "rate": None, "ci95": None, "fpc": None}
    assert if_nonresponders_unchanged(2.0, forms, attended) == NotCalculable(reason)
    assert nonresponder_change_needed(2.0, forms, attended, 1.0) == NotCalculable(reason)


def test_one_person_is_a_census_or_nothing_to_correct() -> None:
    assert response_rate(1, 1).fpc == 0.0
    assert isinstance(response_rate(0, 1).fpc, NotCalculable)


@pytest.mark.parametrize(("forms", "attended"), [(-1, 5), (1, -5)])
def test_negative_numbers_are_refused(forms: int, attended: int) -> None:
    with pytest.raises(ValueError, match="attendances"):
        response_rate(forms, attended)
    with pytest.raises(ValueError):
        nonresponder_change_needed(1.0, forms, attended, 1.0)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_a_share_of_too_few_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson_interval(k, n)


@given(st.integers(1, 10**6), st.floats(0.01, 0.999))
def test_none_and_all_reach_the_ends_exactly(n: int, confidence: float) -> None:
    assert wilson_interval(0, n, confidence)[0] == 0.0  # type: ignore[index]
    assert wilson_interval(n, n, confidence)[1] == 1.0  # type: ignore[index]


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 2, confidence)


def test_a_share_of_nobody_is_no_share() -> None:
    assert wilson_interval(0, 0) == NotCalculable("a share of nobody")


def test_the_yearly_report_of_2024_25() -> None:
    """288 forms of 1,609 attendances and a rise of 2.1: the published figures."""
    assert response_rate(288, 1609).rate == pytest.approx(0.17899316)
    assert if_nonresponders_unchanged(2.1, 288, 1609) == pytest.approx(0.3758857)
    assert nonresponder_change_needed(2.1, 288, 1609, 1.0) == pytest.approx(0.7601817)
    assert forms_per_session(288, 88) == pytest.approx(3.2727273)
    assert isinstance(forms_per_session(0, 0), NotCalculable)


def test_a_change_nobody_could_calculate_stays_so() -> None:
    why = NotCalculable("nobody gave a rating both before and after")
    assert if_nonresponders_unchanged(why, 3, 10) == why
    assert nonresponder_change_needed(why, 3, 10, 1.0) == why
    assert nonresponder_change_needed(why, 0, 10, 1.0) == 1.0
    assert isinstance(nonresponder_change_needed(2.0, 10, 10, 1.0), NotCalculable)


@given(st.integers(0, 300), st.integers(1, 300), st.floats(-9, 9), st.floats(-9, 9))
def test_the_change_needed_gives_the_overall_change(
    forms: int, more: int, change: float, overall: float
) -> None:
    attended = forms + more
    needed = nonresponder_change_needed(change, forms, attended, overall)
    assert is_calculable(needed)
    assert (change * forms + needed * more) / attended == pytest.approx(overall, abs=1e-9)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_rate_lies_in_its_interval(forms: int, more: int) -> None:
    rate = response_rate(forms, forms + more)
    if is_calculable(rate.rate) and is_calculable(rate.ci95):
        assert rate.ci95.low <= rate.rate <= rate.ci95.high
    else:
        assert forms + more == 0
