"""A fake Zalo, and the channel that speaks with it over a migrated database."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from gateway.channels.zalo import ZaloChannel
from gateway.channels.zalo_opening import LIFETIME
from gateway.credentials import Pair
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.store import Clock
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.gateway.zalo_samples import ZALO, a_channel


class Webhook:
    """Instead of a gateway: answers as told, and keeps what came."""

    def __init__(self) -> None:
        self.status = 200
        self.seconds = 0.0
        self.calls: list[httpx2.Request] = []

    def http(self) -> httpx2.AsyncClient:
        transport = httpx2.MockTransport(self._answer)
        return httpx2.AsyncClient(transport=transport, base_url="http://gateway")

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(request)
        await asyncio.sleep(self.seconds)
        return httpx2.Response(self.status)


@pytest.fixture
def zalo_webhook() -> Webhook:
    return Webhook()


@pytest.fixture
async def fake_zalo(zalo_webhook: Webhook, clock: Clock) -> AsyncIterator[FakeZalo]:
    fake = FakeZalo(ZALO, webhook=zalo_webhook.http(), clock=clock, pace=0.0001)
    yield fake
    await fake.close()


@pytest.fixture
def zalo_metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def zalo(
    fake_zalo: FakeZalo, database: Database, clock: Clock, zalo_metrics: Metrics
) -> AsyncIterator[ZaloChannel]:
    """With the pair that a person has brought."""
    channel = a_channel(fake_zalo, database, clock, metrics=zalo_metrics)
    await channel.tokens.bring(Pair(FIRST_ACCESS, FIRST_REFRESH, LIFETIME))
    yield channel
    await channel.close()
