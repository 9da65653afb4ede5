"""Random conversations through the portal: whatever a citizen says, every turn keeps the promises
of the design. WALK_TURNS sets how many turns are walked in all, WALK_SEED where they begin; a fault
is shown with what was said before it.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from gateway.client import GatewayClient, Message, NotTaken
from tests.journeys.facts import Records
from tests.journeys.promises import CATALOGUE, HOTLINE, Walk, report
from tests.journeys.walking import Speech, Walker
from tools.trial import Trial

pytestmark = pytest.mark.rasa

TURNS = int(os.environ.get("WALK_TURNS") or 400)
SEED = int(os.environ.get("WALK_SEED") or 20_261_122)
AT_ONCE = 4
REFUSALS = {"empty", "too_long"}


async def wander(url: str, walker: Walker, walk: Walk, turns: int) -> int:
    """One conversation; returns how many turns it took."""
    said: list[str] = []
    replies: Sequence[Message] = ()
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        citizen = GatewayClient(http)
        for _ in range(min(turns, walker.turns)):
            said.append(walker.next(replies))
            began = time.perf_counter()
            replies = await heard(citizen, said[-1])
            walk.look(said, replies, time.perf_counter() - began)
    return len(said)


async def heard(citizen: GatewayClient, text: str) -> Sequence[Message]:
    try:
        return await citizen.ask(text)
    except NotTaken as refusal:
        assert refusal.reason in REFUSALS, refusal
        return (Message(0, "assistant", refusal.text),)
    except TimeoutError:
        return ()  # The walk goes on; no reply is a fault.


@pytest.fixture
def walk() -> Walk:
    return Walk(Records.read(CATALOGUE, hotline=HOTLINE))


async def test_whatever_is_said_every_turn_keeps_the_promises(city: Trial, walk: Walk) -> None:
    speech = Speech.read(walk.records.titles)
    seeds = iter(range(SEED, SEED + TURNS))
    left = TURNS

    async def citizens() -> None:
        nonlocal left
        while left > 0:
            walker = Walker(speech, next(seeds))
            turns = min(left, walker.turns)
            left -= turns
            await wander(city.url("gateway"), walker, walk, turns)

    await asyncio.gather(*(citizens() for _ in range(AT_ONCE)))

    assert len(walk.seconds) == TURNS
    assert not walk.faults, report(walk)
    assert "Traceback" not in log(city), log(city)[-3_000:]


def log(city: Trial) -> str:
    """What the five processes wrote."""
    home = Path(city.environment["KNOWLEDGE_DIR"]).parent
    return (home / "run.log").read_text(encoding="utf-8", errors="replace")
