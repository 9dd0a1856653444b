"""The code on the trainer's screen, and who may answer by it: as whom, and how many whom nobody knows. Pure."""

import hashlib
import hmac
from enum import StrEnum
from uuid import UUID

from training_app.registers.rules.attendances import Attendances, Basis
from training_app.words.numbers import in_words

# Nothing that is read as something else from the back of a room: no 0 and O, no 1, I and L.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
HOW_A_CODE_LOOKS = f"{in_words(CODE_LENGTH)} letters and digits"
NAMELESS_FROM_ONE_BROWSER = 3
WRONG_CODES_FROM_ONE_BROWSER = 5
NOT_AN_EMAIL = (
    "Enter your feedback code, which is in My training, or leave this empty. An email is not taken: others know it"
)


class AskAgain(StrEnum):
    """Why a form by the room's code was not taken as it came. What to do about it is the sentence."""

    WRONG_CODE = "wrong_code"
    CODES_PAUSED = "codes_paused"
    WRONG_ON_THIS_DEVICE = "wrong_on_this_device"
    NAMELESS_ON_THIS_DEVICE = "nameless_on_this_device"
    TOO_MANY = "too_many"

    @property
    def sentence(self) -> str:
        return _ASKED_AGAIN[self]


_OWN_FORM = "sign in and give feedback in My training"
_ASKED_AGAIN = {
    AskAgain.WRONG_CODE: "That code is not one of this session: check it, or leave it empty. Your feedback code is in"
    " My training. It is not your booking code",
    AskAgain.CODES_PAUSED: "Too many wrong feedback codes were tried, so none is taken for a few minutes. Leave this"
    f" empty, or {_OWN_FORM}",
    AskAgain.WRONG_ON_THIS_DEVICE: f"{in_words(WRONG_CODES_FROM_ONE_BROWSER).capitalize()} wrong feedback codes were"
    f" tried on this device. Leave this empty, or {_OWN_FORM}",
    AskAgain.NAMELESS_ON_THIS_DEVICE: f"{in_words(NAMELESS_FROM_ONE_BROWSER).capitalize()} forms came from this device"
    " without a feedback code. Enter yours, or answer on your own phone",
    AskAgain.TOO_MANY: "As many people have answered as can have been here, so no more forms without a feedback code"
    f" are taken. Ask the trainer to mark you as here, or {_OWN_FORM}",
}


def plain_code(typed: str) -> str:
    """A code as it is kept, however it was typed.

    >>> plain_code(" k7c-m9x ")
    'K7CM9X'
    """
    return "".join(one for one in typed.upper() if one.isalnum())


def stranger_of(token: str, session_id: int, secret_key: str) -> UUID:
    """What joins the forms that one browser sends about one session. The browser cannot work it out."""
    message = f"stranger:{session_id}:{token}".encode()
    return UUID(bytes=hmac.digest(secret_key.encode(), message, hashlib.sha256)[:16], version=4)


def could_be_there(attendances: Attendances, *, is_closed: bool, confirmed: int, walk_ins: int) -> int:
    """How many people can have been at a session, as far as is known.

    What a closed register says, or the number that was stated where there are no names; else whoever has a place or
    was marked without one.
    """
    is_known = attendances.basis is Basis.HEADCOUNT or (is_closed and attendances.basis is Basis.NAMES)
    return attendances.number if is_known and attendances.number is not None else confirmed + walk_ins


def strangers_left(could_be: int, *, known_answered: int, strangers: int) -> int:
    """How many more forms of people nobody knows are taken: no more than those there who have not answered.

    >>> strangers_left(14, known_answered=6, strangers=5)
    3
    """
    return max(0, could_be - known_answered - strangers)
