"""Joining online: the part of today that people join, and the address in what the office wrote about it. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from training_app.programme.rules.parts import Timed
from training_app.programme.rules.sessions import PartKind

# Plain letters alone: a host that looks like another is none.
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# What people write after an address, or around it, belongs to their sentence.
ADDRESS = re.compile(r"https://[^\s<>\"“”]+", re.IGNORECASE)
AFTER_IT = ".,;:!?'’)]}*"


class Joined(Timed, Protocol):
    @property
    def kind(self) -> PartKind: ...


def joining_address(written: str) -> str | None:
    """The first address that can be opened in what the office wrote, or None. What names a user is none.

    >>> joining_address("Teams: https://meet.example/j/12?pwd=a. Ring 0116 496 0000 if it fails.")
    'https://meet.example/j/12?pwd=a'
    >>> joining_address("Ask for the link at http://meet.example")
    """
    for found in ADDRESS.findall(written):
        address = str(found).rstrip(AFTER_IT)
        if _is_a_web_address(address):
            return address
    return None


def _is_a_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(HOST.fullmatch(host)) and "@" not in parts.netloc and (parts.port or 443) > 0
    except ValueError:  # as “https://[”, or a port that is no number
        return False


P = TypeVar("P", bound=Joined)


@dataclass(frozen=True)
class ToJoin:
    """An online part of today, with what the office wrote about joining and the address in it, where there is one."""

    starts_at: time
    ends_at: time
    written: str
    address: str | None

    @property
    def says_more(self) -> bool:
        """Is there more to read than the address?"""
        return self.written.strip() not in {"", self.address}


def to_join(parts: Iterable[Joined], written: str, now: datetime) -> ToJoin | None:
    """What there is to join today. `now` is a local time, as the parts' are."""
    part = part_to_join(parts, now)
    if part is None or part.starts_at is None or part.ends_at is None:
        return None
    return ToJoin(part.starts_at, part.ends_at, written, joining_address(written))


def part_to_join(parts: Iterable[P], now: datetime) -> P | None:
    """The online part of today that is not over, the first of several. `now` is a local time, as the parts' are."""
    to_come = [
        one for one in parts
        if one.kind is PartKind.ONLINE and one.on_day == now.date() and one.ends_at and one.ends_at > now.time()
    ]
    return min(to_come, key=lambda one: (one.starts_at, one.ends_at), default=None)
