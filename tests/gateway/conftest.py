"""A migrated database, SQLite and PostgreSQL, and the app over it with a Rasa of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from gateway.api import create_app
from gateway.client import GatewayClient
from gateway.database import Database, open_database, upgrade
from gateway.settings import Settings
from gateway.store import Store, now
from gateway.testing import FakeRasa, StreamingTransport
from tests.gateway.zalo_fixtures import fake_zalo, zalo, zalo_metrics, zalo_webhook

__all__ = ["fake_zalo", "zalo", "zalo_metrics", "zalo_webhook"]


class Clock:
    """Real time, which a test can put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self._ahead

    def advance(self, **ahead: float) -> None:
        self._ahead += timedelta(**ahead)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/folder/gateway.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    await database.write(upgrade)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, clock=clock)


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path}/gateway.db",
        hotline="1900 0000",
        poll_seconds=0.2,
        rate_per_session="1000/minute",
    )


@asynccontextmanager
async def running(
    settings: Settings, rasa: FakeRasa, clock: Clock | None = None
) -> AsyncIterator[FastAPI]:
    """The app on a migrated database, its loops at work, as under a server."""
    database = open_database(settings.database_url)
    await database.write(upgrade)
    await database.close()
    app = create_app(settings, rasa_http=rasa.http(), clock=clock or Clock())
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def app(settings: Settings, rasa: FakeRasa, clock: Clock) -> AsyncIterator[FastAPI]:
    async with running(settings, rasa, clock) as app:
        yield app


def browser(app: FastAPI) -> httpx2.AsyncClient:
    """One citizen's browser: it keeps its own cookies."""
    return httpx2.AsyncClient(transport=StreamingTransport(app), base_url="http://portal")


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(app) as http:
        yield http


@pytest.fixture
def citizen(http: httpx2.AsyncClient) -> GatewayClient:
    return GatewayClient(http)
