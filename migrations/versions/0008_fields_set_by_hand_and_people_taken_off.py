"""what was set by hand, where sessions were moved from and who was taken off, as columns

Revision: 0008, after 0007

Until here all three were read back from words: from the labels in old lines of the audit, and from how a reason began.
The words stand here as they were then. What the application says today may change; what those lines say does not.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FIELD = sa.Enum(
    "strand", "provider", "evaluation_mode", "counts_in_programme", "note", "capacity", "priorities", "parts",
    "headcount", "no_data_reason", name="sessionfield", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip
FIELD_OF = {
    "Kind of training": "strand", "Led by": "provider", "Evaluation": "evaluation_mode",
    "Counts in the programme": "counts_in_programme", "Note for staff": "note", "Places": "capacity",
    "Priorities": "priorities",
    # As the pages of 0008 say “Led by”: a database may go down and come up again with lines of both.
    "Provider": "provider",
}  # fmt: skip
PART = "Part "
NEW = {"session_drafted", "session_copied"}
STATED = {"headcount", "no_data_reason"}
ACTIONS = {*NEW, "session_changed", "register.number_stated", "draft_deleted"}
TAKEN_OFF = "Taken off the register: "
# Thursday 23 May 2024, 9:30am to 4pm, in person, City Hall
PART_IN_WORDS = re.compile(r"[A-Z][a-z]+day (\d{1,2}) ([A-Z][a-z]+) (\d{4}), (1[0-2]|[1-9])(?::([0-5]\d))?(am|pm) to ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
Start = tuple[date, time]


class SetByHand:
    """What the audit says of one session: its fields and earlier starts, each with when it was last so and by whom."""

    def __init__(self) -> None:
        self.fields: dict[str, tuple[datetime, int | None]] = {}
        self.starts: dict[Start, tuple[datetime, int | None]] = {}


def upgrade() -> None:
    fields = op.create_table(
        "session_field_set",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("field", FIELD, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name="fk_session_field_set_session_id_training_session"
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name="fk_session_field_set_set_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_session_field_set"),
        sa.UniqueConstraint("session_id", "field", name="uq_session_field_set_session_id_field"),
    )
    starts = op.create_table(
        "session_moved_from",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name="fk_session_moved_from_session_id_training_session"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_session_moved_from_actor_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_session_moved_from"),
        sa.UniqueConstraint(
            "session_id", "first_day", "starts_at", name="uq_session_moved_from_session_id_first_day_starts_at"
        ),
    )
    op.add_column("attendance_mark", sa.Column("taken_off", sa.Boolean(), server_default=sa.false(), nullable=False))
    _carry_over_what_was_set(op.get_bind(), fields, starts)
    _carry_over_who_was_taken_off(op.get_bind())


def downgrade() -> None:
    """The lines of the audit still say what was set by hand; how a reason began says again who was taken off.

    Version 0007 looks for “Led by” in those lines: a provider that was set under its new name, “Provider”, is not
    protected from a programme file after the way down.
    """
    mark = _marks()
    op.get_bind().execute(mark.update().where(mark.c.taken_off).values(reason=TAKEN_OFF + mark.c.reason))
    op.drop_column("attendance_mark", "taken_off")
    op.drop_table("session_moved_from")
    op.drop_table("session_field_set")


def _marks() -> Any:
    return sa.table(
        "attendance_mark", sa.column("reason", sa.String()), sa.column("taken_off", sa.Boolean()),
        sa.column("superseded_at", sa.DateTime(timezone=True)),
    )


def _carry_over_who_was_taken_off(connection: sa.Connection) -> None:
    mark = _marks()
    begins = sa.func.substr(mark.c.reason, 1, len(TAKEN_OFF)) == TAKEN_OFF
    said = sa.func.substr(mark.c.reason, len(TAKEN_OFF) + 1)
    stands_at_no_time = mark.c.superseded_at.is_not(None)
    connection.execute(mark.update().where(begins, stands_at_no_time).values(taken_off=True, reason=said))


def _carry_over_what_was_set(connection: sa.Connection, fields: sa.Table, starts: sa.Table) -> None:
    session = sa.table(
        "training_session", sa.column("id", sa.Integer()), sa.column("first_day", sa.Date()),
        sa.column("starts_at", sa.Time()),
    )
    begins = {row.id: (row.first_day, row.starts_at) for row in connection.execute(sa.select(session))}
    found = _said_in_the_audit(connection)
    set_by_hand = [
        {"session_id": session_id, "field": field, "set_at": at, "set_by_id": actor_id}
        for session_id in sorted(found.keys() & begins.keys())
        for field, (at, actor_id) in found[session_id].fields.items()
    ]
    moved_from = [
        {"session_id": session_id, "first_day": day, "starts_at": start, "at": at, "actor_id": actor_id}
        for session_id in sorted(found.keys() & begins.keys())
        for (day, start), (at, actor_id) in found[session_id].starts.items()
        if (day, start) != begins[session_id]
    ]
    for table, rows in ((fields, set_by_hand), (starts, moved_from)):
        if rows:
            connection.execute(table.insert(), rows)


def _said_in_the_audit(connection: sa.Connection) -> dict[int, SetByHand]:
    line = sa.table(
        "audit_entry", sa.column("id", sa.Integer()), sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor_id", sa.Integer()), sa.column("action", sa.String()), sa.column("subject_type", sa.String()),
        sa.column("subject_id", sa.Integer()), sa.column("detail", sa.JSON()),
    )
    query = sa.select(line).where(
        line.c.subject_type == "training_session", line.c.subject_id.is_not(None), line.c.action.in_(ACTIONS)
    )
    found: dict[int, SetByHand] = {}
    for row in connection.execute(query.order_by(line.c.id)):
        if row.action == "draft_deleted":
            # SQLite gives the number of the latest session again once that is deleted.
            found.pop(row.subject_id, None)
            continue
        session = found.setdefault(row.subject_id, SetByHand())
        detail = row.detail if isinstance(row.detail, dict) else {}
        session.fields.update(dict.fromkeys(_fields(row.action, detail), (row.at, row.actor_id)))
        session.starts.update(dict.fromkeys(_earlier_starts(row.action, detail), (row.at, row.actor_id)))
    return found


def _fields(action: str, detail: dict[str, Any]) -> set[str]:
    if action in NEW:
        return {*FIELD_OF.values(), "parts"}
    if action == "register.number_stated":
        return STATED
    return {FIELD_OF.get(label, "parts") for label in detail if label in FIELD_OF or label.startswith(PART)}


def _earlier_starts(action: str, detail: dict[str, Any]) -> Iterator[Start]:
    """The days and starts of parts before they were changed; words that cannot be read are passed over."""
    if action != "session_changed":
        return
    for label, changed in detail.items():
        if label.startswith(PART) and isinstance(changed, list) and changed:
            start = _start(str(changed[0]))
            if start:
                yield start


def _start(words: str) -> Start | None:
    read = PART_IN_WORDS.match(words)
    if read is None or read[2] not in MONTHS:
        return None
    hour = int(read[4]) % 12 + (12 if read[6] == "pm" else 0)
    try:
        return date(int(read[3]), MONTHS.index(read[2]) + 1, int(read[1])), time(hour, int(read[5] or 0))
    except ValueError:
        return None
