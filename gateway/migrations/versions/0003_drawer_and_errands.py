"""What citizens hand over beside the conversation, and what agencies must be told."""

import sqlalchemy as sa
from alembic import op

from gateway.tables import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drawer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drawer"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.name"], name="fk_drawer_conversation"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drawer_conversation", "drawer", ["conversation"])
    op.create_index("ix_drawer_added_at", "drawer", ["added_at"])
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", Moment),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_errand"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_errand_not_before", "errand", ["not_before"])


def downgrade() -> None:
    op.drop_table("errand")
    op.drop_table("drawer")
