"""Random conversations through the portal: whatever a citizen says, every turn keeps the promises
of the design. WALK_TURNS sets how many turns are walked in all, WALK_SEED where they begin; a fault
is shown with what was said before it.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from evaluation.latency import percentile
from gateway.client import GatewayClient, Message, NotTaken
from tests.journeys.facts import Records
from tests.journeys.walking import Speech, Walker
from tools.trial import Trial
from vietnamese.syllable import parse
from vietnamese.text import has_diacritics
from vietnamese.words import syllables

pytestmark = pytest.mark.rasa

CATALOGUE = Path("data/catalogue.jsonl")
TURNS = int(os.environ.get("WALK_TURNS") or 600)
SEED = int(os.environ.get("WALK_SEED") or 20_261_122)
AT_ONCE = 4
LONGEST_TURN = 3.0  # Seconds.
LEAST_VIETNAMESE = 0.6  # Of the words of a reply; names and links are not.
REFUSALS = {"empty", "too_long"}
FAILED = {"failed", "error_search"}
HOTLINE = "1800 1096"


@dataclass
class Walk:
    """What was seen on all conversations together."""

    records: Records
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def look(self, said: Sequence[str], replies: Sequence[Message], took: float) -> None:
        self.seconds.append(took)
        for message in replies:
            status = message.status or "none"
            self.statuses[status] = self.statuses.get(status, 0) + 1
        found = [*faults(replies), *self._strange(said[-1], replies)]
        if took > LONGEST_TURN:
            found.append(f"took {took:.1f} s")
        self.faults += [f"{fault}\n    after {said[-6:]}" for fault in found]

    def _strange(self, heard: str, replies: Sequence[Message]) -> list[str]:
        text = "\n".join(message.text for message in replies)
        code = next((message.code for message in replies if message.code), "")
        return [
            f"{fault} in {text[:2_000]!r}"
            for fault in self.records.strange(text, code=code, heard=heard)
        ]


def faults(replies: Sequence[Message]) -> list[str]:
    """What no reply may be, whatever it is about."""
    found = [] if replies else ["no reply"]
    for message in replies:
        if not message.text.strip():
            found.append("an empty reply")
        if message.status in FAILED:
            found.append(f"an apology: {message.text[:80]}")
        if not is_vietnamese(message.text):
            found.append(f"not Vietnamese: {message.text[:200]!r}")
        found += [f"a button without words: {each}" for each in message.choices if not each.payload]
    return found


def is_vietnamese(text: str) -> bool:
    """
    >>> is_vietnamese("Bạn cần hỏi thủ tục nào?"), is_vietnamese("Sorry, an error occurred {title}")
    (True, False)
    """
    words = [word for word in syllables(text) if word.isalpha()]
    right = sum(parse(word) is not None for word in words)
    return has_diacritics(text) and right >= LEAST_VIETNAMESE * len(words)


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


def report(walk: Walk) -> str:
    lines = [
        f"{len(walk.faults)} faults in {len(walk.seconds)} turns",
        f"p50 {percentile(walk.seconds, 0.5):.2f} s, p95 {percentile(walk.seconds, 0.95):.2f} s, "
        f"longest {max(walk.seconds):.2f} s",
        f"{walk.statuses}",
        *walk.faults[:30],
    ]
    return "\n".join(lines)


def log(city: Trial) -> str:
    """What the five processes wrote."""
    home = Path(city.environment["KNOWLEDGE_DIR"]).parent
    return (home / "run.log").read_text(encoding="utf-8", errors="replace")
