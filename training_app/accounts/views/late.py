"""What became of a form of signing in or out that came late: where nothing is left to do, that is said."""

from flask import request, url_for
from flask_login import current_user

from training_app.accounts.rules.sign_in import local_path
from training_app.accounts.views import sign_in
from training_app.web.access import is_half_signed_in
from training_app.web.sent_again import Left, nothing_left


def _signed_in_already() -> Left | None:
    """They signed in meanwhile in another tab."""
    if not current_user.is_authenticated:
        return None
    said = "You are signed in already."
    if is_half_signed_in():
        said = "You have given your code from the email already. Now comes the second step."
    return Left(said, url_for("accounts.sign_in", next=local_path(request.args.get("next"))))


def _signed_out_already() -> Left | None:
    """They pressed twice, or the session ran out."""
    return None if current_user.is_authenticated else Left("You have signed out.", url_for("accounts.sign_in"))


nothing_left(_signed_in_already, sign_in.sign_in, sign_in.enter_code, sign_in.send_again, sign_in.details)
nothing_left(_signed_out_already, sign_in.sign_out)
