"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 5000


def open_engine(url: str) -> AsyncEngine:
    """An engine for the address; connects at first use."""
    # Errors must not carry into the logs what people wrote.
    engine = create_async_engine(
        url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite")
    )
    if engine.dialect.name == "sqlite":
        _make_folder(engine.url)
        _tame_sqlite(engine.sync_engine)
    return engine


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The same database; on SQLite its transactions are the one writer from their beginning."""
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")


@asynccontextmanager
async def joined(on: AsyncConnection | AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """The connection, whose transaction goes on; of an engine, one transaction to write."""
    if isinstance(on, AsyncConnection):
        yield on
        return
    async with writing(on).begin() as connection:
        yield connection


async def upgrade(engine: AsyncEngine) -> None:
    """Run every migration that has not run yet."""
    async with writing(engine).begin() as connection:
        await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether every migration has run."""
    async with engine.connect() as connection:
        return await connection.run_sync(_is_current)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_current(connection: sa.Connection) -> bool:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _make_folder(url: sa.URL) -> None:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _tame_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver would begin a transaction only at the first write; we begin it ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is erased is overwritten, not only forgotten where it is.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
