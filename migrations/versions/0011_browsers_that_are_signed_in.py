"""each browser that is signed in has a row of its own; which codes were asked for in a browser that is known

Revision: 0011, after 0010

Until here one key of the user was in the cookie of all their browsers. Everyone signs in once more.
"""

from secrets import token_urlsafe

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMES = {"ck": "ck_%(table_name)s_%(constraint_name)s"}


def _user(*more: sa.Column[str] | sa.UniqueConstraint) -> sa.Table:
    """The table as it stands, for SQLite, which makes it anew. What its check says cannot be read off it."""
    return sa.Table(
        "user",
        sa.MetaData(naming_convention=NAMES),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generated", sa.Boolean(), nullable=False),
        *more,
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_user_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
        sa.UniqueConstraint("person_id", name="uq_user_person_id"),
    )


def upgrade() -> None:
    op.create_table(
        "signed_in_browser",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_signed_in_browser_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_signed_in_browser"),
        sa.UniqueConstraint("token_hash", name="uq_signed_in_browser_token_hash"),
    )
    op.create_index("ix_signed_in_browser_user_id", "signed_in_browser", ["user_id"])
    op.add_column("sign_in_code", sa.Column("browser_hash", sa.String(64), nullable=True))
    with_key = _user(
        sa.Column("session_key", sa.String(43), nullable=False),
        sa.UniqueConstraint("session_key", name="uq_user_session_key"),
    )
    with op.batch_alter_table("user", copy_from=with_key) as batch:
        batch.drop_constraint("uq_user_session_key", type_="unique")
        batch.drop_column("session_key")


def downgrade() -> None:
    op.drop_column("sign_in_code", "browser_hash")
    with op.batch_alter_table("user", copy_from=_user()) as batch:
        batch.add_column(sa.Column("session_key", sa.String(43), nullable=True))
    user, connection = sa.table("user", sa.column("id"), sa.column("session_key")), op.get_bind()
    for user_id in connection.scalars(sa.select(user.c.id)).all():
        connection.execute(user.update().where(user.c.id == user_id).values(session_key=token_urlsafe(32)))
    with op.batch_alter_table("user", copy_from=_user(sa.Column("session_key", sa.String(43), nullable=True))) as batch:
        batch.alter_column("session_key", existing_type=sa.String(43), nullable=False)
        batch.create_unique_constraint("uq_user_session_key", ["session_key"])
    op.drop_index("ix_signed_in_browser_user_id", "signed_in_browser")
    op.drop_table("signed_in_browser")
