"""When a code opens the door, and where the door leads."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.sign_in import (
    CODE_LIFE,
    CODES_PER_EMAIL_A_DAY,
    CODES_PER_EMAIL_AN_HOUR,
    CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR,
    CODES_PER_NETWORK_AN_HOUR,
    TRIES,
    WRONG_TRIES_PER_NETWORK_AN_HOUR,
    CodeFacts,
    Verdict,
    Wait,
    is_a_code,
    judge,
    keyed_hash,
    local_path,
    network_of,
    new_code,
    same_hash,
    typed_code,
    wait_before_another,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def facts(**changes: object) -> CodeFacts:
    usual = {"expires_at": NOW + CODE_LIFE, "tries_left": TRIES, "used": False, "matches": True}
    return CodeFacts(**(usual | changes))  # type: ignore[arg-type]


def test_numbers_are_those_promised_to_people() -> None:
    assert timedelta(minutes=15) == CODE_LIFE
    assert TRIES == 5


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.RIGHT),
        ({"tries_left": 1}, Verdict.RIGHT),
        ({"matches": False}, Verdict.WRONG),
        ({"matches": False, "tries_left": 2}, Verdict.WRONG),
        ({"matches": False, "tries_left": 1}, Verdict.NO_TRIES_LEFT),
        ({"tries_left": 0}, Verdict.NO_TRIES_LEFT),
        ({"expires_at": NOW}, Verdict.EXPIRED),
        ({"expires_at": NOW + timedelta(microseconds=1)}, Verdict.RIGHT),
        ({"expires_at": NOW - timedelta(days=1), "matches": False}, Verdict.EXPIRED),
        ({"used": True}, Verdict.USED),
        ({"used": True, "expires_at": NOW}, Verdict.USED),
        ({"wrong_from_network": WRONG_TRIES_PER_NETWORK_AN_HOUR - 1}, Verdict.RIGHT),
        ({"wrong_from_network": WRONG_TRIES_PER_NETWORK_AN_HOUR}, Verdict.TOO_MANY_FROM_HERE),
    ],
)
def test_a_code_is_judged(changes: dict[str, object], verdict: Verdict) -> None:
    assert judge(facts(**changes), NOW) is verdict


@given(
    st.booleans(),
    st.integers(0, TRIES),
    st.booleans(),
    st.integers(0, 200),
    st.timedeltas(timedelta(hours=-1), timedelta(hours=1)),
)
def test_a_door_never_opens_without_the_right_code_in_its_time(
    used: bool, tries_left: int, matches: bool, wrong: int, left: timedelta
) -> None:
    verdict = judge(CodeFacts(NOW + left, tries_left, used, matches, wrong), NOW)
    if verdict is Verdict.RIGHT:
        assert matches and not used and tries_left and left > timedelta(0)


def test_new_codes_are_six_digits_and_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(is_a_code(code) for code in codes)
    assert len(codes) > 190


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", " 1 2 3 4 5 6 ", "123-456", "123\u00a0456", "١٢٣٤٥٦", "123\u200b456"]
)
def test_a_code_may_be_typed_and_pasted_in_any_manner(typed: str) -> None:
    assert typed_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "²²²²²²", "123456; drop"])
def test_what_is_no_code_is_seen(typed: str) -> None:
    assert not is_a_code(typed_code(typed))


def test_a_hash_depends_on_key_purpose_address_and_code() -> None:
    one = keyed_hash("key", "code", "a@b.example", "123456")
    assert same_hash(one, keyed_hash("key", "code", "a@b.example", "123456"))
    others = [
        keyed_hash("other", "code", "a@b.example", "123456"),
        keyed_hash("key", "network", "a@b.example", "123456"),
        keyed_hash("key", "code", "c@b.example", "123456"),
        keyed_hash("key", "code", "a@b.example", "123457"),
        keyed_hash("key", "code", "a@b.example1", "23456"),
    ]
    assert not any(same_hash(one, other) for other in others)
    assert len(one) == 64 and "123456" not in one


QUIET = dict.fromkeys(
    ("email_in_hour", "email_in_day", "from_everywhere_in_hour", "network_in_hour", "wrong_from_network"), 0
)


@pytest.mark.parametrize(
    ("counts", "wait"),
    [
        ({}, None),
        ({"email_in_hour": CODES_PER_EMAIL_AN_HOUR - 1}, None),
        ({"email_in_hour": CODES_PER_EMAIL_AN_HOUR}, Wait.AN_HOUR),
        ({"email_in_day": CODES_PER_EMAIL_A_DAY - 1}, None),
        ({"email_in_day": CODES_PER_EMAIL_A_DAY}, Wait.A_DAY),
        ({"from_everywhere_in_hour": CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR - 1}, None),
        ({"from_everywhere_in_hour": CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR}, Wait.AN_HOUR),
        ({"from_everywhere_in_hour": 1000, "signed_in_from_here": True}, None),
        ({"email_in_hour": CODES_PER_EMAIL_AN_HOUR, "signed_in_from_here": True}, Wait.AN_HOUR),
        ({"network_in_hour": CODES_PER_NETWORK_AN_HOUR, "signed_in_from_here": True}, Wait.AN_HOUR),
        ({"network_in_hour": CODES_PER_NETWORK_AN_HOUR - 1}, None),
        ({"network_in_hour": CODES_PER_NETWORK_AN_HOUR}, Wait.AN_HOUR),
        ({"wrong_from_network": WRONG_TRIES_PER_NETWORK_AN_HOUR}, Wait.AN_HOUR),
    ],
)
def test_too_many_codes_make_the_next_one_wait(counts: dict[str, int], wait: Wait | None) -> None:
    assert wait_before_another(**(QUIET | counts)) is wait


def test_a_hall_of_two_hundred_people_on_one_network_is_let_in() -> None:
    assert wait_before_another(**(QUIET | {"network_in_hour": 200, "wrong_from_network": 60})) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_one_household_is_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


LEADS_AWAY = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "http:/evil.example",
    "/\x00/evil.example",
    "//[",
    "/ /evil.example",
    "/a" * 600,
]


@pytest.mark.parametrize("address", LEADS_AWAY)
def test_no_address_leads_away_from_the_site(address: str) -> None:
    assert local_path(address) is None


@pytest.mark.parametrize(
    "address", ["/", "/sessions/12", "/programme?area=rutland&words=a%20b", "/my#top", "/%5Cevil"]
)
def test_pages_of_the_site_are_kept(address: str) -> None:
    assert local_path(address) == address


def test_every_role_says_what_it_is() -> None:
    assert {len({role.label, role.what_they_do}) for role in Role} == {2}
    assert len({role.label for role in Role}) == len(Role) == 5
