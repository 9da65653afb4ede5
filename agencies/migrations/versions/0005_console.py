"""Kept searches, ready answers, and what makes the queue quick: its orders and its words."""

import sqlalchemy as sa
from alembic import op

from agencies.tables import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As in agencies/console/queue.py: a query uses a partial index only if it says the same.
OPEN = "coalesce(state, '') IN ('received', 'registered', 'waiting')"


def upgrade() -> None:
    _create_tables()
    # The queue's two orders, over the province and within some agencies. Each holds all that the
    # filters ask for, so that a page is found without looking at any case that is not on it.
    rest = "state, assignee_id, wish, category"
    op.execute(
        f'CREATE INDEX ix_case_open_due ON "case" (reply_due, id, agency_id, {rest}) WHERE {OPEN}'
    )
    op.execute(
        f'CREATE INDEX ix_case_open_agency ON "case" (agency_id, reply_due, id, {rest}) '
        f"WHERE {OPEN}"
    )
    op.execute(f'CREATE INDEX ix_case_newest ON "case" (received_at, id, agency_id, {rest})')
    op.execute(f'CREATE INDEX ix_case_agency_newest ON "case" (agency_id, received_at, id, {rest})')
    op.execute(
        f'CREATE INDEX ix_case_drafted ON "case" (reply_due, id, agency_id, {rest}) '
        "WHERE draft != ''"
    )
    if op.get_bind().dialect.name == "postgresql":
        _index_words_on_postgresql()
    else:
        _index_words_on_sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_case_words", "case")
    else:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER case_words_{event}")
        op.execute("DROP TABLE case_words")
    for name in ("open_due", "open_agency", "newest", "agency_newest", "drafted"):
        op.drop_index(f"ix_case_{name}", "case")
    op.drop_table("answer_template")
    op.drop_table("saved_view")


def _create_tables() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_saved_view_staff_id"),
        sa.UniqueConstraint("staff_id", "name", name="uq_saved_view_staff_id"),
    )
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agency_id", sa.Integer),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Integer, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer_template"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_answer_template_agency_id"),
    )
    op.create_index("ix_answer_template_agency_id", "answer_template", ["agency_id"])


def _index_words_on_postgresql() -> None:
    """Whole words as they are, without a parser's or a language's ideas about them."""
    op.execute(
        'CREATE INDEX ix_case_words ON "case" USING gin '
        "(array_to_tsvector(string_to_array(ltrim(search_text), ' ')))"
    )


def _index_words_on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE case_words USING fts5("
        "search_text, content='case', content_rowid='id', detail=none, prefix='2 3', "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    )
    add = "INSERT INTO case_words (rowid, search_text) VALUES (new.id, new.search_text);"
    drop = (
        "INSERT INTO case_words (case_words, rowid, search_text) "
        "VALUES ('delete', old.id, old.search_text);"
    )
    for event, what in (
        ("INSERT", add),
        ("UPDATE OF search_text", drop + add),
        ("DELETE", drop),
    ):
        name = event.split(maxsplit=1)[0].lower()
        op.execute(f'CREATE TRIGGER case_words_{name} AFTER {event} ON "case" BEGIN {what} END')
    # Cases that are there already.
    op.execute("INSERT INTO case_words (case_words) VALUES ('rebuild')")
