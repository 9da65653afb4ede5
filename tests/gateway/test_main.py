"""The gateway as a process: it starts, stops in time, and loses nothing when it is killed."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from gateway.__main__ import app
from gateway.client import GatewayClient, Message
from tests.gateway.processes import GatewayProcess, RasaServer


@pytest.fixture
def rasa() -> Iterator[RasaServer]:
    with RasaServer() as server:
        yield server


@pytest.fixture
def gateway(tmp_path: Path, rasa: RasaServer) -> Iterator[GatewayProcess]:
    gateway = GatewayProcess(
        tmp_path,
        rasa_url=rasa.url,
        GATEWAY_RASA_TIMEOUT_SECONDS="5",
        GATEWAY_TAKEOVER_SECONDS="0.5",
    )
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.kill()


async def test_stops_in_time_although_pages_listen_and_a_turn_is_running(
    gateway: GatewayProcess, rasa: RasaServer
) -> None:
    async with httpx2.AsyncClient(base_url=gateway.url) as http:
        citizen = GatewayClient(http)
        await citizen.ask("một")
        rasa.seconds = 4
        await citizen.post("hai")
        async with http.stream("GET", "/web/v1/events"), http.stream("GET", "/web/v1/events"):
            began = time.monotonic()
            code = await asyncio.to_thread(gateway.stop)

    assert time.monotonic() - began < 5
    assert code == -signal.SIGTERM  # The server ends as told once everything is put away.
    assert "Application shutdown complete." in [line["event"] for line in gateway.log()]
    rasa.seconds = 0
    gateway.start()
    async with httpx2.AsyncClient(base_url=gateway.url, cookies=http.cookies) as http:
        thread = await answered(GatewayClient(http), 4)
    assert [message.text for message in thread[2:]] == ["hai", "Bạn hỏi: hai"]


async def test_killed_in_the_middle_of_a_turn_it_answers_once_after_a_restart(
    gateway: GatewayProcess, rasa: RasaServer
) -> None:
    rasa.seconds = 1
    async with httpx2.AsyncClient(base_url=gateway.url) as http:
        await GatewayClient(http).post("một")
        async with asyncio.timeout(10):
            while not rasa.asked:
                await asyncio.sleep(0.01)
        gateway.kill()
    rasa.seconds = 0
    gateway.start()
    async with httpx2.AsyncClient(base_url=gateway.url, cookies=http.cookies) as http:
        thread = await answered(GatewayClient(http), 2)

    assert [message.text for message in thread] == ["một", "Bạn hỏi: một"]
    assert rasa.asked == ["một", "một"]


async def answered(citizen: GatewayClient, length: int) -> list[Message]:
    async with asyncio.timeout(60):
        while len(thread := await citizen.thread()) < length:
            await asyncio.sleep(0.05)
    return thread


def test_does_not_serve_a_database_that_was_not_migrated(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/gateway.db"

    result = CliRunner().invoke(app, ["serve"], env={"GATEWAY_DATABASE_URL": url})

    assert result.exit_code == 1
    assert "python -m gateway migrate" in result.output


def test_migrates_as_often_as_asked(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/folder/gateway.db"

    results = [
        CliRunner().invoke(app, ["migrate"], env={"GATEWAY_DATABASE_URL": url}) for _ in range(2)
    ]

    assert [result.exit_code for result in results] == [0, 0]
    assert (tmp_path / "folder" / "gateway.db").exists()


async def test_its_log_is_json_without_what_citizens_wrote(gateway: GatewayProcess) -> None:
    async with httpx2.AsyncClient(base_url=gateway.url) as http:
        await GatewayClient(http).ask("căn cước 001099000001")
    await asyncio.to_thread(gateway.stop)

    log = gateway.log()
    assert any(line["event"] == "turn.done" for line in log)
    assert "001099000001" not in str(log)
