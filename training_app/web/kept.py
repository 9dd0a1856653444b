"""What someone typed survives a lost sign-in: it is kept, and fills in the same form once they are back.

A form's CSRF token says in whose session the page was made, signed by us. So what comes with the token of a session
that has ended is acted on by nobody, but is known to be this person's: they alone see it again, and press the button
themselves.
"""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from training_app.installation import cookie_name, settings
from training_app.web.access import is_half_signed_in, requirement_of
from training_app.web.elsewhere import is_from_elsewhere
from training_app.web.form_pages import page_of_form
from training_app.web.kept_files import KEPT_FOR, Kept, KeptFiles
from training_app.web.refilling import is_seen, refill
from training_app.web.rules import Requirement

COOKIE = "typed"
TOKEN = "csrf_token"  # noqa: S105 (the name of a field)
OPEN_TO_ALL = {None, Requirement.NOTHING, Requirement.DEMONSTRATION}
# What a page sends along that nobody typed: which button was pressed, and what the page had shown.
NOT_TYPED = {"step", "page", "last", "take_off", "rest_here", "undo", "version", "own"}
TICK = "y"  # what a ticked box sends
SIGNED_OUT, SIGNED_IN_ANEW, OPEN_FOR_LONG = "signed_out", "signed_in_anew", "open_for_long"


def keeps_nothing_typed(*views: Callable[..., Any]) -> None:
    """Say that what is typed on these pages is a secret: it is never kept."""
    for view in views:
        view.keeps_nothing_typed = True  # type: ignore[attr-defined]


def somebodys_own(ask: Callable[..., bool], *views: Callable[..., Any]) -> None:
    """Say how these views, which are open to all, know that whoever is signed in fills in the form as themselves.

    Such a form is treated as one that needs a sign-in. `ask` is given what stands in the address.
    """
    for view in views:
        view.somebodys_own = ask  # type: ignore[attr-defined]


def needs_sign_in() -> bool:
    """Is what was asked for, or sent, only for people who have signed in?"""
    if request.endpoint is None:
        return False
    return requirement_of(current_app, request.endpoint) not in OPEN_TO_ALL or _is_somebodys_own()


def _is_somebodys_own() -> bool:
    ask = getattr(current_app.view_functions[request.endpoint or ""], "somebodys_own", None)
    if ask is None or (request.method == "POST" and not is_typed_by()):
        return False  # what names nobody was never somebody's own, whatever it says of itself
    return bool(ask(**(request.view_args or {})))


def is_typed_by() -> str:
    """Whose page this form was on, as its token says; nobody where it has none of ours."""
    return _token().partition(".")[2]


def has_token_of_ours() -> bool:
    """Was the form on a page that we made, however long ago and for whomever?"""
    return bool(_token())


def viewer_mark() -> str:
    """A hash of who is signed in, for comparing; none where nobody is."""
    return _mark_of(current_user.id) if current_user.is_authenticated else ""


def why_not_acted_on() -> str:
    """What came between the page and its button."""
    if not current_user.is_authenticated or is_half_signed_in():
        return SIGNED_OUT
    return OPEN_FOR_LONG if session.get(TOKEN) == _token() else SIGNED_IN_ANEW


def keep(page: str) -> str | None:
    """Keep what was typed on this page for whoever typed it; gives the cookie's word, or None where nothing is kept."""
    owner, typed = is_typed_by(), typed_here()
    view = current_app.view_functions.get(request.endpoint or "")
    requirement = requirement_of(current_app, request.endpoint) if request.endpoint else None
    secret = getattr(view, "keeps_nothing_typed", False) or requirement is Requirement.HALF_SIGN_IN
    if secret or not needs_sign_in() or not owner or not was_typed(typed) or is_from_elsewhere():
        return None
    word = _word() or token_urlsafe(32)
    try:
        _files(word).keep(page, Kept(owner, why_not_acted_on(), _sent_to(), typed))
    except OSError:
        current_app.logger.exception("What someone typed could not be kept")
        return None
    return word


def with_cookie(answer: ResponseReturnValue, word: str) -> Response:
    """The answer, with the word by which this browser alone opens what was kept."""
    response = make_response(answer)
    response.set_cookie(
        cookie_name(settings(), COOKIE), word, max_age=KEPT_FOR, httponly=True, samesite="Lax",
        secure=settings().secure_cookies,
    )
    return response


def typed_here() -> dict[str, list[str]]:
    """What came with this form, without its token."""
    return {name: values for name, values in request.form.lists() if name != TOKEN}


def was_typed(sent: Mapping[str, list[str]]) -> bool:
    """Is there anything among it that somebody typed or chose?"""
    return any(any(values) for name, values in sent.items() if _is_typed(name))


def words_left(left_over: Mapping[str, list[str]]) -> list[str]:
    """The words, each once, among what was typed and has no field on the page any more."""
    values = [one for name, given in left_over.items() if _is_typed(name) for one in given]
    return list(dict.fromkeys(one for one in values if one != TICK and any(map(str.isalpha, one))))


def with_notice(html: str, notice: str) -> str:
    """The page with a notice above its heading."""
    before, main, after = html.partition('<main class="govuk-main-wrapper" id="main-content">')
    return f"{before}{main}\n{notice}{after}"


def _word() -> str | None:
    """The word in this browser's cookie, if it is one of ours in its shape."""
    word = request.cookies.get(cookie_name(settings(), COOKIE), "")
    return word if 0 < len(word) <= 100 else None


def _sent_to() -> str:
    return request.script_root + request.path


def _token() -> str:
    try:
        signed = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
        return str(signed.loads(request.form.get(TOKEN, "")))
    except BadData:
        return ""


def _is_typed(name: str) -> bool:
    return name not in NOT_TYPED and not is_seen(name)


def _mark_of(user_id: int) -> str:
    return hmac.new(settings().secret_key.encode(), b"typed by %d" % user_id, sha256).hexdigest()[:32]


def _files(word: str) -> KeptFiles:
    return KeptFiles(settings().kept_folder, settings().secret_key, word)


def _say_whose_pages() -> None:
    """The session's CSRF word names its person (as a hash), and so does the token of each of their forms."""
    if request.endpoint in {None, "static"} or "_user_id" not in session or TOKEN in session:
        return
    try:
        if current_user.is_authenticated:
            session[TOKEN] = f"{token_hex(20)}.{viewer_mark()}"
    except SQLAlchemyError:
        return  # the page itself says that the database does not answer


def _after(response: Response) -> Response:
    word = _word()
    is_page = request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html"
    is_sent = request.method == "POST" and response.status_code < 500 and "typed_is_kept" not in g
    # Who it is is asked last: a page that stands while the database is away must not need it here.
    if not word or not (is_page or is_sent) or not needs_sign_in() or not current_user.is_authenticated:
        return response
    if is_sent:
        _forget(word)  # it was sent again, and the page's own answer keeps what is wrong with it
    else:
        _fill_in(response, word)
    return response


def _forget(word: str) -> None:
    files, page = _files(word), urlsplit(page_of_form()).path
    kept = files.kept(page, viewer_mark())
    if kept is not None and kept.owner == viewer_mark() and kept.sent_to == _sent_to():
        files.forget(page, kept.owner)


def _fill_in(response: Response, word: str) -> None:
    kept = _files(word).kept(request.path, viewer_mark())
    if kept is None or is_half_signed_in() or request.args.get("kept") == "no":
        return
    html = response.get_data(as_text=True)
    if kept.owner != viewer_mark():
        response.set_data(with_notice(html, render_template("components/kept.html", of_another=True)))
        return
    filled = refill(html, kept.sent_to, kept.typed)
    notice = render_template(
        "components/kept.html", why=kept.why, has_form=filled.has_form, left=was_typed(filled.left_over),
        words=words_left(filled.left_over),
    )
    response.set_data(with_notice(filled.html, notice))


def init_app(app: Flask) -> None:
    app.before_request(_say_whose_pages)
    app.after_request(_after)
