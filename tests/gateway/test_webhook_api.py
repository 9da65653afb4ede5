"""What providers call: proof first, everything kept before the 200, and nothing else done in it."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from gateway.database import open_database
from gateway.settings import Settings
from gateway.tables import event, metadata
from gateway.testing import FakeRasa
from tests.gateway.conftest import Clock
from tests.gateway.paper import Post, entry, posting, proof


@pytest.fixture
async def post(settings: Settings, rasa: FakeRasa, clock: Clock) -> AsyncIterator[Post]:
    async with posting(settings, rasa, clock) as post:
        yield post


@pytest.fixture
async def idle(settings: Settings, rasa: FakeRasa, clock: Clock) -> AsyncIterator[Post]:
    """Nothing is worked: only what is kept can be seen."""
    async with posting(settings, rasa, clock, is_working=False) as post:
        yield post


async def kept(settings: Settings) -> list[str]:
    database = open_database(settings.database_url)
    keys = await database.read(
        lambda connection: list(connection.scalars(sa.select(event.c.event_key).order_by("id")))
    )
    await database.close()
    return keys


def counted(post: Post, line: str) -> bool:
    return line in post.parts.metrics.text().decode()


async def test_a_message_is_answered(post: Post) -> None:
    await post.write("khai sinh ở đâu")

    await post.answered("khai sinh ở đâu")


async def test_every_event_of_a_call_is_kept_in_its_order(idle: Post, settings: Settings) -> None:
    batch = [entry(text=text) for text in ("một", "hai", "ba")]

    assert await idle.bring(*batch) == 200

    assert await kept(settings) == [one["id"] for one in batch]


async def test_a_malformed_entry_loses_nothing_beside_it(post: Post) -> None:
    status = await post.bring(entry(text="một"), {"what": "ever"}, entry(text="ba"))

    assert status == 200
    await post.answered("một")
    await post.answered("ba")
    assert counted(post, 'gateway_events_total{channel="paper",kind="unknown"} 1.0')


@pytest.mark.parametrize("times", [1, 3])
async def test_a_replay_is_kept_and_answered_once(
    post: Post, rasa: FakeRasa, settings: Settings, times: int
) -> None:
    same = entry(text="một")
    for _ in range(times):
        assert await post.bring(same, same) == 200
    await post.answered("một")
    assert await post.bring(same) == 200
    await post.settled()

    assert rasa.texts == ["một"]
    assert await kept(settings) == [same["id"]]


async def test_a_wrong_proof_keeps_nothing(idle: Post, settings: Settings) -> None:
    body = json.dumps([entry(text="giả")]).encode()

    statuses = [
        await idle.call(body, {}),
        await idle.call(body, {"X-Proof": proof(b"other")}),
        await idle.call(body.replace(b"an", b"ab", 1), {"X-Proof": proof(body)}),
    ]

    assert statuses == [403, 403, 403]
    assert await kept(settings) == []
    assert counted(idle, 'gateway_webhook_calls_total{channel="paper",outcome="rejected"} 3.0')


async def test_a_genuine_call_that_cannot_be_read_does_not_come_again(
    idle: Post, settings: Settings
) -> None:
    with capture_logs() as logs:
        status = await idle.call(b'{"text": "0912345678')

    assert status == 200
    assert counted(idle, 'gateway_webhook_calls_total{channel="paper",outcome="malformed"} 1.0')
    assert "0912345678" not in str(logs)
    assert await kept(settings) == []


@pytest.mark.parametrize("told", [True, False])
async def test_ten_megabytes_are_not_read_to_their_end(idle: Post, told: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"0" * 2**20

    body = b"0" * 10 * 2**20 if told else chunks()
    response = await idle.http.post("/webhooks/paper", content=body)

    assert response.status_code == 413
    assert counted(idle, 'gateway_webhook_calls_total{channel="paper",outcome="too_large"} 1.0')


@pytest.mark.parametrize("name", ["portal", "zalo", "nobody", "paper/more", "a" * 50])
async def test_what_is_not_served_is_not_there(idle: Post, name: str) -> None:
    body = json.dumps([entry(text="một")]).encode()

    response = await idle.http.post(
        f"/webhooks/{name}", content=body, headers={"X-Proof": proof(body)}
    )

    assert response.status_code in (404, 422)
    assert response.status_code == 404 or len(name) > 40


async def test_without_a_database_it_is_to_come_again(idle: Post, settings: Settings) -> None:
    Path(settings.database_url.removeprefix("sqlite+aiosqlite:///")).unlink()

    assert await idle.bring(entry(text="một")) == 503


async def test_receipts_are_counted_and_not_kept(idle: Post, settings: Settings) -> None:
    await idle.bring(entry("receipt"), entry("receipt", seen=True), entry("receipt", seen=True))

    assert await kept(settings) == []
    assert counted(idle, 'gateway_receipts_total{channel="paper",kind="got"} 1.0')
    assert counted(idle, 'gateway_receipts_total{channel="paper",kind="seen"} 2.0')


async def test_the_answer_does_not_wait_for_the_bot(post: Post, rasa: FakeRasa) -> None:
    rasa.seconds = 5.0

    began = time.monotonic()
    await post.write("một")

    assert time.monotonic() - began < 2.0


async def test_health_tells_when_a_provider_last_brought_something(
    post: Post, clock: Clock
) -> None:
    before = (await post.http.get("/healthz")).json()["last_event_seconds"]
    await post.write("một")

    after = (await post.http.get("/healthz")).json()["last_event_seconds"]

    assert before == {"paper": None}
    assert 0 <= after["paper"] < 60
    assert counted(post, "gateway_last_event_timestamp_seconds")


async def test_names_that_do_not_fit_are_survived(post: Post, settings: Settings) -> None:
    long = entry(text="một", id="k" * 500)
    strange = entry(text="hai", user="a" * 300)
    blank = entry(text="ba", user="a\x00 b")

    assert await post.bring(long, strange, blank, entry(text="bốn", user="binh")) == 200

    await post.answered("một")
    await post.answered("bốn", "binh")
    assert await post.bring(long) == 200
    await post.settled()
    assert len(await kept(settings)) == 4


async def test_what_was_worked_is_kept_without_personal_data(
    post: Post, settings: Settings
) -> None:
    await post.write("gọi tôi số 0912345678")
    await post.bring(entry("acted", info={"name": "Nguyễn Văn An"}))
    await post.settled()

    database = open_database(settings.database_url)
    rows = await database.read(
        lambda connection: str(
            [row for table in metadata.sorted_tables for row in connection.execute(table.select())]
        )
    )
    await database.close()
    assert "0912345678" not in rows
    assert "Nguyễn Văn An" not in rows
    assert datetime.now(UTC).strftime("%Y") in rows
