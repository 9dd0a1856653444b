"""What the office decides about words that someone wrote: let them be printed, or keep them back."""

from datetime import datetime

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import InvalidTransition, Refused
from training_app.evaluation.models import (
    Comment,
)
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import CommentState, WhyWithheld
from training_app.extensions import db

ADDED_WORDS = "Print the person’s own words only. You may leave words out: put … in their place, and add nothing"


def release(
    comment_id: int, text: str, actor_id: int, now: datetime, *, seen: CommentState | None = None
) -> Comment:
    """Let words be printed, as written or with some left out. What the person wrote is kept beside.

    `seen` is how the comment stood on the page that was decided on: what a colleague decided since is not undone.
    """
    comment = _move(comment_id, CommentState.RELEASED, seen)
    if not comment.may_quote:
        raise Refused("The person did not agree to be quoted, so these words cannot be released.")
    wording = text.strip()
    if not wording:
        raise Refused("Enter the words to release, or keep the comment back")
    if len(wording) > rules.LONGEST_WORDS:
        raise Refused(f"Use {rules.LONGEST_WORDS:,} characters or fewer")
    if not rules.is_redaction_of(wording, comment.text):
        raise Refused(ADDED_WORDS)
    return _decide(comment, CommentState.RELEASED, wording, actor_id, now, redacted=wording != comment.text)


def withhold(
    comment_id: int, why: WhyWithheld, actor_id: int, now: datetime, *, seen: CommentState | None = None
) -> Comment:
    """Keep words back; where they were released, take them back. `seen` as for release."""
    comment = _move(comment_id, CommentState.WITHHELD, seen)
    return _decide(comment, CommentState.WITHHELD, None, actor_id, now, why=why.value)


def _move(comment_id: int, to: CommentState, seen: CommentState | None) -> Comment:
    lock_rows(Comment, [comment_id])
    comment = db.session.get_one(Comment, comment_id)
    if seen not in {None, comment.state} or to not in rules.COMMENT_TRANSITIONS[comment.state]:
        raise InvalidTransition(f"Someone has already dealt with this comment. It is now: {comment.state.label}.")
    return comment


def _decide(
    comment: Comment, to: CommentState, wording: str | None, actor_id: int, now: datetime, **detail: object
) -> Comment:
    before = comment.state
    comment.state, comment.released_text = to, wording
    comment.decided_at, comment.decided_by_id = now, actor_id
    db.session.flush()
    audit.record(
        f"comment.{to}", "comment", comment.id, actor_id=actor_id, now=now, came_from=before.value, **detail
    )
    return comment
