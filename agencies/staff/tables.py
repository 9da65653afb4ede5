"""The tables of staff: accounts, sessions, logins at the province's SSO under way, the audit."""

import sqlalchemy as sa

from agencies.tables import Moment, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("username", sa.String(80), nullable=False, unique=True),
    sa.Column("full_name", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(300)),  # None: logs in over the SSO only.
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    sa.Column("totp_secret", sa.String(64)),
    sa.Column("totp_pending", sa.String(64)),  # Shown, but no code of it was typed yet.
    # The last one used: no code counts twice.
    sa.Column("totp_step", sa.BigInteger, nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("agency_id", sa.Integer, sa.ForeignKey("agency.id"), index=True),
    sa.Column("oidc_subject", sa.String(255), unique=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,  # The audit names accounts by id.
)

staff_session = sa.Table(
    "staff_session",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ip", sa.String(64), nullable=False),
    sa.Column("agent", sa.String(300), nullable=False),
)

# One row per visit to the SSO; deleted by the one return that it allows.
oidc_login = sa.Table(
    "oidc_login",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),  # Of a cookie: who began must return.
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("back_to", sa.String(500), nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)

# Triggers of the migration refuse to change or delete its rows.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3: no gaps.
    sa.Column("at", Moment, nullable=False),
    sa.Column("staff_id", sa.Integer, index=True),  # None: nobody was signed in, or the system.
    sa.Column("ip", sa.String(64), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("object_kind", sa.String(40), nullable=False),
    sa.Column("object_id", sa.String(80), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_object", "object_kind", "object_id"),
)

# One row: the end of the chain. Locked by whoever adds to it, so that no two rows follow the same.
audit_end = sa.Table(
    "audit_end",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_id", sa.BigInteger, nullable=False),
    sa.Column("last_hash", sa.String(64), nullable=False),
)
