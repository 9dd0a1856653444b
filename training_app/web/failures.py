"""Error pages. They read nothing and look nothing up, so they cannot themselves fail."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from training_app.errors import NotAllowed


@dataclass(frozen=True)
class Words:
    """What an error page says: what happened, then what to do."""

    heading: str
    what_to_do: str


WORDS: Mapping[int, Words] = {
    400: Words("We could not read that", "Go back, check what you typed and send it again."),
    403: Words("You cannot see this page", "It is for people with another role. If you should see it, ask us."),
    404: Words("Page not found", "Check the address, or start again from the training programme."),
    405: Words("That page cannot be used like this", "Go back and use the button on the page."),
    410: Words("This page has gone", "What it showed has ended. Start again from the training programme."),
    413: Words("That was too large", "Send a smaller file or a shorter text."),
    429: Words("Too many tries", "Wait a few minutes, then try again."),
    500: Words("Sorry, something went wrong", "Nothing you typed was acted on by halves. Try again in a minute."),
    503: Words("Sorry, the service is busy", "Try again in a minute."),
}
STALE_FORM = Words(
    "Your page was open for a long time",
    "For your safety the form on it has expired. Go back, refresh the page and send it again.",
)


def _page(code: int, words: Words) -> tuple[str, int]:
    # Not render_template: it asks who is signed in, and the database may be what failed.
    page = current_app.jinja_env.get_template("errors/error.html")
    return page.render(words=words, code=code, site=current_app.extensions["site"]), code


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    return _page(code, WORDS.get(code, WORDS[500 if code >= 500 else 400]))


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: _page(400, STALE_FORM))
    app.register_error_handler(NoResultFound, lambda error: _page(404, WORDS[404]))
    app.register_error_handler(NotAllowed, lambda error: _page(403, WORDS[403]))
    app.register_error_handler(500, lambda error: _page(500, WORDS[500]))
