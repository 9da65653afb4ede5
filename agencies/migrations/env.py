"""Alembic's entry: agencies.database opens the connection and passes it in."""

from alembic import context

# Each room keeps its own tables on the one metadata.
from agencies.cases import tables as _cases  # noqa: F401
from agencies.console import tables as _console  # noqa: F401
from agencies.outbox import tables as _outbox  # noqa: F401
from agencies.staff import tables as _staff  # noqa: F401
from agencies.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
