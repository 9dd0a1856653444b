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
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
DETAILS_LIFE = timedelta(hours=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Letters. Each is counted for its address and where it was asked for from: a network, or a browser in which the address
# was signed in with before. So what others ask for, there or elsewhere, takes nothing from the owner's own browser.
# One person who mislays letters needs a few; after these there is a pause before each.
CODES_AT_ONCE = 5
PAUSE = timedelta(minutes=10)
CODES_A_DAY = 15
LONG_PAUSE = timedelta(hours=1)
# An address must not be flooded from many networks either. One that has asked for none yet is heard for longer.
CODES_FROM_EVERYWHERE = 10
CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER = 30
# A hall of three hundred on one network is let in; whoever writes to the whole world from there is slowed.
CODES_PER_NETWORK = 300
NETWORK_PAUSE = timedelta(seconds=10)

# Guesses. After so many wrong ones in an hour, at one address from everywhere or from one network at all addresses, a
# code asked for in a browser that is not known can be tried once: its owner, who reads it, still comes in.
WRONG_TRIES_PER_EMAIL = 20
WRONG_TRIES_PER_NETWORK = 100
TRIES_WHEN_SLOWED = 1


class Verdict(StrEnum):
    """What came of typing a code."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_TRIES_LEFT = "no_tries_left"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True)
class CodeFacts:
    """What is known of a code when one is typed."""

    expires_at: datetime
    tries_left: int
    used: bool
    matches: bool


@dataclass(frozen=True)
class Sent:
    """How many codes were sent in the last hour and day, and the last of them when."""

    in_hour: int = 0
    in_day: int = 0
    last_at: datetime | None = None


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


def tries_left(left: int, *, wrong_for_email: int, wrong_from_network: int, known_browser: bool) -> int:
    """How many tries a code has that has so many left, after so many wrong ones typed for other codes."""
    guessed_at = wrong_for_email >= WRONG_TRIES_PER_EMAIL or wrong_from_network >= WRONG_TRIES_PER_NETWORK
    if known_browser or not guessed_at:
        return left
    return max(0, left - (TRIES - TRIES_WHEN_SLOWED))


def judge(facts: CodeFacts, now: datetime) -> Verdict:
    """May this code open the door? A code opens it once, in its time, within its tries."""
    if facts.used:
        return Verdict.USED
    if facts.expires_at <= now:
        return Verdict.EXPIRED
    if facts.tries_left <= 0:
        return Verdict.NO_TRIES_LEFT
    if facts.matches:
        return Verdict.RIGHT
    return Verdict.WRONG if facts.tries_left > 1 else Verdict.NO_TRIES_LEFT


def wait_before_another(
    now: datetime, *, here: Sent, everywhere: Sent, network: Sent, known_browser: bool = False
) -> timedelta | None:
    """How long until the next code may be asked for. Decided alike for every address, known or not.

    `here`: sent to this address and asked for from this network, or in this known browser; `everywhere`: to this
    address; `network`: to any address and asked for from this network. A known browser waits for its own letters alone.
    """
    waits = [_left(here, LONG_PAUSE if here.in_day >= CODES_A_DAY else PAUSE, now)] if _too_many(here) else []
    if not known_browser:
        most = CODES_FROM_EVERYWHERE if here.in_hour else CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER
        waits += [_left(everywhere, PAUSE, now)] if everywhere.in_hour >= most else []
        waits += [_left(network, NETWORK_PAUSE, now)] if network.in_hour >= CODES_PER_NETWORK else []
    longest = max(waits, default=timedelta(0))
    return longest if longest > timedelta(0) else None


def _too_many(here: Sent) -> bool:
    return here.in_hour >= CODES_AT_ONCE or here.in_day >= CODES_A_DAY


def _left(sent: Sent, pause: timedelta, now: datetime) -> timedelta:
    """What is left of the pause after the last one."""
    return sent.last_at + pause - now if sent.last_at else timedelta(0)


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
