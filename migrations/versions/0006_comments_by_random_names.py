"""comments are called by a random name

Revision: 0006, after 0005
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMES = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
STATE = sa.Enum(
    "new", "released", "withheld", name="commentstate", native_enum=False, create_constraint=True, length=40
)


def _comment() -> sa.Table:
    """The table as it stands half-way, for SQLite, which makes it anew. What its checks say cannot be read off it."""
    return sa.Table(
        "comment",
        sa.MetaData(naming_convention=NAMES),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("released_text", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'released') = (released_text IS NOT NULL)", name="released_has_text"),
        sa.CheckConstraint("state <> 'released' OR may_quote", name="released_only_with_consent"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name="fk_comment_decided_by_id_user"),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name="fk_comment_question_id_question"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_comment_response_id_response"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("response_id", "question_id", name="uq_comment_response_id_question_id"),
        sa.Index("ix_comment_state", "state"),
    )


def upgrade() -> None:
    op.add_column("comment", sa.Column("public_id", sa.Uuid(), nullable=True))
    comment, connection = _comment(), op.get_bind()
    for comment_id in connection.scalars(sa.select(comment.c.id)).all():
        connection.execute(comment.update().where(comment.c.id == comment_id).values(public_id=uuid4()))
    with op.batch_alter_table("comment", copy_from=comment) as batch:
        batch.alter_column("public_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint("uq_comment_public_id", ["public_id"])


def downgrade() -> None:
    comment = _comment()
    comment.append_constraint(sa.UniqueConstraint("public_id", name="uq_comment_public_id"))
    with op.batch_alter_table("comment", copy_from=comment) as batch:
        batch.drop_constraint("uq_comment_public_id", type_="unique")
        batch.drop_column("public_id")
