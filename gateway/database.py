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

from gateway.lane import Lane

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 5000
READERS = 4

T = TypeVar("T")
Work = Callable[[sa.Connection], T]


class Database(Protocol):
    """Runs a piece of work in one transaction, and commits it unless it raises."""

    async def read(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T], *, first: bool = False) -> T:
        """`first`: before others that wait; for what somebody outside waits for."""
        ...

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

    async def write(self, work: Work[T], *, first: bool = False) -> T:
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
        self._writing = Lane("sqlite-write")

    async def read(self, work: Work[T]) -> T:
        transaction = _transaction(self._reader, work)
        return await asyncio.get_running_loop().run_in_executor(self._reading, transaction)

    async def write(self, work: Work[T], *, first: bool = False) -> T:
        return await self._writing.run(_transaction(self._writer, work), first=first)

    def insert_if_new(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        return sqlite.insert(table).on_conflict_do_nothing()

    async def close(self) -> None:
        await asyncio.to_thread(self._writing.close)
        await asyncio.to_thread(self._reading.shutdown)
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


def _transaction(engine: sa.Engine, work: Work[T]) -> Callable[[], T]:
    def transaction() -> T:
        with engine.begin() as connection:
            return work(connection)

    return transaction


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
        cursor.execute("PRAGMA secure_delete=FAST")  # What is masked or erased leaves no bytes.
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
