"""What the office reads of the queue. The body of a sealed letter is never read for it, not even to be hidden."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Exists, Select, Table, and_, bindparam, case, func, or_, select

from training_app.audit.models import AuditEntry
from training_app.clock import TOLERANCE
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.outbox.rules import BACK_OFF, LONGEST_QUEUE, LetterState, refusal_to_send_again

# The table itself: what a worker asks for every letter costs half as much without the session's part in it.
LETTER = cast(Table, Letter.__table__)
WAITING = (LetterState.QUEUED, LetterState.SENDING)


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    """One letter in the list."""

    id: int
    recipient: str
    subject: str
    sealed: bool
    state: LetterState
    queued_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_failure: str


@dataclass(frozen=True)
class Event:
    """One thing that happened to a letter."""

    what: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterInFull(LetterLine):
    """One letter on its own page. `body` is None where it is not for staff."""

    kind: str
    message_id: str
    attachment_name: str | None
    expires_at: datetime | None
    body: str | None
    history: Sequence["Event"]

    @property
    def refusal(self) -> str | None:
        return refusal_to_send_again(self.state, self.sealed, self.attempts)


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """How the queue stands. `waiting_since`: since when a letter has been due that nobody tried to send."""

    all: int
    waiting: int
    failed: int
    last_sent_at: datetime | None
    waiting_since: datetime | None


_LINE = (
    Letter.id, Letter.recipient, Letter.subject, Letter.sealed, Letter.state, Letter.queued_at, Letter.due_at,
    Letter.sent_at, Letter.attempts, Letter.last_failure,
)


@dataclass(frozen=True)
class Asked:
    """Which letters are asked for: in a state, of a kind, with these words in recipient or subject. Empty is any."""

    show: str = "all"
    words: str = ""
    kind: str = ""

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        states = {"waiting": WAITING, "failed": (LetterState.FAILED,), "sent": (LetterState.SENT,)}
        clauses: list[ColumnElement[bool]] = [Letter.state.in_(states.get(self.show, tuple(LetterState)))]
        for word in self.words.split():
            found = [column.icontains(word, autoescape=True) for column in (Letter.recipient, Letter.subject)]
            clauses.append(or_(*found))
        return [*clauses, Letter.kind == self.kind] if self.kind else clauses


def how_many(asked: Asked) -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(*asked.clauses)) or 0


def kinds() -> list[str]:
    """Every kind of letter there is, by its name."""
    return list(db.session.scalars(select(Letter.kind).distinct().order_by(Letter.kind)))


def letters(asked: Asked, after: int, most: int) -> list[LetterLine]:
    """Of the letters asked for, newest first, at most so many `after` the first ones."""
    query = (
        select(*_LINE)
        .where(*asked.clauses)
        .order_by(Letter.id.desc())
        .offset(after)
        .limit(most)
    )
    return [LetterLine(**row) for row in db.session.execute(query).mappings()]


def letter_in_full(letter_id: int) -> LetterInFull:
    """Raises NoResultFound."""
    query = select(
        *_LINE, Letter.kind, Letter.message_id, Letter.attachment_name, Letter.expires_at,
        Letter.body_for_staff().label("body"),
    ).where(Letter.id == letter_id)
    row = db.session.execute(query).mappings().one()
    return LetterInFull(**row, history=_history(letter_id, row["queued_at"], row["sent_at"]))


def _history(letter_id: int, queued_at: datetime, sent_at: datetime | None) -> list[Event]:
    """What happened to a letter, the first thing first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == "letter", AuditEntry.subject_id == letter_id)
    events = [Event("Queued", queued_at)]
    sent = {sent_at} if sent_at else set()
    for entry in db.session.scalars(query.order_by(AuditEntry.at, AuditEntry.id)):
        if entry.action == "letter.sent_again":
            events.append(Event("Asked to be sent again by staff", entry.at))
            sent |= {datetime.fromisoformat(entry.detail["sent_at"])} if entry.detail["sent_at"] else set()
        else:
            given_up = "; given up" if entry.detail["given_up"] else ""
            what = f"Attempt {entry.detail['attempt']} failed{given_up}"
            events.append(Event(what, entry.at, entry.detail["reason"]))
    return sorted([*events, *(Event("Sent", at) for at in sent)], key=lambda event: event.at)


def is_on_its_way(letter_id: int) -> bool:
    """Has it been sent, or has somebody just taken it to be sent?"""
    state = db.session.scalar(select(Letter.state).where(Letter.id == letter_id))
    return state in (LetterState.SENDING, LetterState.SENT)


After = Callable[[timedelta], Any]
"""So long after now: a moment, or a parameter of a statement that is put together once."""


class Moments:
    """The moments that such a statement asks for, as parameters of it."""

    def __init__(self) -> None:
        self._after: dict[str, timedelta] = {}

    def __call__(self, after: timedelta) -> Any:
        name = f"after_{after // timedelta(microseconds=1)}"
        self._after[name] = after
        return bindparam(name, type_=Letter.due_at.type)

    def at(self, now: datetime) -> dict[str, Any]:
        """What they are now, by the names of the parameters."""
        return {name: now + after for name, after in self._after.items()}


def waits_for_a_wrong_clock(after: After) -> ColumnElement[bool]:
    """Is it due later than anything that was queued, told to go again or failed up to now can be?"""
    attempts, due_at = LETTER.c.attempts, LETTER.c.due_at
    waits = enumerate((LONGEST_QUEUE, *BACK_OFF))
    return or_(*(and_(attempts == failed, due_at > after(TOLERANCE + wait)) for failed, wait in waits))


def claimable(after: After, lease: timedelta) -> ColumnElement[bool]:
    """Is it due, and held by nobody? Also where it was tried often enough: such a one is given up."""
    now, letter = after(timedelta(0)), LETTER.c
    return and_(
        or_(
            and_(letter.state == LetterState.QUEUED, or_(letter.due_at <= now, waits_for_a_wrong_clock(after))),
            and_(letter.state == LetterState.SENDING, is_let_go(after, lease)),
        ),
        or_(letter.expires_at.is_(None), letter.expires_at > now),
        or_(letter.about.is_(None), ~_has_one_to_wait_for()),
    )


def is_let_go(after: After, lease: timedelta) -> ColumnElement[bool]:
    """Has the lease run out, or does it last longer than one that was taken by now?"""
    until = LETTER.c.lease_until
    return or_(until <= after(timedelta(0)), until > after(TOLERANCE + lease))


def _has_one_to_wait_for() -> Exists:
    """Is an earlier letter about the same thing still on its way? One that was given up holds nothing back."""
    earlier = LETTER.alias()
    under_way = earlier.c.state.in_({LetterState.QUEUED, LetterState.SENDING})
    return select(earlier.c.id).where(earlier.c.about == LETTER.c.about, earlier.c.id < LETTER.c.id, under_way).exists()


def is_any_claimable(now: datetime, lease: timedelta) -> bool:
    """Is there anything to send? To ask writes nothing, and so waits for nobody."""
    query, moments = _any_claimable(lease)
    return bool(db.session.scalar(query, moments.at(now)))


@cache
def _any_claimable(lease: timedelta) -> tuple[Select[bool], Moments]:
    moments = Moments()
    return select(select(LETTER.c.id).where(claimable(moments, lease)).exists()), moments


def queue_state(now: datetime) -> QueueState:
    """The counts above the list."""
    waiting = Letter.state.in_(WAITING)
    late = and_(Letter.state == LetterState.QUEUED, Letter.attempts == 0, Letter.due_at <= now)
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.count(case((waiting, 1))).label("waiting"),
            func.count(case((Letter.state == LetterState.FAILED, 1))).label("failed"),
            func.max(Letter.sent_at).label("last_sent_at"),
            func.min(case((late, Letter.due_at))).label("waiting_since"),
        )
    ).mappings().one()
    return QueueState(**row)
