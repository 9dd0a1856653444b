"""How far in someone is who has signed in on this browser, and where the pages are that let them in."""

from flask import g, session, url_for

from training_app.accounts.models import User
from training_app.accounts.rules.second_factor import needs_second_factor
from training_app.installation import ports

# What the signed cookie holds once the second factor was passed: the session key it was passed for.
PASSED = "second_factor"


def second_factor_is_due(user: User) -> bool:
    """Has this user, who showed the e-mailed code, still to show a second factor on this browser?"""
    if session.get(PASSED) == user.session_key or not needs_second_factor(user.roles):
        return False
    return not _is_stepped_into(user)


def _is_stepped_into(user: User) -> bool:
    """The made-up people of a demonstration have no phone, and anyone may step into them: none is asked of them.

    Only where the database carries the demonstration's mark and the user is generated: a user someone marked as
    generated elsewhere, and a real user of a demonstration, are asked as always.
    """
    if not user.generated:
        return False
    if "in_demonstration" not in g:  # asked several times while a page is made
        g.in_demonstration = ports().is_demonstration()
    return bool(g.in_demonstration)


def note_second_factor(user: User) -> None:
    """From now on this browser is fully signed in."""
    session[PASSED] = user.session_key


def forget_second_factor() -> None:
    session.pop(PASSED, None)


def sign_in_address(next_page: str | None) -> str:
    """Where to sign in, and to go on from there to the page that was asked for."""
    return url_for("accounts.sign_in", next=next_page)


def second_factor_address(next_page: str | None) -> str:
    """Where to show the second factor, and to go on from there to the page that was asked for."""
    return url_for("second_factor.enter_code", next=next_page)
