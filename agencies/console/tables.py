"""The tables of the console: searches that somebody keeps, and answers ready to fill in."""

import sqlalchemy as sa

from agencies.tables import Moment, metadata

saved_view = sa.Table(
    "saved_view",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("query", sa.Text, nullable=False),  # As the address of the queue has it.
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("staff_id", "name", name="uq_saved_view_staff_id"),
)

answer_template = sa.Table(
    "answer_template",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # Who may use it: the agency and those below it; None: the whole province.
    sa.Column("agency_id", sa.Integer, sa.ForeignKey("agency.id"), index=True),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("changed_by", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)
