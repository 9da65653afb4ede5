"""The tables of this process. A change here needs a revision in migrations/versions."""

from datetime import UTC, datetime

import sqlalchemy as sa


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None or value.tzinfo:
            return value
        return value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

agency = sa.Table(
    "agency",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(80), nullable=False, unique=True),
    sa.Column("parent_id", sa.ForeignKey("agency.id"), index=True),
    sa.Column("position", sa.Integer, nullable=False),  # In the file: the order people expect.
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("other_names", sa.JSON, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("area", sa.JSON, nullable=False),
    sa.Column("contact_state", sa.String(20), nullable=False),
    sa.Column("contact_fictional", sa.Boolean, nullable=False),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("address", sa.String(300), nullable=False),
    # Degrees. Doubles: what is read back must be what the file says, or each load changes it.
    sa.Column("latitude", sa.Double),
    sa.Column("longitude", sa.Double),
    sa.Column("opening_hours", sa.JSON, nullable=False),
    sa.Column("search_text", sa.Text, nullable=False),  # Folded words, each after a space.
    # No longer in the file. Kept: what was sent to it still names it.
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("successor_id", sa.ForeignKey("agency.id")),  # Who took over its work.
)

directory_load = sa.Table(
    "directory_load",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("example", sa.Boolean, nullable=False),  # The directory this project ships.
    sa.Column("report", sa.JSON, nullable=False),
)

# What staff found out about an address, by which the file's word on it is outweighed (ADR 75).
contact_check = sa.Table(
    "contact_check",
    metadata,
    sa.Column("agency_id", sa.ForeignKey("agency.id"), primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("staff_id", sa.Integer),  # None: a command of the machine.
)

# That something was erased: what, when, why and how much. Never whose.
erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("data_class", sa.String(20), nullable=False),
    sa.Column("why", sa.String(20), nullable=False),
    sa.Column("basis", sa.Text, nullable=False),  # The source of the rule, or what was asked.
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("kept", sa.Integer, nullable=False),  # Open cases in which it has to stay for now.
    sqlite_autoincrement=True,
)
