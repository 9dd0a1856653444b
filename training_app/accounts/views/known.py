"""In which browser somebody has signed in before: there, what others do with their address makes nobody wait.

A cookie of its own, because it outlives signing out. It holds a random word for the browser and, for the last few who
signed in there, a keyed hash of their address. It opens nothing: a code is needed as everywhere.
"""

from datetime import timedelta
from secrets import token_hex
from typing import Any

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from training_app.accounts.rules.sign_in import keyed_hash
from training_app.installation import cookie_name, settings

COOKIE = "known"
KNOWN_FOR = timedelta(days=180)
MOST_PEOPLE = 5


def browser_known_to(email: str) -> str | None:
    """The word of this browser, where this address was signed in with in it; None where it was not."""
    held = _held()
    return str(held["browser"]) if held and _mark(email) in held["people"] else None


def remember(response: Response, email: str) -> Response:
    """From now on this browser is known to whoever reads this mailbox."""
    held = _held() or {"browser": token_hex(16), "people": []}
    others = [one for one in held["people"] if one != _mark(email)]
    held["people"] = [_mark(email), *others][:MOST_PEOPLE]
    response.set_cookie(
        cookie_name(settings(), COOKIE), _signer().dumps(held), max_age=KNOWN_FOR, httponly=True, samesite="Lax",
        secure=settings().secure_cookies,
    )
    return response


def _held() -> dict[str, Any] | None:
    given = request.cookies.get(cookie_name(settings(), COOKIE), "")
    try:
        return dict(_signer().loads(given, max_age=int(KNOWN_FOR.total_seconds())))
    except BadData:
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="known browser")


def _mark(email: str) -> str:
    return keyed_hash(settings().secret_key, "known browser", email)[:32]
