"""The outbox beside the app: it begins and ends with it, and tells how it stands."""

import asyncio
from datetime import UTC, datetime

import httpx2
import pytest

from agencies.api import create_app
from agencies.outbox.process import OutboxProcess, _repeat
from agencies.outbox.results import Hooks
from agencies.outbox.settings import OutboxSettings
from agencies.outbox.writing import Kind
from agencies.senders.base import Refused
from agencies.senders.opening import open_senders
from agencies.senders.testing import FakeReaders, FakeSender
from agencies.senders.webhook import UnreadableEndpoints
from agencies.settings import Settings
from tests.agencies.outbox.samples import forward, mark_forwarded, put, states


@pytest.fixture
def sender():
    return FakeSender()


@pytest.fixture
def open_process(cases, sender):
    def open_(**settings):
        known = OutboxSettings(poll_seconds=0.02, **settings)
        return OutboxProcess(known, cases, {Kind.EMAIL: sender}, Hooks(sent=mark_forwarded))

    return open_


async def until(engine, wanted):
    async with asyncio.timeout(20):
        while await states(engine) != wanted:
            await asyncio.sleep(0.02)


async def test_sends_while_the_app_runs(cases, loaded, open_process):
    app = create_app(Settings(), loaded, outbox=open_process())

    async with app.router.lifespan_context(app):
        await put(cases, forward(1), at=datetime.now(UTC))
        await until(cases, ["sent"])


async def test_where_another_replica_sends_nothing_goes_out(cases, sender, open_process):
    await put(cases, forward(1))

    async with open_process(enabled=False).running():
        await asyncio.sleep(0.1)

    assert sender.tries == []


async def test_a_loop_survives_whatever_its_work_does():
    done = []

    async def work():
        done.append(len(done))
        if len(done) < 3:
            raise IndexError("a fault of ours")

    task = asyncio.create_task(_repeat(work, 0.0))
    async with asyncio.timeout(5):
        while len(done) < 4:
            await asyncio.sleep(0)
    task.cancel()

    assert done[:4] == [0, 1, 2, 3]


async def test_the_metrics_page_tells_what_is_left(cases, loaded, open_process):
    outbox = open_process()
    app = create_app(Settings(), loaded, outbox=outbox)
    await put(cases, forward(1), forward(2), forward(3))
    [leased] = await outbox.worker._leases.claim([Kind.EMAIL], limit=1)
    await outbox.worker._results.keep(leased, Refused("smtp 550"))

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
        page = (await http.get("/metrics")).text

    assert 'agencies_outbox_deliveries{kind="email",state="waiting"} 2.0' in page
    assert 'agencies_outbox_deliveries{kind="email",state="dead"} 1.0' in page
    assert "agencies_outbox_oldest_seconds" in page


async def test_bounces_are_taken_by_the_app_when_there_is_a_token(loaded, open_process):
    app = create_app(Settings(), loaded, outbox=open_process(bounce_token="mot mat khau"))

    assert "/bounces" in {getattr(route, "path", "") for route in app.routes}


async def test_there_is_a_sender_for_every_kind():
    senders = open_senders({}, FakeReaders())

    assert set(senders) == set(Kind)
    for sender in senders.values():
        await sender.close()


def test_a_faulty_file_of_webhooks_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("AGENCIES_WEBHOOK_ENDPOINTS", str(tmp_path / "none.yml"))

    with pytest.raises(UnreadableEndpoints):
        open_senders({}, FakeReaders())
