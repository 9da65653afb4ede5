"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 5000
CONNECT_SECONDS = 5


def open_engine(url: str) -> AsyncEngine:
    """An engine for the address; connects at first use."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS}
        )
    engine = create_async_engine(url)
    _tame_sqlite(engine)
    return engine


async def upgrade(engine: AsyncEngine) -> None:
    """Run every migration that has not run yet."""
    _make_folder(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, config)


def _upgrade(connection: sa.Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_folder(engine: AsyncEngine) -> None:
    file = make_url(engine.url).database
    if engine.dialect.name == "sqlite" and file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _tame_sqlite(engine: AsyncEngine) -> None:
    @sa.event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver would begin a transaction only at the first write; we begin it ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")
