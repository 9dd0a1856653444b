"""letters about one thing in order, offers by booking

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("about", sa.String(length=60), nullable=True))
        letter.create_index("ix_letter_about", ["about"])
    op.create_index("ix_offer_booking_id", "offer", ["booking_id"])


def downgrade() -> None:
    op.drop_index("ix_offer_booking_id", table_name="offer")
    with op.batch_alter_table("letter") as letter:
        letter.drop_index("ix_letter_about")
        letter.drop_column("about")
