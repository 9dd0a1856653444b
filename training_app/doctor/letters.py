"""Letters on their way out."""

from sqlalchemy import func, or_, select

from training_app.doctor.checking import Check, rows_of
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState

OVER = Letter.state.in_([LetterState.SENT, LetterState.FAILED])
SENDING = Letter.state == LetterState.SENDING
NOT_WIPED = or_(Letter.body != "", Letter.attachment.is_not(None))

CHECKS = (
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
