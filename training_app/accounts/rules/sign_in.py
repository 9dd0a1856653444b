"""Roles in the words people use for them, and when a sign-in code opens the door."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

CONTROL = re.compile(r"[\x00-\x20\x7f]")
CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=15)
TRIES = 5
DETAILS_LIFE = timedelta(hours=1)
# One person who mislays letters needs a few; a hall of two hundred on one network needs many.
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CODES_PER_EMAIL_AN_HOUR = 5
CODES_PER_EMAIL_A_DAY = 15
# Both of the above count one network. This counts them all, so that nobody's mailbox is flooded.
CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR = 30
CODES_PER_NETWORK_AN_HOUR = 300
# Guessing at many addresses in turn would need far more wrong codes than a hall of people mistype.
WRONG_TRIES_PER_NETWORK_AN_HOUR = 100


class Verdict(StrEnum):
    """What came of typing a code."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_TRIES_LEFT = "no_tries_left"
    EXPIRED = "expired"
    USED = "used"
    TOO_MANY_FROM_HERE = "too_many_from_here"


class Wait(StrEnum):
    """How long until another code may be asked for."""

    AN_HOUR = "an_hour"
    A_DAY = "a_day"


@dataclass(frozen=True)
class CodeFacts:
    """What is known of a code when one is typed."""

    expires_at: datetime
    tries_left: int
    used: bool
    matches: bool
    wrong_from_network: int = 0


def new_code() -> str:
    """Six digits nobody can guess."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def typed_code(text: str) -> str:
    """The digits of what was typed or pasted: “123 456” and “123-456” mean 123456.

    Digits of other scripts count as the digits they are; anything else is left for the comparison to refuse.
    """
    kept = (one for one in text if not one.isspace() and one not in "-‐‑–.\u200b\u2060\ufeff")
    return "".join(str(int(one)) if one.isdecimal() else one for one in kept)


def is_a_code(text: str) -> bool:
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def keyed_hash(secret_key: str, purpose: str, *parts: str) -> str:
    """A hash only this installation can make. Length first, so that no two lists of parts read the same."""
    message = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
    return hmac.new(secret_key.encode(), message.encode(), sha256).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one, other)


def judge(facts: CodeFacts, now: datetime) -> Verdict:
    """May this code open the door? A code opens it once, in its time, within its tries."""
    if facts.used:
        return Verdict.USED
    if facts.expires_at <= now:
        return Verdict.EXPIRED
    if facts.tries_left <= 0:
        return Verdict.NO_TRIES_LEFT
    if facts.wrong_from_network >= WRONG_TRIES_PER_NETWORK_AN_HOUR:
        return Verdict.TOO_MANY_FROM_HERE
    if facts.matches:
        return Verdict.RIGHT
    return Verdict.WRONG if facts.tries_left > 1 else Verdict.NO_TRIES_LEFT


def wait_before_another(
    *,
    email_in_hour: int,
    email_in_day: int,
    from_everywhere_in_hour: int,
    network_in_hour: int,
    wrong_from_network: int,
    signed_in_from_here: bool = False,
) -> Wait | None:
    """Must the next code wait, after so many were sent? Decided alike for every address, known or not.

    A flood that others send does not reach a network from which the address was signed in lately.
    """
    if email_in_day >= CODES_PER_EMAIL_A_DAY:
        return Wait.A_DAY
    too_many = (
        email_in_hour >= CODES_PER_EMAIL_AN_HOUR
        or (from_everywhere_in_hour >= CODES_PER_EMAIL_FROM_EVERYWHERE_AN_HOUR and not signed_in_from_here)
        or network_in_hour >= CODES_PER_NETWORK_AN_HOUR
        or wrong_from_network >= WRONG_TRIES_PER_NETWORK_AN_HOUR
    )
    return Wait.AN_HOUR if too_many else None


def network_of(address: str | None) -> str:
    """Where a request comes from, as far as it is worth counting: one IPv6 home holds a whole /64."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def local_path(address: str | None) -> str | None:
    """The address, if it is a page of this site; None for anything that could lead elsewhere.

    >>> local_path("/sessions/12?from=programme"), local_path("//evil.example"), local_path("https://evil.example")
    ('/sessions/12?from=programme', None, None)
    """
    if not address or not address.startswith("/") or len(address) > 1000:
        return None
    # Browsers read “\\” as “/” and drop control characters, so “/\\evil” and “/\t/evil” lead away.
    if address.startswith("//") or "\\" in address or CONTROL.search(address):
        return None
    return address
