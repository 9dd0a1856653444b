"""The feedback code: it says whose a form is at one session, and nothing else. Pure.

It is worked out from the session, the person and the service's key, and stored nowhere. Only the person reads it: in My
training, on their own booking and in their own sealed letter. Staff never do, so nobody answers in another's name.
"""

from collections.abc import Iterable

from training_app.accounts.rules.sign_in import keyed_hash, same_hash
from training_app.evaluation.rules.room import LETTERS, plain_code

LENGTH = 8
PURPOSE = "feedback code"


def feedback_code(session_id: int, person_id: int, secret_key: str) -> str:
    """The code of one person at one session, as it is compared."""
    number = int(keyed_hash(secret_key, PURPOSE, str(session_id), str(person_id)), base=16)
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(LETTERS))
        letters.append(LETTERS[at])
    return "".join(letters)


def in_groups(code: str) -> str:
    """As a person reads it.

    >>> in_groups("K7CM9XWD")
    'K7CM 9XWD'
    """
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def owner_of(typed: str, session_id: int, person_ids: Iterable[int], secret_key: str) -> int | None:
    """Whose code this is, of these people. All are compared, each in constant time."""
    plain = plain_code(typed).encode().hex()
    owner = None
    for person_id in person_ids:
        if same_hash(feedback_code(session_id, person_id, secret_key).encode().hex(), plain):
            owner = person_id
    return owner
