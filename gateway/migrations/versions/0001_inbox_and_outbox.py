"""Conversations, what citizens wrote and what they are told."""

import sqlalchemy as sa
from alembic import op

from gateway.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("rasa_session", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("last_activity", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_conversation"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("event_key", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.name"], name="fk_inbox_conversation"
        ),
        sa.UniqueConstraint("channel", "event_key", name="uq_inbox_channel_event_key"),
        sa.UniqueConstraint("conversation", "sequence", name="uq_inbox_conversation_sequence"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_state_conversation_sequence", "inbox", ["state", "conversation", "sequence"]
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("author", sa.String(20), nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", Moment),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.name"], name="fk_outbox_conversation"
        ),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
        sa.UniqueConstraint("conversation", "sequence", name="uq_outbox_conversation_sequence"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_state_conversation_sequence", "outbox", ["state", "conversation", "sequence"]
    )


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("conversation")
