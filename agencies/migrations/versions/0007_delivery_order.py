"""The outbox asks for every citizen's message whether an earlier one waits."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_delivery_recipient", "delivery", ["recipient_kind", "recipient", "state"])


def downgrade() -> None:
    op.drop_index("ix_delivery_recipient", "delivery")
