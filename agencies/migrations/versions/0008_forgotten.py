"""Which conversations were forgotten lately, so that a form on its way makes no case of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column("conversation_hash", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_hash", name="pk_forgotten"),
    )
    op.create_index("ix_forgotten_at", "forgotten", ["at"])


def downgrade() -> None:
    op.drop_table("forgotten")
