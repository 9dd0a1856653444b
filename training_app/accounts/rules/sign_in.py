"""Roles in the words people use for them, and when a sign-in code opens the door."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from training_app.outbox.rules import LONGEST_QUEUE

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
LONG_PAUSE = timedelta(minutes=20)
# An address must not be flooded from many networks either. One that has asked for none yet is heard for longer, and
# after that the first to ask in each minute.
CODES_FROM_EVERYWHERE = 10
CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER = 30
NEWCOMERS_PAUSE = timedelta(minutes=1)
# What others ask for at other addresses refuses nobody. A hall of three hundred on one network gets its letters at
# once; whoever writes to the whole world from there has them sent one after the other. Letters to people we know go
# within a minute all the same, so that only those whom nobody knows yet queue behind a flood; what would queue for
# longer than a code lives is not sent, or one network would fill the mail server's day.
CODES_PER_NETWORK = 300
LETTERS_A_MINUTE = 30
LONGEST_DELAY = timedelta(minutes=1)

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


@dataclass(frozen=True)
class Network:
    """How many codes were asked for from a network in the last hour, and when the last of their letters leaves."""

    in_hour: int = 0
    last_due_at: datetime | None = None

    @property
    def is_busy(self) -> bool:
        """Were there more than a hall of people asks for?"""
        return self.in_hour >= CODES_PER_NETWORK


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
    now: datetime, *, here: Sent, everywhere: Sent, known_browser: bool = False
) -> timedelta | None:
    """How long until the next code for this address may be asked for. Decided alike for every address, known or not.

    `here`: sent to it and asked for from this network, or in this known browser; `everywhere`: sent to it from
    anywhere. A known browser waits for its own letters alone. What was sent to other addresses makes nobody wait.
    """
    waits = [_left(here, LONG_PAUSE if here.in_day >= CODES_A_DAY else PAUSE, now)] if _too_many(here) else []
    if not known_browser:
        known_here = (CODES_FROM_EVERYWHERE, PAUSE), (CODES_FROM_EVERYWHERE_FOR_A_NEWCOMER, NEWCOMERS_PAUSE)
        most, pause = known_here[0 if here.in_hour else 1]
        waits += [_left(everywhere, pause, now)] if everywhere.in_hour >= most else []
    longest = max(waits, default=timedelta(0))
    return longest if longest > timedelta(0) else None


def letter_due_at(now: datetime, network: Network, *, is_known: bool) -> datetime | None:
    """When the letter with a code leaves that is asked for from a network with so many; None: it is not sent.

    `is_known`: somebody with this address has a sign-in here, or the office knows them. No page may tell by it.

    >>> noon = datetime(2026, 6, 1, 12)
    >>> flooded = Network(in_hour=4000, last_due_at=noon + timedelta(minutes=5))
    >>> [str(letter_due_at(noon, flooded, is_known=known).time()) for known in (True, False)]
    ['12:01:00', '12:05:02']
    """
    if not network.is_busy:
        return now
    slot = max(now, (network.last_due_at or now) + timedelta(minutes=1) / LETTERS_A_MINUTE)
    if is_known:
        return min(slot, now + LONGEST_DELAY)
    return slot if slot <= now + LONGEST_QUEUE else None


def _too_many(here: Sent) -> bool:
    return here.in_hour >= CODES_AT_ONCE or here.in_day >= CODES_A_DAY


def _left(sent: Sent, pause: timedelta, now: datetime) -> timedelta:
    """What is left of the pause after the last one."""
    return sent.last_at + pause - now if sent.last_at else timedelta(0)


def network_of(address: str | None) -> str:
    """Where a request comes from, as far as it is worth counting.

    One who rents a machine has a /64 of IPv6 and often a /48: whoever holds many addresses is one network. That many
    people may share one hurts none of them, as a network is slowed and never refused.
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 80 << 80))
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
