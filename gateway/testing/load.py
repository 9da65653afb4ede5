"""Many citizens at once on both fake platforms, and whether each of them read what was written.

`make load-channels` runs it beside an installation of its own. What citizens read is held against
the outbox: a part that is missing was lost, one too many was sent twice, another order is wrong.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from gateway.channels.base import Channel
from gateway.database import open_database
from gateway.parts import Parts
from gateway.settings import Settings
from gateway.store import now
from gateway.tables import Asked, Told, inbox, outbox
from gateway.testing.messenger import FakeMessenger
from gateway.testing.platforms import platforms
from gateway.testing.zalo import FakeZalo
from gateway.thread import read_reply

QUESTIONS = Path("evaluation/questions/dev.jsonl")
LOOK_SECONDS = 0.1
PATIENCE = 60.0  # So long a citizen waits for an answer before it counts as none.
TAIL_SECONDS = 30.0  # For what is still on its way at the end.

Fake = FakeZalo | FakeMessenger


@dataclass
class Results:
    turns: list[float] = field(default_factory=list)  # Seconds until the first words of the answer.
    unanswered: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0


@dataclass(frozen=True)
class Citizen:
    platform: Fake
    channel: Channel
    user: str

    @property
    def conversation(self) -> str:
        return f"{self.channel.name}:{self.user}"

    def read(self) -> list[tuple[str, datetime]]:
        """What the page said, in the order of the phone."""
        shown = self.platform.phones.get(self.user, ())
        return [(one.text, one.at) for one in shown if one.by == "page"]

    async def chat(self, questions: Sequence[str], *, until: datetime, pause: float) -> Results:
        """Ask, read, think, ask again."""
        results, chance = Results(), random.Random(self.user)  # noqa: S311
        await asyncio.sleep(chance.uniform(0, pause))
        while now() < until:
            before, asked = len(self.read()), now()
            await self.platform.write(self.user, chance.choice(questions))
            while len(self.read()) == before and now() < asked + timedelta(seconds=PATIENCE):
                await asyncio.sleep(LOOK_SECONDS)
            answers = self.read()[before:]
            if answers:
                results.turns.append((answers[0][1] - asked).total_seconds())
            else:
                results.unanswered += 1
            await asyncio.sleep(chance.uniform(0.5 * pause, 1.5 * pause))
        return results


def compare(told: Sequence[str], read: Sequence[str], results: Results) -> None:
    """What the outbox says was sent, and what a phone shows."""
    missing = Counter(told) - Counter(read)
    results.lost += missing.total()
    results.doubled += (Counter(read) - Counter(told)).total()
    results.out_of_order += (
        not missing and sorted(told) == sorted(read) and list(told) != list(read)
    )


async def run(port: int, gateway_url: str, conversations: int, seconds: float, pause: float) -> int:
    settings = Settings()
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [one["question"] for one in map(json.loads, lines) if "question" in one]
    channels = Parts(settings).channels
    async with platforms(gateway_url, port) as (zalo, messenger):
        citizens = [
            Citizen(zalo, channels["zalo"], f"30000000000000{place:04}")
            if place % 2
            else Citizen(messenger, channels["messenger"], f"40000000000000{place:04}")
            for place in range(conversations)
        ]
        until = now() + timedelta(seconds=seconds)
        each = await asyncio.gather(
            *(citizen.chat(questions, until=until, pause=pause) for citizen in citizens)
        )
        await asyncio.sleep(TAIL_SECONDS)
        results = Results(
            turns=[turn for one in each for turn in one.turns],
            unanswered=sum(one.unanswered for one in each),
        )
        unworked = await hold_against_outbox(settings, citizens, results)
        report(conversations, seconds, results, unworked, (zalo, messenger))
    return int(bool(results.lost or results.doubled or results.out_of_order or unworked))


async def hold_against_outbox(
    settings: Settings, citizens: Iterable[Citizen], results: Results
) -> int:
    """Adds up what was lost, doubled, out of order; returns messages that were never worked."""
    database = open_database(settings.database_url)

    def rows(connection: sa.Connection) -> Sequence[sa.RowMapping]:
        sent = sa.select(outbox).where(outbox.c.state != Told.WITHHELD)
        return connection.execute(sent.order_by(outbox.c.sequence)).mappings().all()

    def new(connection: sa.Connection) -> int:
        count = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == Asked.NEW)
        return connection.scalar(count) or 0

    told: dict[str, list[Any]] = {}
    for row in await database.read(rows):
        told.setdefault(row["conversation"], []).append(read_reply(row["reply"]))
    for citizen in citizens:
        replies = told.get(citizen.conversation, [])
        parts = [part.text for reply in replies for part in citizen.channel.parts(reply)]
        compare(parts, [text for text, _ in citizen.read()], results)
    unworked = await database.read(new)
    await database.close()
    return unworked


def report(
    conversations: int, seconds: float, results: Results, unworked: int, fakes: Iterable[Fake]
) -> None:
    calls = [call.seconds for fake in fakes for call in fake.deliveries]
    answered = len(results.turns)
    lines = (
        f"{conversations} conversations, {seconds:.0f} s, {answered} answered turns "
        f"({answered / seconds:.1f}/s)",
        f"webhook calls {len(calls)}: p50 {at(calls, 0.5):.0f} ms, p95 {at(calls, 0.95):.0f} ms, "
        f"p99 {at(calls, 0.99):.0f} ms, slowest {at(calls, 1):.0f} ms",
        f"turn: p50 {at(results.turns, 0.5):.0f} ms, p95 {at(results.turns, 0.95):.0f} ms",
        f"unanswered {results.unanswered}, unworked {unworked}, lost {results.lost}, "
        f"doubled {results.doubled}, out of order {results.out_of_order}",
    )
    typer.echo("\n".join(lines))


def at(seconds: Sequence[float], share: float) -> float:
    """Milliseconds that `share` of the values do not exceed."""
    ordered = sorted(seconds) or [0.0]
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(
    port: int,
    gateway_url: Annotated[str, typer.Argument()],
    conversations: int = 200,
    seconds: float = 300.0,
    pause: float = 30.0,
) -> None:
    """Fails unless every citizen read everything once and in order."""
    raise typer.Exit(asyncio.run(run(port, gateway_url, conversations, seconds, pause)))


if __name__ == "__main__":
    typer.run(main)
