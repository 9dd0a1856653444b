"""when a session last changed and what letters put into people's calendars, as calendars follow both

Revision: 0009, after 0008

Until here the one was nowhere but in the lines of the audit and, of a programme file, in when it was loaded; the other
nowhere but in the files that went with letters. An entry was named after its turn among the days of the session then:
who has one under such a name keeps it, and where its day is gone the next letter takes it out.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The acts of the time that changed what a session is.
ACTIONS = (
    "session_drafted", "session_copied", "session_published", "session_changed", "session_changed_by_import",
    "session_cancelled",
)  # fmt: skip
# Of a calendar file, once its folded lines are whole: the name of an entry, and its day and start on the clock.
NAME = re.compile(r"^UID:(\S+)", re.MULTILINE)
BEGINS = re.compile(r"^DTSTART[^:\r\n]*:(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?", re.MULTILINE)
Begins = tuple[date, time | None]


@dataclass
class Entry:
    """An entry as the latest letter that named it left it."""

    begins: Begins
    stands: bool


def upgrade() -> None:
    op.add_column("training_session", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("training_session", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    _carry_over_when_sessions_changed(op.get_bind())
    with op.batch_alter_table("training_session") as session:
        session.alter_column("changed_at", nullable=False)
    entries = op.create_table(
        "calendar_entry",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=320), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_calendar_entry_booking_id_booking"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_entry"),
        sa.UniqueConstraint("booking_id", "uid", name="uq_calendar_entry_booking_id_uid"),
        sa.UniqueConstraint("booking_id", "part_id", name="uq_calendar_entry_booking_id_part_id"),
    )
    _carry_over_what_calendars_hold(op.get_bind(), entries)


def downgrade() -> None:
    op.drop_table("calendar_entry")
    with op.batch_alter_table("training_session") as session:
        session.drop_column("changed_at")
        session.drop_column("revision")


def _carry_over_when_sessions_changed(connection: sa.Connection) -> None:
    """The latest act that is known of each; the moment of this step where there is none."""
    moment = sa.DateTime(timezone=True)
    session = sa.table(
        "training_session", sa.column("id", sa.Integer()), sa.column("imported_at", moment),
        sa.column("changed_at", moment),
    )
    line = sa.table(
        "audit_entry", sa.column("at", moment), sa.column("action", sa.String()),
        sa.column("subject_type", sa.String()), sa.column("subject_id", sa.Integer()),
    )
    latest = (
        sa.select(sa.func.max(line.c.at))
        .where(line.c.subject_type == "training_session", line.c.subject_id == session.c.id, line.c.action.in_(ACTIONS))
        .scalar_subquery()
    )
    connection.execute(session.update().values(changed_at=sa.func.coalesce(latest, session.c.imported_at)))
    # A deleted draft may have left its lines to another session of its number, which a file brought later.
    loaded_later = session.c.imported_at > session.c.changed_at
    connection.execute(session.update().where(loaded_later).values(changed_at=session.c.imported_at))
    unknown = session.c.changed_at.is_(None)
    connection.execute(session.update().where(unknown).values(changed_at=datetime.now(UTC)))


def _carry_over_what_calendars_hold(connection: sa.Connection, entries: sa.Table) -> None:
    """What the letters of each booking put in, by its name there; of which part it is, its day and start say."""
    parts = _parts_by_booking(connection)
    found = []
    for booking_id, kept in _entries_by_booking(connection, parts.keys()).items():
        free = dict(parts[booking_id])
        # The latest come first: where two are of one day, the part is that of the entry the last letter named.
        for uid, entry in reversed(kept.items()):
            part_id = free.pop(entry.begins, None)
            found.append({
                "booking_id": booking_id, "part_id": part_id, "uid": uid, "on_day": entry.begins[0],
                "stands": entry.stands,
            })  # fmt: skip
    for start in range(0, len(found), 500):
        connection.execute(entries.insert(), found[start : start + 500])


def _parts_by_booking(connection: sa.Connection) -> dict[int, dict[Begins, int]]:
    """The parts that had an entry: those with a day, or else the first, from the first day of the session on."""
    rows = connection.execute(sa.text(
        "SELECT b.id AS booking_id, s.first_day, p.id AS part_id, p.on_day, p.starts_at FROM booking b"
        " JOIN training_session s ON s.id = b.session_id JOIN session_part p ON p.session_id = s.id"
        " ORDER BY b.id, p.position"
    ).columns(first_day=sa.Date(), on_day=sa.Date(), starts_at=sa.Time()))  # fmt: skip
    dated: dict[int, dict[Begins, int]] = defaultdict(dict)
    undated: dict[int, dict[Begins, int]] = defaultdict(dict)
    for booking_id, first_day, part_id, on_day, starts_at in rows:
        if on_day is not None:
            dated[booking_id].setdefault((on_day, starts_at.replace(second=0, microsecond=0)), part_id)
        else:
            undated[booking_id] = undated[booking_id] or {(first_day, None): part_id}
    return undated | dated


def _entries_by_booking(connection: sa.Connection, bookings: Any) -> dict[int, dict[str, Entry]]:
    letter = sa.table(
        "letter", sa.column("id", sa.Integer()), sa.column("about", sa.String()),
        sa.column("attachment_type", sa.String()), sa.column("attachment", sa.LargeBinary()),
    )
    query = sa.select(letter.c.about, letter.c.attachment_type, letter.c.attachment).where(
        letter.c.about.like("booking %"), letter.c.attachment_type.like("text/calendar%"),
        letter.c.attachment.is_not(None),
    )
    kept: dict[int, dict[str, Entry]] = defaultdict(dict)
    for about, kind, content in connection.execute(query.order_by(letter.c.id).execution_options(yield_per=200)):
        number = about.removeprefix("booking ")
        if not number.isdecimal() or int(number) not in bookings:
            continue
        calendar = kept[int(number)]
        for uid, begins in _entries_in(content):
            calendar.pop(uid, None)  # what the latest letter names comes last
            calendar[uid] = Entry(begins, stands="CANCEL" not in kind)
    return kept


def _entries_in(content: bytes) -> Iterator[tuple[str, Begins]]:
    whole_lines = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8", "replace"))
    for entry in whole_lines.split("BEGIN:VEVENT")[1:]:
        name, begins = NAME.search(entry), BEGINS.search(entry)
        if name and begins:
            year, month, day, hour, minute = begins.groups()
            start = None if hour is None else time(int(hour), int(minute))
            yield name[1], (date(int(year), int(month), int(day)), start)
