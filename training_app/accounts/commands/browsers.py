"""Signing a browser in and out. A cookie alone opens nothing: its row here has to stand."""

from datetime import datetime

from sqlalchemy import delete, or_, update

from training_app.accounts.models import SignedInBrowser
from training_app.accounts.rules.browsers import (
    KEPT_AFTERWARDS,
    LONGEST,
    LONGEST_PAUSE,
    STEP,
    Here,
    hash_of_token,
    new_word,
)
from training_app.audit.commands import record
from training_app.clock import TOLERANCE
from training_app.extensions import db


def sign_in_browser(user_id: int, kind: str, *, now: datetime) -> str:
    """From now on whoever shows the word that is returned is this user: it goes into the browser's cookie."""
    token = new_word()
    db.session.add(SignedInBrowser(
        user_id=user_id, token_hash=hash_of_token(token), kind=kind, began_at=now, last_seen_at=now
    ))
    db.session.flush()
    return token


def sign_out_browser(token: str, *, now: datetime) -> None:
    """This browser's word opens nothing any more, also in a copy of its cookie."""
    _end(SignedInBrowser.token_hash == hash_of_token(token), now=now)


def sign_out_browsers(user_id: int, *, now: datetime, but: str = "") -> None:
    """All browsers of this user are signed out, but the one that shows this word."""
    _end(SignedInBrowser.user_id == user_id, SignedInBrowser.token_hash != hash_of_token(but), now=now)


def change_word(here: Here) -> None:
    """This browser goes on under its next word, as long as it would have; no copy of its cookie does.

    A row that was ended meanwhile stays ended.
    """
    db.session.execute(
        update(SignedInBrowser)
        .where(SignedInBrowser.token_hash == hash_of_token(here.word), SignedInBrowser.ended_at.is_(None))
        .values(token_hash=hash_of_token(here.next_word)),
        execution_options={"synchronize_session": False},
    )


def stay_in_here_alone(user_id: int, here: Here, *, now: datetime) -> None:
    """All browsers of this user are signed out but this one, which goes on under its next word."""
    sign_out_browsers(user_id, now=now, but=here.word)
    change_word(here)


def sign_out_elsewhere(user_id: int, here: Here, *, now: datetime) -> None:
    """As somebody asked who thinks of a computer they left open."""
    stay_in_here_alone(user_id, here, now=now)
    record("user.signed_out_elsewhere", "user", user_id, actor_id=user_id, now=now)


def note_in_use(browser_id: int, *, now: datetime) -> None:
    """Keep that this browser is in use. Of several requests in one moment only the first writes."""
    db.session.execute(
        update(SignedInBrowser)
        .where(SignedInBrowser.id == browser_id, SignedInBrowser.last_seen_at <= now - STEP)
        .values(last_seen_at=now),
        execution_options={"synchronize_session": False},
    )


def delete_old_browsers(now: datetime) -> int:
    """Forget those that have ended, or that nobody may use any more. Returns how many.

    Those that a clock wrote which was ahead go at once: they would have to wait until it was right.
    """
    before, latest = now - KEPT_AFTERWARDS, now + TOLERANCE
    over = or_(
        SignedInBrowser.ended_at <= before,
        SignedInBrowser.began_at <= before - LONGEST,
        SignedInBrowser.last_seen_at <= before - LONGEST_PAUSE,
        SignedInBrowser.began_at > latest,
        SignedInBrowser.last_seen_at > latest,
    )
    return db.session.execute(delete(SignedInBrowser).where(over)).rowcount  # type: ignore[attr-defined, no-any-return]


def _end(*which: object, now: datetime) -> None:
    db.session.execute(
        update(SignedInBrowser).where(SignedInBrowser.ended_at.is_(None), *which).values(ended_at=now)  # type: ignore[arg-type]
    )
