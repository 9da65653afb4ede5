"""A webhook is answered, and then the gateway dies: at one step after the other.

KILL_EVERY=1 tries every step; the default takes some of them, from the first to the last.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx2
import pytest

from gateway.database import open_database, upgrade
from gateway.settings import Settings
from gateway.testing import Messages
from gateway.testing.messenger import FakeMessenger
from gateway.testing.platforms import CITIZENS, platforms
from gateway.testing.zalo import FakeZalo
from tests.gateway.processes import RasaServer, free_port
from tools.demo import settings as shared_settings

KILL_EVERY = int(os.environ.get("KILL_EVERY") or 29)
PACE = 0.005  # Of the platforms' ladders: Zalo calls again after 0.15 s instead of 30.
# The next gateway's clock is so far ahead that the dead one's leases are over.
AHEAD = 61.0
ECHO_SECONDS = 4.5  # Until then the platforms have called the next gateway.
SECONDS = 45.0  # Longer than a lease.
QUIET_SECONDS = 0.5
WORDS = ("khai sinh", "tạm trú")


def two_answers(text: str) -> Messages:
    return [{"text": f"Một: {text}"}, {"text": f"Hai: {text}"}]


class Killed:
    """The process that the gateways are forks of."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def begin(cls, environment: Mapping[str, str]) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.gateway.killing",
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    async def say(self, *words: object) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        await self._process.stdin.drain()
        return (await self._process.stdout.readline()).decode().strip()

    async def is_dead(self) -> bool:
        return await self.say("is_dead") == "dead"

    async def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()


@dataclass(frozen=True)
class Phones:
    """One citizen on each platform, who asks two questions in a row."""

    fakes: Mapping[str, FakeZalo | FakeMessenger]

    async def write(self) -> None:
        for word in WORDS:
            await asyncio.gather(*(fake.write(user, word) for user, fake in self.fakes.items()))

    def read(self) -> dict[str, list[str]]:
        """The answers, in the order of the phone; what else is said has words of its own."""
        return {
            user: [text for text in fake.read_by(user) if text.startswith(("Một:", "Hai:"))]
            for user, fake in self.fakes.items()
        }

    def expected(self) -> dict[str, list[str]]:
        answers = [message["text"] for word in WORDS for message in two_answers(word)]
        return dict.fromkeys(self.fakes, answers)

    async def are_complete(
        self, seconds: float, unless: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        """Wait so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(len(texts) < 2 * len(WORDS) for texts in self.read().values()):
                    if unless and await unless():
                        return
                    await asyncio.sleep(0.05)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the gateways and the platforms share; this process plays the platforms."""
    shared = {
        **shared_settings(free_port()),
        "GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/gateway.db",
        "GATEWAY_PORT": str(free_port()),
        "GATEWAY_CREDENTIALS_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "GATEWAY_RASA_TIMEOUT_SECONDS": "5",
        "GATEWAY_TAKEOVER_SECONDS": "5",
        "GATEWAY_POLL_SECONDS": "0.5",
        "GATEWAY_ECHO_SECONDS": str(AHEAD + ECHO_SECONDS),
        "GATEWAY_MISSED_ECHO_SECONDS": str(ECHO_SECONDS),
        "GATEWAY_RATE_PER_SESSION": "1000/minute",
    }
    for name, value in shared.items():
        monkeypatch.setenv(name, value)
    return shared


async def test_a_kill_at_any_step_loses_nothing_and_says_nothing_twice(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    url = f"http://127.0.0.1:{environment['GATEWAY_PORT']}"
    port = httpx2.URL(environment["ZALO_API_URL"]).port or 0
    deaths = 0
    with RasaServer(two_answers) as rasa:
        killed = await Killed.begin({**environment, "RASA_URL": rasa.url})
        for step in itertools.count(1, KILL_EVERY):
            await begin_anew(tmp_path)
            await killed.say("start", step, 0)
            async with platforms(url, port, pace=PACE) as (zalo, messenger):
                messenger.webhook.deadline /= PACE
                phones = Phones({CITIZENS["zalo"]: zalo, CITIZENS["messenger"]: messenger})
                await phones.write()
                died = await dies(killed, phones)
                if died:
                    await killed.say("start", 0, AHEAD)
                    await phones.are_complete(SECONDS)
                    await asyncio.sleep(QUIET_SECONDS)  # Nothing comes after it.
                assert phones.read() == phones.expected(), f"killed at step {step}"
                await killed.say("kill")
            deaths += died
            if not died:
                break
        await killed.end()
    assert deaths * KILL_EVERY > 50


async def begin_anew(folder: Path) -> None:
    """Nothing of an earlier round is in the database."""
    for file in folder.glob("gateway.db*"):
        file.unlink()
    database = open_database(Settings().database_url)
    await database.write(upgrade)
    await database.close()


async def dies(killed: Killed, phones: Phones) -> bool:
    """False when it has said everything, and lives a while after."""
    await phones.are_complete(SECONDS, unless=killed.is_dead)
    await asyncio.sleep(QUIET_SECONDS)
    return await killed.is_dead()
