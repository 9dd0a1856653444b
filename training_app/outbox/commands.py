"""Writes to the queue of letters. None commits: the letter shares the fate of the act."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql.dml import ReturningUpdate

from training_app.audit.commands import record
from training_app.config import LONGEST_LEASE
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.attachments import Attachment
from training_app.outbox.letters import LetterText
from training_app.outbox.models import Letter
from training_app.outbox.queries import LETTER, Moments, claimable, is_let_go
from training_app.outbox.rules import (
    LONGEST_QUEUE,
    MOST_ATTEMPTS,
    SEALED_LIFE,
    LetterState,
    next_try,
    refusal_to_send_again,
)
from training_app.outbox.sender import sender_domain

LONGEST_SUBJECT = 200
LONGEST_REASON = 500
KILLED_ITS_WORKER = "Each try was cut off before it could end."
EXPIRED = "It expired before it could be sent."
NO_SUCH_LETTER = "There is no such letter."
# What is left of a sealed letter once it is on its way, or over.
WIPED: dict[str, object] = {"body": "", "attachment": None}
# What has to be known of a letter to send it.
CLAIMED = [
    LETTER.c[name]
    for name in (
        "id", "message_id", "kind", "recipient", "subject", "body", "attachment", "attachment_name",
        "attachment_type", "attempts", "sealed", "due_at",
    )
]
QUEUED = insert(LETTER).returning(LETTER.c.id)
# One address and nothing else: no second recipient, no display name, nothing that starts a new header line. This
# guards the headers, whatever words.emails takes for an address: it lets name@localhost through, and no line break.
ONE_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+")

# A server's answer may quote whom the letter was for; what outlives the letter must not.
ADDRESSES = re.compile(r"<?\S+@\S+")


@dataclass(frozen=True, kw_only=True)
class ClaimedLetter:
    """A letter as its claim found it: plain values, so that the database is not asked while it is sent.

    `lease_until` is also the token of the claim: whoever comes later got another one.
    """

    id: int
    message_id: str
    kind: str
    recipient: str
    subject: str
    body: str
    attachment: Attachment | None
    attempts: int
    sealed: bool
    lease_until: datetime


def enqueue(
    text: LetterText,
    *,
    recipient: str,
    now: datetime,
    about: str | None = None,
    sealed: bool = False,
    attachment: Attachment | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Queue a letter in the transaction of the act that causes it, and give its number.

    It is due at once unless `due_at` says when, at most ten minutes later. Letters `about` the same thing, such as
    "booking 12", leave in the order they were queued. A sealed letter holds a code or a personal link, in its body
    only: the office sees its subject. It is not sent after `expires_at` (an hour from now unless given), and is wiped
    then. Raises ValueError for a recipient that is not one plain address, and for a letter due later than that.
    """
    if due_at is not None and due_at - now > LONGEST_QUEUE:
        raise ValueError("A letter is due within ten minutes of being queued.")
    if not ONE_ADDRESS.fullmatch(recipient):
        raise ValueError("A letter's recipient must be one plain e-mail address.")
    letter = {
        "message_id": f"<{token_hex(16)}@{sender_domain()}>",
        "kind": text.kind,
        "recipient": recipient,
        "subject": _one_line(text.subject, LONGEST_SUBJECT),
        "body": text.body,
        "about": about,
        "sealed": sealed,
        "attachment_name": _one_line(attachment.name, 120) if attachment else None,
        "attachment_type": attachment.media_type if attachment else None,
        "attachment": attachment.content if attachment else None,
        "queued_at": now,
        "due_at": due_at or now,
        "expires_at": expires_at or (now + SEALED_LIFE if sealed else None),
    }
    number: int = db.session.execute(QUEUED, letter).scalar_one()
    return number


def _one_line(words: str, longest: int) -> str:
    """A title from elsewhere may hold line breaks, which would start a new header."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def claim_due(now: datetime, limit: int, lease: timedelta) -> list[ClaimedLetter]:
    """Take up to `limit` letters that are due and that nobody holds, the longest due first.

    No two workers get the same letter while its lease lives. PostgreSQL passes over rows that another worker is just
    taking; SQLite lets one writer in after the other. Where nothing is to be taken, those that were tried often
    enough are given up, and what waited for them may be.
    """
    on_sqlite = db.session.connection().dialect.name == "sqlite"
    while True:
        claimed = _take(_taking_due(lease, on_sqlite), {"most": limit}, now, lease)
        if claimed or not _give_up(now, lease):
            return claimed


def claim_letter(letter_id: int, now: datetime, lease: timedelta) -> ClaimedLetter | None:
    """Take this one letter, if it is due and nobody holds it."""
    claimed = _take(_taking_one(lease), {"letter_id": letter_id}, now, lease)
    if not claimed:
        _give_up(now, lease, LETTER.c.id == letter_id)
    return claimed[0] if claimed else None


def _give_up(now: datetime, lease: timedelta, *which: ColumnElement[bool]) -> bool:
    """The letters that were tried often enough: each attempt is counted before it is made. Were there any?"""
    given_up = (
        update(LETTER)
        .where(claimable(now.__add__, lease), LETTER.c.attempts >= MOST_ATTEMPTS, *which)
        .values(state=LetterState.FAILED, lease_until=None, last_failure=KILLED_ITS_WORKER)
    )
    return bool(db.session.execute(given_up).rowcount)  # type: ignore[attr-defined]


def _take(
    statement: tuple[ReturningUpdate[*tuple[Any, ...]], Moments], asked: dict[str, object], now: datetime,
    lease: timedelta,
) -> list[ClaimedLetter]:
    taking, moments = statement
    rows = db.session.execute(taking, moments.at(now) | asked | {"until": now + lease}).all()
    return [_claimed(row, now + lease) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]


# Each is put together once: a worker asks for every letter, and to put it together takes longer than to run it.
@cache
def _taking_due(lease: timedelta, on_sqlite: bool) -> tuple[ReturningUpdate[*tuple[Any, ...]], Moments]:
    moments = Moments()
    due = (
        select(LETTER.c.id)
        .where(claimable(moments, lease), LETTER.c.attempts < MOST_ATTEMPTS)
        .order_by(LETTER.c.due_at, LETTER.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    # PostgreSQL looks once for what comes first. For SQLite, in Python, only what begins with UPDATE begins a
    # transaction.
    return _taken(LETTER.c.id.in_(due if on_sqlite else select(due.cte("due").c.id))), moments


@cache
def _taking_one(lease: timedelta) -> tuple[ReturningUpdate[*tuple[Any, ...]], Moments]:
    moments = Moments()
    free = claimable(moments, lease), LETTER.c.attempts < MOST_ATTEMPTS
    return _taken(LETTER.c.id == bindparam("letter_id"), *free), moments


def _taken(*which: ColumnElement[bool]) -> ReturningUpdate[*tuple[Any, ...]]:
    # The attempt is counted before it is made, so that a letter that kills its worker is not tried for ever.
    values = {"state": LetterState.SENDING, "lease_until": bindparam("until"), "attempts": LETTER.c.attempts + 1}
    return update(LETTER).where(*which).values(values).returning(*CLAIMED)


def _claimed(row: Row[*tuple[Any, ...]], lease_until: datetime) -> ClaimedLetter:
    attachment = None
    if row.attachment is not None:
        attachment = Attachment(
            name=row.attachment_name or "attachment",
            media_type=row.attachment_type or "application/octet-stream",
            content=row.attachment,
        )
    return ClaimedLetter(
        id=row.id,
        message_id=row.message_id,
        kind=row.kind,
        recipient=row.recipient,
        subject=row.subject,
        body=row.body,
        attachment=attachment,
        attempts=row.attempts,
        sealed=row.sealed,
        lease_until=lease_until,
    )


def mark_sent(claim: ClaimedLetter, now: datetime) -> None:
    """Note that the letter went out, and wipe a sealed one. True whoever holds it by now, so it asks for no lease.

    Raises NoResultFound for a letter that is gone.
    """
    marked = db.session.execute(_sent(claim.sealed), {"letter_id": claim.id, "now": now})
    if not marked.rowcount:  # type: ignore[attr-defined]
        raise NoResultFound(NO_SUCH_LETTER)


@cache
def _sent(sealed: bool) -> Update:
    said: dict[str, object] = {
        "state": LetterState.SENT, "sent_at": bindparam("now"), "lease_until": None, "last_failure": "",
    }
    return update(LETTER).where(LETTER.c.id == bindparam("letter_id")).values(said | (WIPED if sealed else {}))


def mark_failed(claim: ClaimedLetter, reason: str, now: datetime, *, for_good: bool = False) -> bool:
    """Note why the letter did not go out, and when to try again, or that it is given up.

    Does nothing, and says False, if another worker took the letter over in the meantime.
    """
    letter = _locked(claim.id)
    if letter.state is not LetterState.SENDING or letter.lease_until != claim.lease_until:
        return False
    again_at = None if for_good else next_try(letter.attempts, now)
    letter.last_failure = _one_line(reason, LONGEST_REASON)
    why = ADDRESSES.sub("(address)", letter.last_failure)
    record(
        "letter.attempt_failed", "letter", letter.id, actor_id=None, now=now,
        attempt=letter.attempts, given_up=again_at is None, reason=why,
    )
    letter.lease_until = None
    if again_at is None:
        letter.state = LetterState.FAILED
        if letter.sealed:
            _wipe(letter)
    else:
        letter.state = LetterState.QUEUED
        letter.due_at = again_at
    db.session.flush()
    return True


def send_again(letter_id: int, actor_id: int | None, now: datetime) -> Letter:
    """Queue a letter anew at a person's wish, under the Message-ID it has.

    Raises Refused, with a sentence for the person, if it may not be sent again.
    """
    letter = _locked(letter_id)
    refusal = refusal_to_send_again(letter.state, letter.sealed, letter.attempts)
    if refusal:
        raise Refused(refusal)
    record(
        "letter.sent_again", "letter", letter.id, actor_id=actor_id, now=now,
        kind=letter.kind, was=letter.state.value, attempts=letter.attempts,
        sent_at=letter.sent_at.isoformat() if letter.sent_at else None,
    )
    letter.state = LetterState.QUEUED
    letter.attempts = 0
    letter.due_at = now
    letter.expires_at = None
    db.session.flush()
    return letter


def close_expired(now: datetime) -> int:
    """Give up letters whose time is over and that nobody is sending; wipe the sealed. Returns how many."""
    over = and_(
        Letter.expires_at <= now,
        or_(
            Letter.state == LetterState.QUEUED,
            and_(Letter.state == LetterState.SENDING, is_let_go(now.__add__, timedelta(seconds=LONGEST_LEASE))),
        ),
    )
    expired = list(db.session.scalars(select(Letter.id).where(over)))
    closed = [letter for letter in lock_rows(Letter, expired) if letter.state is not LetterState.SENT]
    for letter in closed:
        letter.state = LetterState.FAILED
        letter.lease_until = None
        letter.last_failure = letter.last_failure or EXPIRED
        if letter.sealed:
            _wipe(letter)
    db.session.flush()
    return len(closed)


def _locked(letter_id: int) -> Letter:
    """The letter, held until the transaction ends. Raises NoResultFound."""
    found = lock_rows(Letter, [letter_id])
    if not found:
        raise NoResultFound(NO_SUCH_LETTER)
    return found[0]


def _wipe(letter: Letter) -> None:
    for column, nothing in WIPED.items():
        setattr(letter, column, nothing)
