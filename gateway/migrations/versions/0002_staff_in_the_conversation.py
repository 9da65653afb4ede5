"""Who of the staff has a conversation, and until when it is kept for an answer."""

import sqlalchemy as sa
from alembic import op

from gateway.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Column("staff_name", sa.String(200), nullable=False, server_default="")
    op.add_column("conversation", name)
    op.add_column("conversation", sa.Column("staff_at", Moment))
    op.add_column("conversation", sa.Column("kept_until", Moment))


def downgrade() -> None:
    for name in ("kept_until", "staff_at", "staff_name"):
        op.drop_column("conversation", name)
