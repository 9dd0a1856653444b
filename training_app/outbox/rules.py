"""The states of a letter, when it is tried again, and when a person may send it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

# A letter that opens a door and was not sent within this time is wiped unsent: the code in it has expired.
SEALED_LIFE = timedelta(hours=1)

# A letter may be queued to leave later than at once, by no more than this. Whatever waits for longer without having
# failed was queued by a clock that was ahead.
LONGEST_QUEUE = timedelta(minutes=10)

# The wait after the first failure, the second, and so on: about two days in all, then a person has to look.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=18),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(BACK_OFF) + 1


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return LABELS[self]


SEALED = (
    "This letter holds a code or a personal link, so it is never sent again. "
    "The person can ask for a new one."
)

LABELS: Mapping[LetterState, str] = {
    LetterState.QUEUED: "Waiting",
    LetterState.SENDING: "Being sent",
    LetterState.SENT: "Sent",
    LetterState.FAILED: "Not sent",
}

# What the list of letters can be narrowed to, in the words of its page.
LETTERS_SHOWN: Mapping[str, str] = {"all": "Any state", "waiting": "Waiting", "sent": "Sent", "failed": "Not sent"}


def next_try(attempts: int, failed_at: datetime) -> datetime | None:
    """When to try again after this many attempts; None when a person has to look at it."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return failed_at + BACK_OFF[max(attempts, 1) - 1]


def refusal_to_send_again(state: LetterState, sealed: bool, attempts: int) -> str | None:
    """Why a letter may not be sent again by hand; None if it may."""
    if sealed:
        return SEALED
    if state is LetterState.SENDING:
        return "This letter is being sent at this moment."
    if state is LetterState.QUEUED and attempts == 0:
        return "This letter is already waiting to be sent."
    return None
