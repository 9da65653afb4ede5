"""Alembic's entry: agencies.database opens the connection and passes it in."""

from alembic import context

from agencies.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
