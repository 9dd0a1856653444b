"""What the second factor decides, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.second_factor import (
    LONGEST_WAIT,
    RECOVERY_ALPHABET,
    CodeOfAnApp,
    Passed,
    in_fours,
    is_a_recovery_code,
    judge_app_code,
    needs_second_factor,
    new_recovery_code,
    step_at,
    steps_near,
    tries_left,
    typed_recovery_code,
    wait_after,
)

NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_everyone_but_practitioners_needs_one(role):
    assert needs_second_factor({role}) is (role is not Role.PRACTITIONER)
    assert needs_second_factor({role, Role.PRACTITIONER}) is (role is not Role.PRACTITIONER)
    assert not needs_second_factor(set())


def test_a_clock_may_be_one_step_out_and_no_more():
    here = step_at(NOW)
    assert list(steps_near(NOW)) == [here - 1, here, here + 1]
    assert step_at(NOW + timedelta(seconds=19)) == here and step_at(NOW + timedelta(seconds=20)) == here + 1


@pytest.mark.parametrize(
    ("step", "last_step", "wait", "verdict"),
    [
        (100, None, None, Passed.RIGHT),
        (100, 99, None, Passed.RIGHT),
        (100, 100, None, Passed.USED),
        (99, 100, None, Passed.USED),
        (None, 100, None, Passed.WRONG),
        (100, 99, NOW, Passed.RIGHT),
        (100, 99, NOW + timedelta(seconds=1), Passed.WAIT),
        (None, None, NOW + timedelta(seconds=1), Passed.WAIT),
        (100, 99, NOW + LONGEST_WAIT + timedelta(seconds=1), Passed.RIGHT),  # begun by a clock that was ahead
        (step_at(NOW), step_at(NOW) + 1, None, Passed.USED),
        (step_at(NOW), step_at(NOW) + 2000, None, Passed.RIGHT),
    ],
)
def test_a_code_is_judged(step, last_step, wait, verdict):
    assert judge_app_code(CodeOfAnApp(step, last_step, wait), NOW) is verdict


@given(st.integers(min_value=0, max_value=10**6))
def test_every_fifth_wrong_try_brings_a_wait_that_grows_to_a_day(wrong):
    until = wait_after(wrong, NOW)
    assert (until is None) is (wrong == 0 or wrong % 5 != 0)
    assert 1 <= tries_left(wrong) <= 5
    if until:
        assert timedelta(minutes=15) <= until - NOW <= LONGEST_WAIT
        earlier = wait_after(wrong - 5, NOW)
        assert earlier is None or earlier <= until


def test_recovery_codes_survive_paper():
    codes = {new_recovery_code() for _ in range(200)}
    assert len(codes) == 200 and set("".join(codes)) <= set(RECOVERY_ALPHABET)
    assert not set("0O1IL5S") & set(RECOVERY_ALPHABET)
    for code in codes:
        assert typed_recovery_code(in_fours(code).lower().replace(" ", " - ")) == code
        assert is_a_recovery_code(code) and not is_a_recovery_code(code[1:])
    assert not is_a_recovery_code("É" * 12)
