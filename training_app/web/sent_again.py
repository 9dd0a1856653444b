"""A form that needs no sign-in, sent with an old token or none: its page is shown again, filled in, to be sent again.

Nothing is done with it and nothing is kept of it, on this machine or in a cookie: who answers by a code on a screen is
a stranger. What came fills in the finished page of the same form in the very answer, with a fresh token; the next press
of the button is acted on. A view only says when nothing is left to do (`nothing_left`). Forms that need a
sign-in, or that somebody signed in fills in as themselves, have `kept` instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import current_app, flash, redirect, render_template, request, session
from flask.ctx import RequestContext
from flask.globals import request_ctx
from sqlalchemy.exc import NoResultFound, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from training_app.web.elsewhere import is_ours
from training_app.web.form_pages import page_of_form
from training_app.web.kept import has_token_of_ours, typed_here, was_typed, with_notice, words_left
from training_app.web.refilling import refill

MOST_STEPS = 4
OF_THE_BODY = {"CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"}
PLACE_OF_A_BUTTON_ALONE = "/"


class Why(StrEnum):
    """Why a form is not acted on."""

    OPEN_FOR_LONG = "open_for_long"
    NO_COOKIES = "no_cookies"
    NOT_TOLD = "not_told"


@dataclass(frozen=True)
class Left:
    """Nothing is left to do: the sentence that says so, and where they go. `words`: what they wrote is shown first."""

    sentence: str
    address: str
    words: bool = False


def nothing_left(ask: Callable[..., Left | None], *views: Callable[..., Any]) -> None:
    """Say how these views know that what came too late is done already; `ask` is given what stands in the address."""
    for view in views:
        view.nothing_left = ask  # type: ignore[attr-defined]


def why_not_taken() -> Why:
    """Whether its page had been open for long, or came with no cookie, or was none of ours that we know."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return Why.NO_COOKIES
    return Why.OPEN_FOR_LONG if has_token_of_ours() else Why.NOT_TOLD


def answer() -> Response | None:
    """What is said to a form that came too late; None where there is no page to say it on."""
    left = _left()
    if left is None and _is_a_machine():
        return None
    if left is None or (left.words and words_left(typed_here())):
        return _form_again(left.sentence if left else "")
    if all(said != left.sentence for _, said in session.get("_flashes", [])):
        flash(left.sentence)
    return current_app.make_response(redirect(left.address, HTTPStatus.SEE_OTHER))


def _left() -> Left | None:
    ask = getattr(current_app.view_functions.get(request.endpoint or ""), "nothing_left", None)
    try:
        return ask(**(request.view_args or {})) if ask else None
    except (HTTPException, NoResultFound, SQLAlchemyError):
        return None


def _is_a_machine() -> bool:
    """It tries addresses: it has opened no page of ours and written nothing. No page is made for it."""
    opened = request.referrer is not None and is_ours(request.referrer)
    return why_not_taken() is Why.NO_COOKIES and not opened and not was_typed(typed_here())


def _form_again(sentence: str) -> Response | None:
    """The page of the form that was sent, filled in with it; None where there is no such page to show.

    Not for what the page of another site sent (`is_from_elsewhere`): it must not put words into anybody's form.
    """
    try:
        page = _opened(page_of_form() or PLACE_OF_A_BUTTON_ALONE)
    except (HTTPException, NoResultFound, SQLAlchemyError):
        return None
    if page is None:
        return None
    typed = typed_here()
    filled = refill(page.get_data(as_text=True), request.script_root + request.path, typed)
    notice = render_template(
        "components/sent_again.html", was_typed=was_typed(typed), has_form=filled.has_form, button=filled.button,
        words=words_left(filled.left_over), left=was_typed(filled.left_over), why=why_not_taken(), sentence=sentence,
    )
    page.set_data(with_notice(filled.html, notice))
    page.status_code = HTTPStatus.BAD_REQUEST
    return page


def _opened(address: str) -> Response | None:
    """A page of ours as this visitor would see it now, led on as a browser is; None where that ends in no page."""
    app = request_ctx.app
    for _ in range(MOST_STEPS):
        # In the same session and with the same g: the page's token and its nonce are those of this answer.
        with RequestContext(app, _as_opened(address), session=request_ctx.session):
            answer = app.preprocess_request()
            page = app.make_response(app.dispatch_request() if answer is None else answer)
        if page.status_code not in {301, 302, 303, 307, 308}:
            return page if page.mimetype == "text/html" and page.status_code < 500 else None
        address = page.location or ""
        if not address.startswith(f"{request.script_root}/") or address.startswith("//"):
            return None
        address = address.removeprefix(request.script_root)
    return None


def _as_opened(address: str) -> dict[str, Any]:
    """What the server would have been asked, had this address been opened in place of sending the form."""
    path, query = urlsplit(address).path, urlsplit(address).query
    environ = {
        name: value for name, value in request.environ.items()
        if name not in OF_THE_BODY and not name.startswith("werkzeug.")
    }
    return environ | {
        "REQUEST_METHOD": "GET", "wsgi.input": BytesIO(), "QUERY_STRING": query.encode().decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
    }
