"""when a session last changed, as calendars follow it

Revision: 0009, after 0008

Until here that was nowhere but in the lines of the audit and, of a programme file, in when it was loaded.
"""

from datetime import UTC, datetime

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


def upgrade() -> None:
    op.add_column("training_session", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("training_session", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    _carry_over_when_sessions_changed(op.get_bind())
    with op.batch_alter_table("training_session") as session:
        session.alter_column("changed_at", nullable=False)


def downgrade() -> None:
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
