"""Cases, their history and attachments, the register; an agency's successor."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words both databases know: Alembic would copy the whole table on SQLite.
    op.execute(
        "ALTER TABLE agency ADD COLUMN successor_id INTEGER "
        "CONSTRAINT fk_agency_successor_id REFERENCES agency (id)"
    )
    _create_case()
    _create_case_event()
    _create_attachment()
    op.create_table(
        "register",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_register"),
    )


def downgrade() -> None:
    for table in ("register", "attachment", "case_event", "case"):
        op.drop_table(table)
    with op.batch_alter_table("agency") as agency:
        agency.drop_constraint("fk_agency_successor_id", type_="foreignkey")
        agency.drop_column("successor_id")


def _create_case() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("submission", sa.String(200), nullable=False),
        sa.Column("wish", sa.String(20), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("procedure_code", sa.String(80), nullable=False),
        sa.Column("procedure_title", sa.Text, nullable=False),
        sa.Column("field", sa.String(300), nullable=False),
        sa.Column("place_code", sa.String(10), nullable=False),
        sa.Column("place_name", sa.String(300), nullable=False),
        sa.Column("dossier_code", sa.String(80), nullable=False),
        sa.Column("contact_name", sa.String(200), nullable=False),
        sa.Column("contact_phone", sa.String(40), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("contact_address", sa.String(300), nullable=False),
        sa.Column("consent_version", sa.String(80), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True)),
        sa.Column("agency_id", sa.Integer, nullable=False),
        sa.Column("routing", sa.JSON, nullable=False),
        sa.Column("handling", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("register_year", sa.Integer),
        sa.Column("register_number", sa.Integer),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True)),
        sa.Column("forwarded_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("register_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forward_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar_version", sa.String(80), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True)),
        sa.Column("warned", sa.Integer, nullable=False),
        sa.Column("overdue_told", sa.DateTime(timezone=True)),
        sa.Column("assignee_id", sa.Integer),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("draft_by", sa.Integer),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", sa.Integer),
        sa.Column("rating", sa.Integer),
        sa.Column("rating_words", sa.Text, nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True)),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("code", name="uq_case_code"),
        sa.UniqueConstraint("submission", name="uq_case_submission"),
        sa.UniqueConstraint("register_year", "register_number", name="uq_case_register_year"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_case_agency_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_agency_id", "case", ["agency_id", "state"])
    op.create_index("ix_case_state", "case", ["state", "reply_due"])
    single = ("conversation", "contact_phone", "contact_email", "received_at", "reply_due")
    for column in (*single, "assignee_id", "look_at"):
        op.create_index(f"ix_case_{column}", "case", [column])


def _create_case_event() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("staff_id", sa.Integer),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("key", sa.String(250)),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
        sa.UniqueConstraint("key", name="uq_case_event_key"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_event_case_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_event_case_id", "case_event", ["case_id"])
    op.create_index("ix_case_event_kind", "case_event", ["kind", "at"])


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_attachment_case_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_case_id", "attachment", ["case_id"])
