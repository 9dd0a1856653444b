"""which alarm put a form in doubt, in the place of whether it is in doubt

Revision: 0013, after 0012

Until here two clocks were compared to know. A form in doubt is given the latest alarm that was open when it was sent;
one that two clocks put outside of every alarm, the latest of its session.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FOREIGN_KEY = "fk_response_alarm_id_evaluation_alarm"
NAMES = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
MOMENT = sa.Enum(
    "before", "looking_back", "after", "later", name="moment", native_enum=False, create_constraint=True, length=40
)

RESPONSE = sa.table(
    "response", sa.column("session_id"), sa.column("submitted_at"), sa.column("in_doubt", sa.Boolean()),
    sa.column("alarm_id"),
)
ALARM = sa.table(
    "evaluation_alarm", sa.column("id"), sa.column("session_id"), sa.column("raised_at"), sa.column("looked_at")
)


def _response(*more: sa.Column[int] | sa.ForeignKeyConstraint) -> sa.Table:
    """The table as it stands, for SQLite, which makes it anew. What its check says cannot be read off it."""
    return sa.Table(
        "response",
        sa.MetaData(naming_convention=NAMES),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_response_agency_id_agency"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name="fk_response_session_id_training_session"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_version.id"], name="fk_response_version_id_instrument_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("pairing_id", "moment", name="uq_response_pairing_id_moment"),
        sa.Index("ix_response_session_id_moment", "session_id", "moment"),
    )


def upgrade() -> None:
    with op.batch_alter_table("response", copy_from=_response()) as batch:
        batch.add_column(sa.Column("alarm_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(FOREIGN_KEY, "evaluation_alarm", ["alarm_id"], ["id"])
    of_session = sa.select(sa.func.max(ALARM.c.id)).where(ALARM.c.session_id == RESPONSE.c.session_id)
    open_then = of_session.where(
        ALARM.c.raised_at <= RESPONSE.c.submitted_at,
        sa.or_(ALARM.c.looked_at.is_(None), ALARM.c.looked_at >= RESPONSE.c.submitted_at),
    )
    op.execute(
        RESPONSE.update()
        .where(RESPONSE.c.in_doubt)
        .values(alarm_id=sa.func.coalesce(open_then.scalar_subquery(), of_session.scalar_subquery()))
    )
    op.drop_column("response", "in_doubt")


def downgrade() -> None:
    op.add_column("response", sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(RESPONSE.update().where(RESPONSE.c.alarm_id.is_not(None)).values(in_doubt=True))
    alarm_id = sa.Column("alarm_id", sa.Integer(), nullable=True)
    key = sa.ForeignKeyConstraint(["alarm_id"], ["evaluation_alarm.id"], name=FOREIGN_KEY)
    with op.batch_alter_table("response", copy_from=_response(alarm_id, key)) as batch:
        batch.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        batch.drop_column("alarm_id")
