"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 5000


class Database:
    """Connects at first use; `read` and `write` are transactions."""

    def __init__(self, url: str) -> None:
        # Errors must not carry what citizens wrote into the logs.
        self._engine = create_async_engine(
            url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite")
        )
        self._writer = self._engine
        if self._engine.dialect.name == "sqlite":
            _tame_sqlite(self._engine.sync_engine)
            self._writer = self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._engine.begin()

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """On SQLite the one writer at a time, from the first statement on."""
        return self._writer.begin()

    def insert_if_new(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that does nothing when the row is already there."""
        if self._engine.dialect.name == "sqlite":
            return sqlite.insert(table).on_conflict_do_nothing()
        return postgresql.insert(table).on_conflict_do_nothing()

    async def upgrade(self) -> None:
        """Run every migration that has not run yet."""
        _make_folder(self._engine.url)
        async with self.write() as connection:
            await connection.run_sync(_upgrade)

    async def is_current(self) -> bool:
        """Whether every migration has run."""
        _make_folder(self._engine.url)
        async with self.read() as connection:
            return await connection.run_sync(_is_current)

    async def close(self) -> None:
        await self._engine.dispose()


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
    file = make_url(url).database
    if url.get_backend_name() == "sqlite" and file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _tame_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver would begin a transaction only at the first write; we begin it ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
