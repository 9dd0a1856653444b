"""Letters on their way out."""

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select

from training_app.clock import TOLERANCE
from training_app.config import LONGEST_LEASE
from training_app.doctor.checking import Check, rows_at, rows_of
from training_app.outbox.models import Letter
from training_app.outbox.queries import waits_for_a_wrong_clock
from training_app.outbox.rules import LetterState

OVER = Letter.state.in_([LetterState.SENT, LetterState.FAILED])
QUEUED, SENDING = Letter.state == LetterState.QUEUED, Letter.state == LetterState.SENDING
NOT_WIPED = or_(Letter.body != "", Letter.attachment.is_not(None))


def _waiting_past_reason(now: datetime) -> Select[int]:
    """By a clock that was ahead. They are taken all the same; one that stays is not."""
    too_long = Letter.lease_until > now + TOLERANCE + timedelta(seconds=LONGEST_LEASE)
    return select(Letter.id).where(or_(and_(QUEUED, waits_for_a_wrong_clock(now.__add__)), and_(SENDING, too_long)))


CHECKS = (
    Check(
        "letters-wait-within-reason",
        "No letter waits or is held for longer than any is: a clock was ahead. Set it right, and the letter goes.",
        "letter", rows_at(_waiting_past_reason),
    ),
    Check(
        "letters-held-while-sent", "A letter that is being sent is held until some moment, and no other letter is.",
        "letter", rows_of(select(Letter.id).where((Letter.lease_until.is_not(None)) != SENDING)),
    ),
    Check(
        "attempts-counted", "A letter that is being sent has had an attempt, and none has had fewer than nought.",
        "letter", rows_of(select(Letter.id).where(or_(Letter.attempts < 0, SENDING & (Letter.attempts < 1)))),
    ),
    Check(
        "sent-letters-say-when", "A letter that was sent says when.", "letter",
        rows_of(select(Letter.id).where(Letter.state == LetterState.SENT, Letter.sent_at.is_(None))),
    ),
    Check(
        "sealed-letters-wiped", "Nothing is left in a sealed letter that was sent or given up.", "letter",
        rows_of(select(Letter.id).where(Letter.sealed, OVER, NOT_WIPED)),
    ),
    Check(
        "sealed-letters-expire", "A sealed letter that waits has a moment at which it is wiped unsent.", "letter",
        rows_of(select(Letter.id).where(Letter.sealed, ~OVER, Letter.expires_at.is_(None))),
    ),
    Check(
        "message-ids-differ", "No two letters have the same Message-ID.", "letter",
        rows_of(select(func.max(Letter.id)).group_by(Letter.message_id).having(func.count() > 1)),
    ),
)
