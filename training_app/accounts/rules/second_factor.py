"""Who needs a second factor, which code is good, and how long to wait after wrong ones. Pure decisions."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from training_app.accounts.rules.roles import Role

STEP_SECONDS = 30
# A phone's clock may be half a minute out, before or behind.
STEPS_OF_TOLERANCE = 1
TRIES_BEFORE_A_WAIT = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
RECOVERY_CODES = 10
RECOVERY_CODE_LENGTH = 12
# No letters and digits that are taken for one another on paper: 0 and O, 1 and I and L, 5 and S.
RECOVERY_ALPHABET = "234679ABCDEFGHJKMNPQRTUVWXYZ"
LONGEST_WHY = 200

NEEDING = frozenset({Role.OFFICE, Role.COORDINATOR, Role.TRAINER, Role.REVIEWER})


class Passed(StrEnum):
    """What came of typing a code of the app or a recovery code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    WAIT = "wait"


@dataclass(frozen=True)
class CodeOfAnApp:
    """What is known when a code is typed. `step` is the half minute it is the code of, None where of none near."""

    step: int | None
    last_step: int | None
    wait_until: datetime | None


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Whoever sees more than their own record shows two proofs; a practitioner shows one."""
    return not NEEDING.isdisjoint(roles)


def step_at(instant: datetime) -> int:
    return int(instant.timestamp()) // STEP_SECONDS


def steps_near(instant: datetime) -> range:
    """The half minutes whose codes are taken now, the oldest first."""
    now = step_at(instant)
    return range(now - STEPS_OF_TOLERANCE, now + STEPS_OF_TOLERANCE + 1)


def must_wait(wait_until: datetime | None, now: datetime) -> bool:
    """A wait that is longer than any was begun by a clock that was ahead, and holds nobody up."""
    return wait_until is not None and now < wait_until <= now + LONGEST_WAIT


def judge_app_code(facts: CodeOfAnApp, now: datetime) -> Passed:
    """A code is good once: no code of the half minute last used, nor of one before it, opens anything again.

    One that was used in a half minute yet to come was used by a clock that was ahead.
    """
    if must_wait(facts.wait_until, now):
        return Passed.WAIT
    if facts.step is None:
        return Passed.WRONG
    used = facts.last_step is not None and facts.step <= facts.last_step <= steps_near(now)[-1]
    return Passed.USED if used else Passed.RIGHT


def wait_after(wrong_tries: int, now: datetime) -> datetime | None:
    """Until when to wait after this many wrong tries in a row: after every fifth, and each time twice as long.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    >>> wait_after(4, now) is None, wait_after(5, now) - now, wait_after(10, now) - now
    (True, datetime.timedelta(seconds=900), datetime.timedelta(seconds=1800))
    """
    rounds, rest = divmod(wrong_tries, TRIES_BEFORE_A_WAIT)
    if rest or not rounds:
        return None
    return now + min(FIRST_WAIT * (1 << min(rounds - 1, 10)), LONGEST_WAIT)


def tries_left(wrong_tries: int) -> int:
    """How many wrong tries until the next wait."""
    return TRIES_BEFORE_A_WAIT - wrong_tries % TRIES_BEFORE_A_WAIT


def new_recovery_code() -> str:
    """`RECOVERY_CODE_LENGTH` characters nobody can guess."""
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_CODE_LENGTH))


def in_fours(text: str) -> str:
    """As people read it aloud and copy it: “ABCD EFGH JKMN”."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def typed_recovery_code(text: str) -> str:
    """The code without what people type between its groups."""
    return "".join(one for one in text.upper() if one.isalnum())


def is_a_recovery_code(text: str) -> bool:
    return len(text) == RECOVERY_CODE_LENGTH and set(text) <= set(RECOVERY_ALPHABET)
