"""A migrated database, SQLite and PostgreSQL, and the app over it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.api import create_app
from agencies.database import open_engine, upgrade
from agencies.settings import Settings
from agencies.store import AgencyStore
from tests import postgres
from tests.agencies.samples import SMALL, directory_of


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/folder/agencies.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "agencies.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> str:
    """The name of one that was migrated once; to be copied."""
    postgres.execute(postgres_server, "CREATE DATABASE migrated")
    asyncio.run(migrate(f"{postgres_server}/migrated"))
    return "migrated"


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The same database, brought up to date by putting a copy in its place."""
    server, _, name = database_url.rpartition("/")
    if server.startswith("postgresql"):
        template = request.getfixturevalue("migrated_database")
        postgres.execute(server, f"DROP DATABASE {name}")
        postgres.execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    else:
        path = Path(database_url.partition(":///")[2])
        path.parent.mkdir(exist_ok=True)
        shutil.copy(request.getfixturevalue("migrated_file"), path)
    return database_url


@pytest.fixture
async def engine(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(migrated_url)
    yield engine
    await engine.dispose()


async def migrate(url: str) -> None:
    engine = open_engine(url)
    await upgrade(engine)
    await engine.dispose()


@pytest.fixture
def store(engine: AsyncEngine) -> AgencyStore:
    return AgencyStore(engine)


@pytest.fixture
async def loaded(store: AgencyStore) -> AgencyStore:
    await store.replace(directory_of(*SMALL), file="small.yml")
    return store


@pytest.fixture
def app(loaded: AgencyStore) -> FastAPI:
    return create_app(Settings(hotline="1900 0000"), loaded)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as client:
        yield client
