"""When the forms that come by a room's code are more, faster or more often wrong than people send them. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

FAST = timedelta(seconds=10)
LEAST_FAST = 5
FAST_SHARE = 4
"""Of those who could be there, one in so many may send within that time. In a room nobody presses on a signal."""

WRONG_CODES_COUNT_FOR = timedelta(minutes=10)
MOST_WRONG_CODES = 20


class AlarmKind(StrEnum):
    """What somebody has to look at."""

    TOO_MANY = "too_many"
    TOO_FAST = "too_fast"
    WRONG_CODES = "wrong_codes"

    @property
    def label(self) -> str:
        """As the history of a session calls it."""
        return {"too_many": "too many forms", "too_fast": "forms too fast", "wrong_codes": "wrong feedback codes"}[
            self.value
        ]

    @property
    def sentence(self) -> str:
        return _SAID[self]


_SAID = {
    AlarmKind.TOO_MANY: "More feedback was sent without a feedback code than there can be people. The rest was not"
    " taken.",
    AlarmKind.TOO_FAST: "Many feedback forms came within a few seconds, faster than people in a room send them.",
    AlarmKind.WRONG_CODES: "Many wrong feedback codes were tried.",
}


def is_too_fast(strangers_lately: int, could_be: int) -> bool:
    """Did more people whom nobody knows answer within FAST than a room does?

    >>> is_too_fast(6, 14), is_too_fast(20, 100)
    (True, False)
    """
    return strangers_lately > max(LEAST_FAST, could_be // FAST_SHARE)


def wrong_codes_now(counted: int, since: datetime | None, now: datetime) -> int:
    """How many wrong codes count now: those of a time that is over count no more, nor of one that is yet to come."""
    return counted if since is not None and since - WRONG_CODES_COUNT_FOR <= now < since + WRONG_CODES_COUNT_FOR else 0
