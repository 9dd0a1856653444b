"""How a signed-in user is found again on the next request, and where they begin."""

from flask import Flask, current_app, request, url_for

from training_app.accounts.queries import user_with_session_key
from training_app.extensions import login_manager


def start_page() -> str:
    """Where someone who has just come in begins, unless they asked for a page."""
    if "front.my_training" in current_app.view_functions:
        return url_for("front.my_training")
    return f"{request.script_root}/programme"


def init_app(app: Flask) -> None:
    login_manager.user_loader(user_with_session_key)
