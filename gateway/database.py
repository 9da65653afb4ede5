"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 5000
READERS = 4

T = TypeVar("T")
Work = Callable[[sa.Connection], T]


class Database(Protocol):
    """Runs a piece of work in one transaction, and commits it unless it raises."""

    async def read(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T]) -> T: ...

    def insert_if_new(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that does nothing when the row is already there."""
        ...

    async def close(self) -> None: ...


class PostgresDatabase:
    def __init__(self, url: sa.URL) -> None:
        # Errors must not carry what citizens wrote into the logs.
        self._engine = create_async_engine(
            url.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True
        )

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    def insert_if_new(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        return postgresql.insert(table).on_conflict_do_nothing()

    async def close(self) -> None:
        await self._engine.dispose()


class SqliteDatabase:
    """A whole transaction goes to a thread at once.

    An async driver goes there and back for each step, some hundred times in a turn, which costs
    more than all the rest of it. There is one thread for writing, as SQLite has one writer: its
    own way to wait is to sleep, longer each time.
    """

    def __init__(self, url: sa.URL) -> None:
        _make_folder(url)
        engine = sa.create_engine(url.set(drivername="sqlite"), hide_parameters=True)
        _begin_by_ourselves(engine)
        self._reader = engine
        self._writer = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._reading = ThreadPoolExecutor(READERS, "sqlite-read")
        self._writing = ThreadPoolExecutor(1, "sqlite-write")

    async def read(self, work: Work[T]) -> T:
        return await _run(self._reading, self._reader, work)

    async def write(self, work: Work[T]) -> T:
        return await _run(self._writing, self._writer, work)

    def insert_if_new(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        return sqlite.insert(table).on_conflict_do_nothing()

    async def close(self) -> None:
        for threads in (self._writing, self._reading):
            await asyncio.to_thread(threads.shutdown)
        self._reader.dispose()


def open_database(url: str) -> Database:
    """Connects at first use."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return SqliteDatabase(address)
    return PostgresDatabase(address)


def upgrade(connection: sa.Connection) -> None:
    """Run every migration that has not run yet."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: sa.Connection) -> bool:
    """Whether every migration has run."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


async def _run(threads: ThreadPoolExecutor, engine: sa.Engine, work: Work[T]) -> T:
    def transaction() -> T:
        with engine.begin() as connection:
            return work(connection)

    return await asyncio.get_running_loop().run_in_executor(threads, transaction)


def _make_folder(url: sa.URL) -> None:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _begin_by_ourselves(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver would begin a transaction only at the first write.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
