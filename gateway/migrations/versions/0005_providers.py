"""Events of providers, parts of what is sent to them, their tokens, deletions they ask for."""

import sqlalchemy as sa
from alembic import op

from gateway.tables import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add(
        "conversation",
        sa.Column("acted_at", Moment),
        sa.Column("greeted_at", Moment),
        sa.Column("given_back_at", Moment),
    )
    _add(
        "outbox",
        sa.Column("lease", sa.String(64)),
        sa.Column("failing_since", Moment),
        sa.Column("parts_done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tried_part", sa.String(64), nullable=False, server_default=""),
        sa.Column("tried_at", Moment),
        sa.Column("said", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("noticed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.String(100), nullable=False, server_default=""),
    )
    _add("drawer", sa.Column("event_key", sa.String(240), nullable=False, server_default=""))
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("event_key", sa.String(200), nullable=False),
        sa.Column("user", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("raw", sa.JSON, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", Moment),
        sa.Column("not_before", Moment, nullable=False),
        sa.UniqueConstraint("channel", "event_key", name="uq_event_channel_event_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_received_at", "event", ["received_at"])
    op.create_index("ix_event_state_channel_user", "event", ["state", "channel", "user"])
    op.create_index("ix_event_channel_user_at", "event", ["channel", "user", "at"])
    op.create_index("ix_event_channel_received_at", "event", ["channel", "received_at"])
    op.create_table(
        "credential",
        sa.Column("channel", sa.String(40), primary_key=True),
        sa.Column("access", sa.Text, nullable=False),
        sa.Column("refresh", sa.Text, nullable=False),
        sa.Column("fetched_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("fault", sa.String(100), nullable=False, server_default=""),
        sa.Column("lease", sa.String(64)),
        sa.Column("lease_until", Moment),
        sa.Column("signature", sa.String(20), nullable=False, server_default=""),
    )
    op.create_table(
        "deletion",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("done_at", Moment),
        sa.Column("found", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("subject", sa.String(100), nullable=False, server_default=""),
    )


def downgrade() -> None:
    # A state that the revision before does not know: it would never send them.
    op.execute("UPDATE outbox SET state = 'waiting' WHERE state = 'held'")
    for table in ("deletion", "credential", "event"):
        op.drop_table(table)
    op.drop_column("drawer", "event_key")
    of_outbox = ("reason", "noticed", "said", "tried_at", "tried_part", "parts_done")
    for name in (*of_outbox, "failing_since", "lease"):
        op.drop_column("outbox", name)
    for name in ("given_back_at", "greeted_at", "acted_at"):
        op.drop_column("conversation", name)


def _add(table: str, *columns: sa.Column[object]) -> None:
    for column in columns:
        op.add_column(table, column)
