"""When a code opens the door, and where the door leads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.sign_in import (
    CODE_LIFE,
    CODES_A_DAY,
    CODES_AT_ONCE,
    CODES_FROM_EVERYWHERE,
    CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER,
    CODES_PER_NETWORK,
    LETTERS_A_MINUTE,
    LONG_PAUSE,
    LONGEST_DELAY,
    LONGEST_QUEUE,
    NEWCOMERS_PAUSE,
    PAUSE,
    TRIES,
    WRONG_TRIES_PER_EMAIL,
    WRONG_TRIES_PER_NETWORK,
    CodeFacts,
    Network,
    Sent,
    Verdict,
    is_a_code,
    judge,
    keyed_hash,
    letter_due_at,
    local_path,
    network_of,
    new_code,
    same_hash,
    tries_left,
    typed_code,
    wait_before_another,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def facts(**changes: object) -> CodeFacts:
    usual = {"expires_at": NOW + CODE_LIFE, "tries_left": TRIES, "used": False, "matches": True}
    return CodeFacts(**(usual | changes))  # type: ignore[arg-type]


def test_numbers_are_those_promised_to_people() -> None:
    assert timedelta(minutes=10) == CODE_LIFE
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
    ],
)
def test_a_code_is_judged(changes: dict[str, object], verdict: Verdict) -> None:
    assert judge(facts(**changes), NOW) is verdict


@given(
    st.booleans(),
    st.integers(0, TRIES),
    st.booleans(),
    st.timedeltas(timedelta(hours=-1), timedelta(hours=1)),
)
def test_a_door_never_opens_without_the_right_code_in_its_time(
    used: bool, tries_left: int, matches: bool, left: timedelta
) -> None:
    verdict = judge(CodeFacts(NOW + left, tries_left, used, matches), NOW)
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


MINUTE = timedelta(minutes=1)
FEW, MANY = Sent(1, 1, NOW), Sent(CODES_AT_ONCE, CODES_AT_ONCE, NOW - MINUTE)


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        ({}, None),
        ({"here": Sent(CODES_AT_ONCE - 1, CODES_A_DAY - 1, NOW)}, None),
        ({"here": MANY}, PAUSE - MINUTE),
        ({"here": Sent(CODES_AT_ONCE, CODES_AT_ONCE, NOW - PAUSE)}, None),
        ({"here": Sent(1, CODES_A_DAY, NOW)}, LONG_PAUSE),
        ({"here": FEW, "everywhere": Sent(CODES_FROM_EVERYWHERE - 1, 90, NOW)}, None),
        ({"here": FEW, "everywhere": Sent(CODES_FROM_EVERYWHERE, 90, NOW)}, PAUSE),
        ({"everywhere": Sent(CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER - 1, 90, NOW)}, None),
        ({"everywhere": Sent(CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER, 90, NOW)}, NEWCOMERS_PAUSE),
        ({"everywhere": Sent(9999, 9999, NOW - NEWCOMERS_PAUSE)}, None),
        ({"everywhere": Sent(999, 999, NOW), "known_browser": True}, None),
        ({"here": MANY, "known_browser": True}, PAUSE - MINUTE),
    ],
)
def test_too_many_codes_make_the_next_one_wait_a_little(sent: dict[str, Any], wait: timedelta | None) -> None:
    nothing = {"here": Sent(), "everywhere": Sent()}
    assert wait_before_another(NOW, **(nothing | sent)) == wait


@given(st.integers(0, 10**6), st.none() | st.timedeltas(timedelta(hours=-1), timedelta(hours=2)))
def test_a_letter_to_somebody_known_leaves_within_a_minute_whatever_others_on_their_network_ask_for(
    in_hour: int, last_due: timedelta | None
) -> None:
    network = Network(in_hour, None if last_due is None else NOW + last_due)
    for_known, for_new = (letter_due_at(NOW, network, is_known=known) for known in (True, False))
    assert for_known is not None and NOW <= for_known <= NOW + LONGEST_DELAY
    assert for_new is None or for_known <= for_new <= NOW + LONGEST_QUEUE
    if in_hour < CODES_PER_NETWORK:
        assert for_known == for_new == NOW


def test_a_flood_is_sent_so_many_letters_a_minute_and_no_more() -> None:
    due: list[datetime] = []
    for _ in range(10_000):
        one = letter_due_at(NOW, Network(CODES_PER_NETWORK, due[-1] if due else None), is_known=False)
        due += [one] if one else []
    assert len(due) == LONGEST_QUEUE // MINUTE * LETTERS_A_MINUTE
    assert LONGEST_QUEUE <= CODE_LIFE, "nothing queues for longer than its code would live"
    assert sum(one < NOW + MINUTE for one in due) <= LETTERS_A_MINUTE


@pytest.mark.parametrize(
    ("email", "network", "known", "left"),
    [
        (0, 0, False, TRIES),
        (WRONG_TRIES_PER_EMAIL - 1, WRONG_TRIES_PER_NETWORK - 1, False, TRIES),
        (WRONG_TRIES_PER_EMAIL, 0, False, 1),
        (0, WRONG_TRIES_PER_NETWORK, False, 1),
        (WRONG_TRIES_PER_EMAIL, WRONG_TRIES_PER_NETWORK, True, TRIES),
    ],
)
def test_many_guesses_leave_a_code_one_try_and_a_known_browser_all(
    email: int, network: int, known: bool, left: int
) -> None:
    counts = {"wrong_for_email": email, "wrong_from_network": network, "known_browser": known}
    assert tries_left(TRIES, **counts) == left  # type: ignore[arg-type]
    assert tries_left(TRIES - 1, **counts) == max(0, left - 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("2001:db8:1:ffff:ffff::1", "2001:db8:1::"),
        ("2001:db8:2::1", "2001:db8:2::"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_whoever_holds_many_addresses_is_one_network(address: str | None, network: str) -> None:
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
