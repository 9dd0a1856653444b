"""Who has signed in on this browser, how far in they are, and where the pages are that let them in."""

import logging

from flask import Response, g, request, session, url_for
from flask_login import login_user
from sqlalchemy.exc import SQLAlchemyError

from training_app import clock
from training_app.accounts.commands.browsers import note_in_use, sign_in_browser, sign_out_browser
from training_app.accounts.commands.users import note_sign_in
from training_app.accounts.models import User
from training_app.accounts.queries import seen_in_browser
from training_app.accounts.rules.browsers import Here, is_worth_noting, kind_of_browser, new_word
from training_app.accounts.rules.second_factor import needs_second_factor
from training_app.database import transaction
from training_app.installation import ports

log = logging.getLogger(__name__)

# What the signed cookie holds: the word of this browser, under the name flask-login gives it, and, once the second
# factor was passed, the word it was passed for.
TOKEN = "_user_id"  # noqa: S105 (the name of it)
PASSED = "second_factor"


def user_here(token: str) -> User | None:
    """Who is signed in in the browser that shows this word. Asked by flask-login, once in a request."""
    g.seen = seen_in_browser(token, clock.now())
    return g.seen.user if g.seen else None


def browser_id_here() -> int | None:
    """The row of the browser at hand."""
    return g.seen.browser_id if g.get("seen") else None


def token_here() -> str:
    """The word in the cookie of the browser at hand."""
    return str(session.get(TOKEN, ""))


def here() -> Here:
    """The browser at hand, for an act that changes what it may."""
    return Here(token_here(), new_word())


def go_on(browser: Here) -> None:
    """Its cookie holds the next word. Once the act is committed: where it failed, the word of before stays good."""
    if session.get(PASSED) == browser.word:
        session[PASSED] = browser.next_word
    session[TOKEN] = browser.next_word


def come_in(user: User) -> None:
    """A fresh session for whoever has shown who they are: nothing of the one before it is carried over.

    Raises Refused for a sign-in that was closed.
    """
    before, now = token_here(), clock.now()
    with transaction():
        note_sign_in(user, now=now)
        sign_out_browser(before, now=now)
        user.token = sign_in_browser(user.id, kind_of_browser(request.user_agent.string), now=now)
    session.clear()  # not before: where the database was busy, the same button works once more
    login_user(user)


def go_out() -> None:
    """This browser is signed out, and so is every copy of its cookie."""
    token = token_here()
    if token:
        with transaction():
            sign_out_browser(token, now=clock.now())
    session.clear()  # not before: a word that is gone from the cookie could end nothing any more


def note_browser(response: Response) -> Response:
    """Keep now and then that this browser is in use, once its page is made. A page waits for nobody because of it."""
    seen = g.get("seen")
    if seen and response.status_code < 500 and is_worth_noting(seen.last_seen_at, clock.now()):
        try:
            with transaction(waits=False):
                note_in_use(seen.browser_id, now=clock.now())
        except SQLAlchemyError as error:  # the next page notes it
            log.info("That browser %s is in use was not noted: %s", seen.browser_id, type(error).__name__)
    return response


def second_factor_is_due(user: User) -> bool:
    """Has this user, who showed the e-mailed code, still to show a second factor on this browser?"""
    if (PASSED in session and session[PASSED] == token_here()) or not needs_second_factor(user.roles):
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


def note_second_factor() -> None:
    """From now on this browser is fully signed in."""
    session[PASSED] = token_here()


def forget_second_factor() -> None:
    session.pop(PASSED, None)


def sign_in_address(next_page: str | None) -> str:
    """Where to sign in, and to go on from there to the page that was asked for."""
    return url_for("accounts.sign_in", next=next_page)


def second_factor_address(next_page: str | None) -> str:
    """Where to show the second factor, and to go on from there to the page that was asked for."""
    return url_for("second_factor.enter_code", next=next_page)
