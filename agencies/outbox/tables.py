"""The outbox: what must leave this process, to whom, and what became of it."""

import sqlalchemy as sa

from agencies.tables import Moment, metadata

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, sa.ForeignKey("case.id"), index=True),
    sa.Column("recipient_kind", sa.String(20), nullable=False),
    sa.Column("recipient", sa.String(300), nullable=False),
    sa.Column("agency_id", sa.Integer, sa.ForeignKey("agency.id")),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failing_since", Moment),  # The first of the failures in a row.
    sa.Column("not_before", Moment, nullable=False),
    # Who sends it now. Only the holder of this lease may say what became of it.
    sa.Column("lease", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.Column("provider_id", sa.String(300)),  # A Message-ID: bounces and answers name it.
    sa.Column("error", sa.String(300), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("ended_at", Moment),  # When it was given up.
    sa.Column("told_at", Moment),  # When the digest told that it was given up.
    sa.Index("ix_delivery_due", "state", "not_before"),
    sa.Index("ix_delivery_provider_id", "provider_id"),
    sa.Index("ix_delivery_recipient", "recipient_kind", "recipient", "state"),
    sqlite_autoincrement=True,  # An erased row's id is not given again.
)

# One row per address that ever failed or bounced; whoever never did has none. The recipient "*"
# stands for all of a kind: the mail server itself, the gateway itself.
recipient_state = sa.Table(
    "recipient_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("recipient", sa.String(300), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),  # In a row; zero after a success.
    sa.Column("failing_since", Moment),
    sa.Column("hard_bounces", sa.Integer, nullable=False),
    sa.Column("soft_bounces", sa.Integer, nullable=False),
    sa.Column("held_until", Moment),  # Always an end: no address is blocked for ever.
    sa.Column("error", sa.String(300), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("kind", "recipient", name="uq_recipient_state_recipient"),
)

# Bounces seen, by their own key: the same report may come by mail, by webhook, and twice.
bounce = sa.Table(
    "bounce",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("delivery_id", sa.Integer, sa.ForeignKey("delivery.id"), index=True),
    sa.Column("recipient", sa.String(300), nullable=False),
    sa.Column("hard", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)
