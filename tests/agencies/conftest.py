"""A migrated database, SQLite and PostgreSQL, and the app over it."""

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
from tests.agencies.samples import SMALL, directory_of


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/folder/agencies.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    await upgrade(engine)
    yield engine
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
