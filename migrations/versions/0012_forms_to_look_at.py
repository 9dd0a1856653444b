"""forms by the room's code that somebody is to look at, and wrong feedback codes counted

Revision: 0012, after 0011

No form that stands is in doubt: until here nothing was asked about how they came.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "too_many", "too_fast", "wrong_codes", name="alarmkind", native_enum=False, create_constraint=True, length=40
)
OPEN = sa.text("looked_at IS NULL")


def upgrade() -> None:
    op.add_column("response", sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("evaluation_code", sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("evaluation_code", sa.Column("wrong_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "evaluation_alarm",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("joined", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(looked_at IS NULL) = (joined IS NULL)", name=op.f("ck_evaluation_alarm_looked_at_means_decided")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name="fk_evaluation_alarm_session_id_training_session"
        ),
        sa.ForeignKeyConstraint(["looked_by_id"], ["user.id"], name="fk_evaluation_alarm_looked_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_alarm"),
    )
    op.create_index("ix_evaluation_alarm_session_id", "evaluation_alarm", ["session_id"])
    op.create_index(
        "uq_evaluation_alarm_open", "evaluation_alarm", ["session_id", "kind"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("evaluation_alarm")
    op.drop_column("evaluation_code", "wrong_since")
    op.drop_column("evaluation_code", "wrong_codes")
    op.drop_column("response", "in_doubt")
