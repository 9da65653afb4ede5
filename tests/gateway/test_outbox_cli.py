"""Replies that citizens did not get, as the operator and the monitoring see them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.__main__ import app
from gateway.channels.base import Broken, Held, Later, Refused
from gateway.database import Database, open_database, upgrade
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.outbox_rows import revived
from gateway.store import Store
from gateway.tables import Told
from gateway.tables import outbox as table
from tests.gateway.conftest import Clock
from tests.gateway.scripted import ScriptedChannel, drain, failing, send, told


async def with_trouble(database: Database, clock: Clock) -> ScriptedChannel:
    """One reply sent, two dead, one held, one waiting."""
    channel = ScriptedChannel(clock)
    outbox = Outbox(database, {"zalo": channel}, Metrics(), clock=clock)
    store = Store(database, clock=clock)
    await send(outbox, await told(store, "tới nơi", user="a"))
    fates = [Refused("-201"), Refused("-201"), Held("-230"), Later("500")]
    for user, outcome in zip("bcde", fates, strict=True):
        channel.fates = [failing(outcome)]
        await send(outbox, await told(store, f"của {user}", user=user))
    return channel


@pytest.fixture
def run(tmp_path: Path, clock: Clock) -> Callable[..., str]:
    url = f"sqlite+aiosqlite:///{tmp_path}/gateway.db"

    async def prepare() -> None:
        database = open_database(url)
        await database.write(upgrade)
        await with_trouble(database, clock)
        await database.close()

    asyncio.run(prepare())

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["outbox", *arguments], env={"GATEWAY_DATABASE_URL": url})
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_tells_what_was_not_sent_by_channel_state_and_reason(run: Callable[..., str]) -> None:
    lines = run().splitlines()

    assert [line.split(",")[0] for line in lines] == [
        "zalo: 2 dead (-201)",
        "zalo: 1 held (-230)",
        "zalo: 1 waiting (500)",
    ]
    assert all("the oldest of 2" in line for line in lines)


def test_tries_again_what_was_given_up_of_one_channel(run: Callable[..., str]) -> None:
    others = run("retry", "--channel", "messenger")

    ours = run("retry", "--channel", "zalo")

    assert (others.strip(), ours.strip()) == (
        "0 replies are tried again.",
        "2 replies are tried again.",
    )
    assert "dead" not in run()


async def test_what_is_tried_again_goes_out(database: Database, clock: Clock) -> None:
    channel = await with_trouble(database, clock)
    revive = revived("zalo", clock())
    await database.write(lambda connection: connection.execute(revive))

    await drain(Outbox(database, {"zalo": channel}, Metrics(), clock=clock))

    assert {"của b", "của c"} < {text for _, text in channel.sent}
    left = sa.select(sa.func.count()).where(table.c.state == Told.DEAD)
    assert await database.read(lambda connection: connection.scalar(left)) == 0


async def test_metrics_tell_what_waits_and_for_how_long(database: Database, clock: Clock) -> None:
    channel = await with_trouble(database, clock)
    metrics = Metrics()
    outbox = Outbox(database, {"zalo": channel}, metrics, clock=clock)
    clock.advance(minutes=10)

    await outbox.count()

    text = metrics.text().decode()
    assert 'gateway_outbox_replies{channel="zalo",state="dead"} 2.0' in text
    assert 'gateway_outbox_replies{channel="zalo",state="held"} 1.0' in text
    [oldest] = [line for line in text.splitlines() if line.startswith("gateway_outbox_oldest_s")]
    assert 600 <= float(oldest.split()[-1]) < 660

    await drain(outbox)
    await outbox.count()
    assert "gateway_outbox_oldest_seconds{" not in metrics.text().decode()


async def test_health_says_why_a_channel_is_paused(database: Database, clock: Clock) -> None:
    channel = ScriptedChannel(clock)
    channel.usual = failing(Broken("token"))
    outbox = Outbox(database, {"zalo": channel}, Metrics(), clock=clock)
    before = outbox.states

    await send(outbox, await told(Store(database, clock=clock), "một"))

    assert (before, outbox.states) == ({"zalo": "ok"}, {"zalo": "paused: token"})
