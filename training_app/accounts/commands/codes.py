"""Sign-in codes: asked for, sent sealed, checked once.

Nothing here asks whether an address is known: that is only looked up once its owner has shown the code.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from training_app.accounts.letters import code_letter
from training_app.accounts.models import SignInCode
from training_app.accounts.queries import (
    codes_asked_from,
    codes_sent_to,
    has_signed_in_from,
    wrong_tries_from,
)
from training_app.accounts.rules.sign_in import (
    CODE_LIFE,
    DAY,
    DETAILS_LIFE,
    HOUR,
    TRIES,
    CodeFacts,
    Verdict,
    Wait,
    judge,
    keyed_hash,
    new_code,
    same_hash,
    typed_code,
    wait_before_another,
)
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.words.emails import normal_email

PLEASE_WAIT = {
    Wait.AN_HOUR: "Too many codes were asked for lately. Use the latest one we sent, or wait an hour.",
    Wait.A_DAY: "Too many codes were asked for today. Use the latest one we sent, or try again tomorrow.",
}


class TooManyCodes(Refused):
    """So many codes were sent to this address, or asked for from this network, that another must wait."""


@dataclass(frozen=True)
class Asked:
    """A code is on its way: its row, and the letter to deliver once this is committed."""

    code_id: int
    letter_id: int


@dataclass(frozen=True)
class Checked:
    """What came of a typed code."""

    verdict: Verdict
    tries_left: int


def ask_for_code(email: str, *, network: str, now: datetime, secret_key: str, site_name: str) -> Asked:
    """Send a fresh code to this address. Codes asked for before from the same network stop working.

    What others ask for from elsewhere leaves them alone. Only a flood, from several networks at once, makes the owner
    wait for an hour, and not from a network they signed in from within a day: an address must not be flooded either.

    Raises TooManyCodes. The code is in the sealed letter and nowhere else; only its keyed hash is kept.
    """
    email = normal_email(email)
    network_hash = keyed_hash(secret_key, "network", network)
    _refuse_too_many(email, network_hash, now)  # without waiting for anyone
    _one_at_a_time(email)
    _refuse_too_many(email, network_hash, now)  # for certain
    db.session.execute(delete(SignInCode).where(SignInCode.created_at < now - DAY))
    db.session.execute(
        update(SignInCode)
        .where(
            SignInCode.email == email,
            SignInCode.network_hash == network_hash,
            SignInCode.expires_at > now,
            SignInCode.used_at.is_(None),
        )
        .values(expires_at=now)
    )
    code = new_code()
    row = SignInCode(
        email=email, network_hash=network_hash, code_hash=_hash(secret_key, email, code),
        created_at=now, expires_at=now + CODE_LIFE, tries_left=TRIES,
    )
    db.session.add(row)
    db.session.flush()
    text = code_letter(code, row.expires_at, site_name)
    letter = enqueue(text, recipient=email, now=now, sealed=True, expires_at=row.expires_at)
    return Asked(code_id=row.id, letter_id=letter.id)


def check_code(code_id: int, typed: str, *, now: datetime, secret_key: str) -> Checked:
    """Judge what was typed against the code asked for in this browser, and count the try.

    The row is held while it is judged, so two guesses at once cost two tries and a code opens one door.
    """
    rows = lock_rows(SignInCode, [code_id])
    if not rows:
        return Checked(Verdict.EXPIRED, 0)
    row = rows[0]
    matches = same_hash(row.code_hash, _hash(secret_key, row.email, typed_code(typed)))
    wrong = wrong_tries_from(row.network_hash, now - HOUR)
    facts = CodeFacts(row.expires_at, row.tries_left, row.used_at is not None, matches, wrong)
    verdict = judge(facts, now)
    if verdict is Verdict.RIGHT:
        row.used_at = now
    elif verdict in {Verdict.WRONG, Verdict.NO_TRIES_LEFT} and row.tries_left > 0:
        row.tries_left -= 1
    db.session.flush()
    return Checked(verdict, row.tries_left)


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


def _refuse_too_many(email: str, network_hash: str, now: datetime) -> None:
    wait = wait_before_another(
        email_in_hour=codes_sent_to(email, now - HOUR, network_hash),
        email_in_day=codes_sent_to(email, now - DAY, network_hash),
        from_everywhere_in_hour=codes_sent_to(email, now - HOUR),
        signed_in_from_here=has_signed_in_from(email, network_hash, now - DAY),
        network_in_hour=codes_asked_from(network_hash, now - HOUR),
        wrong_from_network=wrong_tries_from(network_hash, now - HOUR),
    )
    if wait:
        raise TooManyCodes(PLEASE_WAIT[wait])


def _one_at_a_time(email: str) -> None:
    """Let nobody else ask for this address until this is committed, or a burst would pass the limit."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"sign-in code {email}"))))
    else:  # SQLite has one writer: any write, even of no row, makes the others wait
        db.session.execute(update(SignInCode).where(SignInCode.id < 0).values(tries_left=0))
