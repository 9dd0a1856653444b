"""The code on the trainer's screen: how it is written and read, and what tells one browser from the next. Pure."""

import hashlib
import hmac
from uuid import UUID

from training_app.bookings.rules import CODE_LENGTH as BOOKING_CODE_LENGTH
from training_app.bookings.rules import typed_code
from training_app.words.numbers import in_words

# Nothing that is read as something else from the back of a room: no 0 and O, no 1, I and L.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
HOW_A_CODE_LOOKS = f"{in_words(CODE_LENGTH)} letters and digits"
TOO_MANY = (
    "So many forms came from people we could not find that no more are taken. Give the booking code of your"
    " confirmation or the work email you booked with, or ask the trainer."
)
NAMELESS_FROM_ONE_BROWSER = 3
FROM_ONE_BROWSER = (
    f"{in_words(NAMELESS_FROM_ONE_BROWSER).capitalize()} forms came from this device without a booking code or work"
    " email. Enter yours, or answer on your own phone."
)


def plain_code(typed: str) -> str:
    """A room's code as it is kept, however it was typed.

    >>> plain_code(" k7c-m9x ")
    'K7CM9X'
    """
    return "".join(one for one in typed.upper() if one.isalnum())


def is_nameless(typed: str) -> bool:
    """Is this neither an e-mail nor formed like a booking code? Whoever typed it knows that it names nobody."""
    return "@" not in typed and len(typed_code(typed)) != BOOKING_CODE_LENGTH


def stranger_of(token: str, session_id: int, secret_key: str) -> UUID:
    """What joins the forms that one browser sends about one session. The browser cannot work it out."""
    message = f"stranger:{session_id}:{token}".encode()
    return UUID(bytes=hmac.digest(secret_key.encode(), message, hashlib.sha256)[:16], version=4)
