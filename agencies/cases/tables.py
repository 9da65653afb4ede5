"""The tables of cases. A change here needs a revision in migrations/versions."""

import sqlalchemy as sa

from agencies.tables import Moment, metadata

# "Case" is a word of SQL: SQLAlchemy puts it in quotes.
case_ = sa.Table(
    "case",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(20), nullable=False, unique=True),
    sa.Column("submission", sa.String(200), nullable=False, unique=True),
    sa.Column("wish", sa.String(20), nullable=False),
    sa.Column("category", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("conversation", sa.String(200), nullable=False, index=True),
    sa.Column("procedure_code", sa.String(80), nullable=False),
    sa.Column("procedure_title", sa.Text, nullable=False),
    sa.Column("field", sa.String(300), nullable=False),
    sa.Column("place_code", sa.String(10), nullable=False),
    sa.Column("place_name", sa.String(300), nullable=False),
    sa.Column("dossier_code", sa.String(80), nullable=False),
    sa.Column("contact_name", sa.String(200), nullable=False),
    sa.Column("contact_phone", sa.String(40), nullable=False, index=True),
    sa.Column("contact_email", sa.String(254), nullable=False, index=True),
    sa.Column("contact_address", sa.String(300), nullable=False),
    sa.Column("consent_version", sa.String(80), nullable=False),
    sa.Column("consent_at", Moment),
    sa.Column("agency_id", sa.Integer, sa.ForeignKey("agency.id"), nullable=False),
    sa.Column("routing", sa.JSON, nullable=False),
    sa.Column("handling", sa.String(20), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("register_year", sa.Integer),
    sa.Column("register_number", sa.Integer),
    sa.Column("received_at", Moment, nullable=False, index=True),
    sa.Column("registered_at", Moment),
    sa.Column("forwarded_at", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("register_due", Moment, nullable=False),
    sa.Column("forward_due", Moment, nullable=False),
    sa.Column("reply_due", Moment, nullable=False, index=True),
    sa.Column("calendar_version", sa.String(80), nullable=False),
    sa.Column("counted_from", Moment, nullable=False),
    sa.Column("waiting_since", Moment),
    sa.Column("warned", sa.Integer, nullable=False),
    sa.Column("overdue_told", Moment),
    sa.Column("assignee_id", sa.Integer, index=True),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("draft_by", sa.Integer),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_by", sa.Integer),
    sa.Column("rating", sa.Integer),
    sa.Column("rating_words", sa.Text, nullable=False),
    sa.Column("rated_at", Moment),
    sa.Column("reopened", sa.Integer, nullable=False),
    sa.Column("erased_at", Moment),
    sa.Column("search_text", sa.Text, nullable=False),  # Folded words, each after a space.
    sa.Column("version", sa.Integer, nullable=False),  # Counts the changes: the optimistic lock.
    sa.Column("look_at", Moment, index=True),  # When the clock has something to do here next.
    sa.UniqueConstraint("register_year", "register_number", name="uq_case_register_year"),
    sa.Index("ix_case_agency_id", "agency_id", "state"),
    sa.Index("ix_case_state", "state", "reply_due"),
    sqlite_autoincrement=True,  # An erased row's id is not given again.
)

# Only ever added to; erasing empties `text` and `data` of a case's rows and nothing else.
case_event = sa.Table(
    "case_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(20), nullable=False),
    sa.Column("staff_id", sa.Integer),
    sa.Column("actor_name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("key", sa.String(250), unique=True),  # The same message twice is one event.
    sa.Index("ix_case_event_kind", "kind", "at"),
    sqlite_autoincrement=True,
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("by", sa.String(20), nullable=False),  # citizen or staff
    sqlite_autoincrement=True,
)

# Which conversations were forgotten lately, so that a form on its way makes no case of them.
forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("conversation_hash", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
)

# The last number given in the register (sổ theo dõi) of each year.
register = sa.Table(
    "register",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)
