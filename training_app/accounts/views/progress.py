"""How a signed-in user is found again on the next request, how far in they are, and where they begin."""

from flask import Flask, current_app, g, request, session, url_for

from training_app.accounts.models import User
from training_app.accounts.queries import user_with_session_key
from training_app.accounts.rules.second_factor import needs_second_factor
from training_app.extensions import login_manager
from training_app.web.access import is_half_signed_in, may
from training_app.web.rules import Permission

# What the signed cookie holds once the second factor was passed: the session key it was passed for.
PASSED = "second_factor"


# Where someone begins who may do this, the first that fits; everyone else with their own training.
BEGIN = (
    (Permission.EDIT_PROGRAMME, "staff.sessions"),
    (Permission.SEE_IMPACT, "impact.years"),
    (Permission.TAKE_REGISTER, "registers.registers"),
    (Permission.SEE_BOOKINGS, "agency_bookings.coming"),
)


def start_page() -> str:
    """Where someone who has just come in begins, unless they asked for a page: with their work."""
    if is_half_signed_in():  # what they may do is known once the second factor is passed
        return url_for("second_factor.enter_code")
    begins = (*(endpoint for permission, endpoint in BEGIN if may(permission)), "front.my_training")
    for endpoint in begins:
        if endpoint in current_app.view_functions:
            return url_for(endpoint)
    return f"{request.script_root}/programme"


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
        g.in_demonstration = current_app.extensions["is_demonstration"]()
    return bool(g.in_demonstration)


def note_second_factor(user: User) -> None:
    """From now on this browser is fully signed in."""
    session[PASSED] = user.session_key


def forget_second_factor() -> None:
    session.pop(PASSED, None)


def init_app(app: Flask) -> None:
    login_manager.user_loader(user_with_session_key)
