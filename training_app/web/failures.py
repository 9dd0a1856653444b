"""Error pages. Someone signed in keeps their menu, unless that fails too."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from training_app.database.trouble import Trouble, trouble_of
from training_app.errors import NotAllowed
from training_app.extensions import db
from training_app.installation import ports, site
from training_app.web import busy, kept
from training_app.web.elsewhere import is_from_elsewhere
from training_app.web.form_pages import page_above, page_of_form
from training_app.web.sent_again import Why, answer, why_not_taken


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
    413: Words("That was too large", "Nothing was changed. Go back and send a shorter text or a smaller file."),
    429: Words("Too many tries", "Wait a few minutes, then try again."),
    500: Words("Sorry, something went wrong", "Nothing you typed was acted on by halves. Try again in a minute."),
    503: Words("Sorry, the service is busy", "Try again in a minute."),
}
OF_DATABASE: Mapping[Trouble, Words] = {
    Trouble.BUSY: Words("Sorry, the service is busy", "Nothing was changed. Wait a few seconds, then try again."),
    Trouble.AWAY: Words(
        "Sorry, the service is not working just now", "Nothing was changed. Try again in a few minutes."
    ),
}
STALE_FORM = Words(
    "Your page was open for a long time",
    "For your safety the form on it has expired. Go back, refresh the page and send it again.",
)
NO_COOKIES = Words(
    "We could not tell that the form is yours",
    "Your browser keeps no cookies for this site, or has been closed since the page was opened. Nothing was done. "
    "Allow cookies if they are switched off, then open the page again and send it.",
)
NOT_TOLD = Words(
    "We could not tell that the form is yours", "Nothing was done. Go back, refresh the page and send it again."
)
STALE = {Why.OPEN_FOR_LONG: STALE_FORM, Why.NO_COOKIES: NO_COOKIES, Why.NOT_TOLD: NOT_TOLD}
FROM_ELSEWHERE = Words(
    "That form came from another website", "Nothing was done. Open the page here and fill in the form on it."
)
PRESS_AGAIN = (
    "Nothing was done: that page was from before you last signed in, or open for long. If you still want it, and its "
    "button is still here, press it again."
)
KEPT = Words(
    "You are no longer signed in",
    "You have signed out, or were away for long. Nothing was saved yet, and nothing you typed is lost: sign in again, "
    "then check it and save it.",
)
OF_ANOTHER = Words(
    "Somebody else is signed in here now",
    "The page you sent was opened by someone else. Nothing was done, and what was typed on it is not shown. If it was "
    "you, sign out and sign in as yourself.",
)
SIGNED_OUT = Words(
    "You are no longer signed in",
    "You have signed out, or were away for long. Nothing was changed. Sign in again, then do it once more.",
)


def _page(code: int, words: Words, sign_in: str = "") -> tuple[str, int]:
    return _filled("errors/error.html", code, words, _around(code) | {"sign_in": sign_in})


def _filled(template: str, code: int, words: Words, about: dict[str, object]) -> tuple[str, int]:
    # Not render_template: it asks who is signed in, and the database may be what failed.
    page = current_app.jinja_env.get_template(template)
    return page.render(about | {"words": words, "code": code, "site": site()}), code


def _around(code: int) -> dict[str, object]:
    """Who is signed in and their menu, as on every page; nothing where that cannot be found out.

    For a visitor who has not signed in it asks the database nothing: most errors are machines trying addresses. Only
    a form that came too late opens its page again, and not for a machine (`sent_again`).
    """
    if "_user_id" not in session:
        return {"base": "shell.html"}
    context: dict[str, object] = {"base": "layout.html"}
    try:
        if code >= 500:
            db.session.rollback()  # what failed may have left a transaction in which nothing can be read
        current_app.update_template_context(context)
    except SQLAlchemyError:
        return {"base": "shell.html"}
    return context


def _http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 405 and request.method in {"GET", "HEAD"} and (above := page_above()):
        return redirect(request.script_root + above)
    if code == 403 and _is_signed_out():
        return _signed_out(code)
    return _page(code, WORDS.get(code, WORDS[500 if code >= 500 else 400]))


def _stale(error: CSRFError) -> ResponseReturnValue:
    """A form that is not acted on: of an old page or of none of ours, or its sender has signed out since."""
    current_app.logger.warning("form not acted on: page=%s from_elsewhere=%s", request.endpoint, is_from_elsewhere())
    if is_from_elsewhere():
        return _page(400, FROM_ELSEWHERE)
    if _is_signed_out():
        return _signed_out(400)
    if not kept.needs_sign_in():
        return answer() or _page(400, _why())
    try:
        viewer, owner = kept.viewer_mark(), kept.is_typed_by()
    except SQLAlchemyError:
        return _page(400, _why())
    if not viewer or not owner:
        return _page(400, _why())
    word = _kept()
    if owner != viewer:
        return _and_kept(_page(409, OF_ANOTHER), word)
    page = page_of_form()
    if not page:
        return _page(400, _why())
    if word is None:
        flash(PRESS_AGAIN)
    return _and_kept(redirect(request.script_root + page, 303), word)


def _why() -> Words:
    return STALE[why_not_taken()]


def _signed_out(code: int) -> ResponseReturnValue:
    word = _kept()
    return _and_kept(_page(code, KEPT if word else SIGNED_OUT, _way_back()), word)


def _kept() -> str | None:
    """Keep what was typed, by the page that its form stands on."""
    if request.method != "POST":
        return None
    g.typed_is_kept = True
    return kept.keep(urlsplit(page_of_form()).path)


def _and_kept(answer: ResponseReturnValue, word: str | None) -> ResponseReturnValue:
    return kept.with_cookie(answer, word) if word else answer


def _note_turned_away(response: Response) -> Response:
    """A line where somebody sent too much or too often."""
    if response.status_code in {413, 429}:
        current_app.logger.warning(
            "turned away: status=%s method=%s page=%s", response.status_code, request.method, request.endpoint
        )
    return response


def _is_signed_out() -> bool:
    """Was this only for people who have signed in, and asked for or sent by someone who has not?"""
    if not kept.needs_sign_in():
        return False
    try:
        return not current_user.is_authenticated
    except SQLAlchemyError:
        return False


def _way_back() -> str:
    """Where to sign in, and from there back to the page; to the usual start where the address only takes forms."""
    return ports().sign_in_address(page_of_form() or None)


def _of_database(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database is busy with somebody else, or away. Any other fault of it is one of ours."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    # Where it is away, asking it who is signed in would only wait once more.
    around = {"base": "shell.html"} if trouble is Trouble.AWAY else _around(503)
    page = _filled("errors/busy.html", 503, OF_DATABASE[trouble], around | busy.again())
    return busy.with_retry(page, trouble)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(NoResultFound, lambda error: _page(404, WORDS[404]))
    app.register_error_handler(SQLAlchemyError, _of_database)
    app.register_error_handler(NotAllowed, lambda error: _page(403, WORDS[403]))
    app.register_error_handler(500, lambda error: _page(500, WORDS[500]))
    app.after_request(_note_turned_away)
