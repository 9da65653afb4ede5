"""Which case a message belongs to, and what a conversation awaits besides its last reply."""

import sqlalchemy as sa
from alembic import op

from gateway.tables import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = {"staff_case": 40, "asks": 40, "asked_case": 40, "answered_case": 40}
MESSAGES = ("inbox", "outbox")


def upgrade() -> None:
    for name, length in WORDS.items():
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("conversation", column)
    op.add_column("conversation", sa.Column("answered_until", Moment))
    for table in MESSAGES:
        case = sa.Column("case_code", sa.String(40), nullable=False, server_default="")
        op.add_column(table, case)
    _mark_messages()


def downgrade() -> None:
    for table in MESSAGES:
        op.drop_column(table, "case_code")
    for name in ("answered_until", *WORDS):
        op.drop_column("conversation", name)


def _mark_messages() -> None:
    """What was told so far says itself which case it is about. Who has a conversation does not, so
    that the staff of a case take it over anew."""
    outbox = sa.table(
        "outbox", sa.column("id"), sa.column("reply", sa.JSON), sa.column("case_code")
    )
    connection = op.get_bind()
    told = connection.execute(sa.select(outbox.c.id, outbox.c.reply)).all()
    for id, reply in told:
        if reply.get("case"):
            marked = sa.update(outbox).where(outbox.c.id == id)
            connection.execute(marked.values(case_code=reply["case"]))
    connection.execute(
        sa.text(
            "UPDATE conversation SET mode='bot', staff_name='', staff_at=NULL WHERE mode='staff'"
        )
    )
