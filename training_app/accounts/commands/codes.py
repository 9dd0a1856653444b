"""Sign-in codes: asked for, sent sealed, checked once.

Nothing here asks whether an address is known: that is only looked up once its owner has shown the code. Except where a
network floods: then the letters to people who are known leave first. That is said on no page and changes no answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select, update

from training_app.accounts.letters import code_letter
from training_app.accounts.models import SignInCode
from training_app.accounts.queries import codes_sent, is_known, network_asked, wrong_tries
from training_app.accounts.rules.sign_in import (
    CODE_LIFE,
    DAY,
    DETAILS_LIFE,
    HOUR,
    TRIES,
    TRIES_WHEN_SLOWED,
    CodeFacts,
    Network,
    Verdict,
    judge,
    keyed_hash,
    letter_due_at,
    new_code,
    same_hash,
    tries_left,
    typed_code,
    wait_before_another,
)
from training_app.clock import TOLERANCE
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.words.emails import normal_email
from training_app.words.numbers import counted


class TooManyCodes(Refused):
    """So many codes were sent to this address that another must wait a little."""

    def __init__(self, wait: timedelta) -> None:
        minutes = counted(ceil(wait / timedelta(minutes=1)), "minute")
        super().__init__(
            "Several codes were asked for lately. Use the latest one we sent, in the browser where you asked for it, "
            f"or ask for another in {minutes}."
        )


@dataclass(frozen=True)
class Asked:
    """A code is on its way: its row, and the letter to deliver once this is committed.

    None where its network floods: the worker delivers what leaves, and no page takes longer for one than for another.
    """

    code_id: int
    letter_id: int | None


@dataclass(frozen=True)
class Checked:
    """What came of a typed code."""

    verdict: Verdict
    tries_left: int


def ask_for_code(
    email: str, *, network: str, now: datetime, secret_key: str, site_name: str, browser: str | None = None,
    before: int | None = None,
) -> Asked:
    """Send a fresh code to this address. The one this browser asked for `before` stops working.

    What others ask for leaves the codes of this browser alone, on the same network too. `browser` names one that its
    owner has signed in with before: there nothing that others did makes them wait.

    Where very many codes were asked for from the network, the letter leaves later; nobody is refused for that.

    Raises TooManyCodes. The code is in the sealed letter and nowhere else; only its keyed hash is kept.
    """
    email = normal_email(email)
    hashes = _Hashes(
        network=keyed_hash(secret_key, "network", network),
        browser=keyed_hash(secret_key, "browser", browser) if browser else None,
    )
    _refuse_too_many(email, hashes, now)  # without waiting for anyone
    _one_at_a_time(email)
    _refuse_too_many(email, hashes, now)  # for certain
    _clear_away(before, now)
    asked_there = Network() if browser else network_asked(now, hashes.network)
    due_at = letter_due_at(now, asked_there, is_known=asked_there.is_busy and is_known(email))
    code = new_code()
    row = SignInCode(
        email=email, network_hash=hashes.network, browser_hash=hashes.browser, tries_left=TRIES, created_at=now,
        code_hash=_hash(secret_key, email, code), expires_at=(due_at or now) + CODE_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    if due_at is None:
        return Asked(row.id, None)
    text = code_letter(code, row.expires_at, site_name)
    letter_id = enqueue(text, recipient=email, now=now, sealed=True, due_at=due_at, expires_at=row.expires_at)
    return Asked(row.id, None if asked_there.is_busy else letter_id)


def _clear_away(before: int | None, now: datetime) -> None:
    """End the code that this browser asked for before, and forget all that are of no use to anyone."""
    db.session.execute(delete(SignInCode).where(~SignInCode.created_at.between(now - DAY, now + TOLERANCE)))
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.id == before, SignInCode.expires_at > now, SignInCode.used_at.is_(None))
        .values(expires_at=now)
    )


def check_code(code_id: int, typed: str, *, now: datetime, secret_key: str) -> Checked:
    """Judge what was typed against the code asked for in this browser, and count the try.

    The row is held while it is judged, so two guesses at once cost two tries and a code opens one door.
    """
    rows = lock_rows(SignInCode, [code_id])
    if not rows:
        return Checked(Verdict.EXPIRED, 0)
    row = rows[0]
    matches = same_hash(row.code_hash, _hash(secret_key, row.email, typed_code(typed)))
    left = tries_of(row, now)
    verdict = judge(CodeFacts(row.expires_at, left, row.used_at is not None, matches), now)
    if verdict is Verdict.RIGHT:
        row.used_at = now
    elif verdict in {Verdict.WRONG, Verdict.NO_TRIES_LEFT} and left > 0:
        row.tries_left -= 1
        left -= 1
    db.session.flush()
    return Checked(verdict, left)


def tries_of(code: SignInCode, now: datetime) -> int:
    """How many tries this code has left, with what was guessed at other codes."""
    others = SignInCode.id != code.id
    return tries_left(
        code.tries_left,
        wrong_for_email=wrong_tries(now - HOUR, SignInCode.email == code.email, others),
        wrong_from_network=wrong_tries(now - HOUR, SignInCode.network_hash == code.network_hash, others),
        known_browser=code.browser_hash is not None,
    )


def has_one_try(code: SignInCode, now: datetime) -> bool:
    """Can this code, at which nobody has typed a wrong one, be tried once only, because of guesses at others?"""
    return code.tries_left == TRIES and tries_of(code, now) == TRIES_WHEN_SLOWED


def waiting_code(code_id: int | None) -> SignInCode | None:
    """The code this browser asked for and has not used yet; it may have expired."""
    row = db.session.get(SignInCode, code_id) if code_id is not None else None
    return row if row and row.used_at is None else None


def shown_code(code_id: int | None, now: datetime) -> SignInCode | None:
    """The code this browser has just shown: proof, for an hour, that its mailbox is theirs."""
    row = db.session.get(SignInCode, code_id) if code_id is not None else None
    return row if row and row.used_at and now < row.used_at + DETAILS_LIFE else None


def _hash(secret_key: str, email: str, code: str) -> str:
    return keyed_hash(secret_key, "sign-in code", email, code)


@dataclass(frozen=True)
class _Hashes:
    """Where a code is asked for from."""

    network: str
    browser: str | None


def _refuse_too_many(email: str, hashes: _Hashes, now: datetime) -> None:
    to_it = SignInCode.email == email
    wait = wait_before_another(
        now,
        here=codes_sent(now, to_it, *_asked_here(hashes)),
        everywhere=codes_sent(now, to_it, SignInCode.browser_hash.is_(None)),
        known_browser=hashes.browser is not None,
    )
    if wait:
        raise TooManyCodes(wait)


def _asked_here(hashes: _Hashes) -> list[ColumnElement[bool]]:
    if hashes.browser:
        return [SignInCode.browser_hash == hashes.browser]
    return [SignInCode.network_hash == hashes.network, SignInCode.browser_hash.is_(None)]


def _one_at_a_time(email: str) -> None:
    """Let nobody else ask for this address until this is committed, or a burst would pass the limit."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"sign-in code {email}"))))
    else:  # SQLite has one writer: any write, even of no row, makes the others wait
        db.session.execute(update(SignInCode).where(SignInCode.id < 0).values(tries_left=0))
