"""What the business office changed by hand on sessions of a programme file: the file does not change it back.

The audit knows: every change on the pages leaves a line that names what it changed, was and is now.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from training_app.audit.models import AuditEntry
from training_app.extensions import db
from training_app.programme.files.rows import Row
from training_app.programme.models import TrainingSession
from training_app.words.dates import long_date
from training_app.words.names import same_name
from training_app.words.times import clock_time

# What a page changed, as the audit calls it, and the fields of a session that hold it.
FIELDS = {
    "Kind of training": {"strand"},
    "Led by": {"provider"},
    "Evaluation": {"evaluation_mode"},
    "Counts in the programme": {"counts_in_programme"},
    "Note for staff": {"note"},
    "Places": {"capacity"},
    "Priorities": {"priorities"},
}
PARTS = {"parts", "last_day", "format"}
STATED = {"headcount", "no_data_reason"}
MADE_BY_HAND = {"session_drafted", "session_copied"}
ACTIONS = {*MADE_BY_HAND, "session_changed", "register.number_stated"}


@dataclass
class ByHand:
    """The fields set by hand, and the first days and starts a session was moved away from, as words."""

    fields: set[str] = field(default_factory=set)
    were: list[str] = field(default_factory=list)

    def began(self, row: Row) -> bool:
        """Did this session once begin when the row says?"""
        return any(words.startswith(f"{long_date(row.day)}, {clock_time(row.starts_at)} to ") for words in self.were)


def set_by_hand(session_ids: Collection[int]) -> dict[int, ByHand]:
    """What was set by hand on each of these sessions."""
    query = select(AuditEntry).where(
        AuditEntry.subject_type == "training_session",
        AuditEntry.subject_id.in_(session_ids),
        AuditEntry.action.in_(ACTIONS),
    )
    found = {session_id: ByHand() for session_id in session_ids}
    for entry in db.session.scalars(query.order_by(AuditEntry.id)):
        if entry.subject_id is not None:
            _note(found[entry.subject_id], entry)
    return found


def _note(known: ByHand, entry: AuditEntry) -> None:
    if entry.action in MADE_BY_HAND:
        known.fields |= PARTS.union(*FIELDS.values())
        return
    if entry.action == "register.number_stated":
        known.fields |= STATED
        return
    for name, changed in entry.detail.items():
        known.fields |= FIELDS.get(name, set())
        if name.startswith("Part "):
            known.fields |= PARTS
            known.were.append(str(changed[0]))


def moved_session(
    row: Row, sessions: Iterable[TrainingSession], by_hand: dict[int, ByHand]
) -> TrainingSession | None:
    """The session that the row names by the day and start it had before the office moved it."""
    for session in sessions:
        if same_name(session.course.title) == same_name(row.title) and by_hand[session.id].began(row):
            return session
    return None
