"""how to join online and how to get to a venue

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("training_session", sa.Column("joining", sa.Text(), nullable=False, server_default=""))
    op.add_column("venue", sa.Column("address", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("venue") as venue:
        venue.drop_column("address")
    with op.batch_alter_table("training_session") as session:
        session.drop_column("joining")
