"""A provider that does what a test says: parts, faults, echoes; and replies on their way to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from gateway.channels.base import (
    Event,
    Finding,
    Kind,
    Later,
    Outcome,
    Part,
    Sent,
    Way,
)
from gateway.conversation import Author, Delivery, Turn
from gateway.messages import Button, Incoming, Reply
from gateway.outbox import Outbox
from gateway.store import Clock, Store

NOTICE = "Có câu trả lời cho bạn."
_numbers = count(1)


@dataclass(frozen=True)
class Fate:
    """What becomes of one call."""

    outcome: Outcome | None = None  # None: sent.
    arrives: bool = True
    seconds: float = 0.0


TIMEOUT = Later("timeout", in_doubt=True)
ANSWER_LOST = Fate(TIMEOUT)
NEVER_CAME = Fate(TIMEOUT, arrives=False)


def failing(outcome: Outcome) -> Fate:
    return Fate(outcome, arrives=False)


class ScriptedChannel:
    """Cuts a reply at "|". `fates` go first; after them every call is `usual`."""

    name: ClassVar[str] = "zalo"
    echoes: ClassVar[bool] = True
    file_hosts: tuple[str, ...] = ()
    rate: str = ""

    def __init__(self, clock: Clock, *, marks: bool = True) -> None:
        """Echoes have the mark, or only the text."""
        self._clock = clock
        self._marks = marks
        self.fates: list[Fate] = []
        self.usual = Fate()
        self.ways: Callable[[bool, timedelta | None], Way] = lambda by_person, since: Way.DIRECT
        self.sent: list[tuple[str, str]] = []  # What citizens see.
        self.said: list[Way] = []  # How it went out.
        self.calls = 0
        self.at_once = self.most_at_once = 0
        self.echoed: list[Event] = []  # Not delivered yet.
        self.hear: Callable[[str, Event], Awaitable[object]] | None = None  # Before a call returns.
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def seen(self, user: str = "an") -> list[str]:
        return [text for one, text in self.sent if one == user]

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        raise NotImplementedError

    def read(self, raw: dict[str, Any]) -> Event:
        raise NotImplementedError

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        return tuple(Part(text) for text in reply.text.split("|"))

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        return ()

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        return self.ways(by_person, since_act)

    def notice(self, reply: Reply) -> Part | None:
        return Part(NOTICE)

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        self.before()
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        fate = self.fates.pop(0) if self.fates else self.usual
        try:
            await asyncio.sleep(fate.seconds)
            provider_id = f"mid{next(_numbers)}"
            if fate.arrives:
                await self._arrive(user, part, mark, way, provider_id)
            self.after()
        finally:
            self.at_once -= 1
        return fate.outcome or Sent(provider_id)

    async def _arrive(self, user: str, part: Part, mark: str, way: Way, key: str) -> None:
        self.sent.append((user, part.text))
        self.said.append(way)
        mark = mark if self._marks else ""
        echo = Event(Kind.ECHO, user, key, self._clock(), part.text, mark=mark)
        if self.hear:
            await self.hear(self.name, echo)
        else:
            self.echoed.append(echo)

    async def check(self) -> tuple[Finding, ...]:
        return ()

    async def close(self) -> None:
        pass


async def asked_there(store: Store, user: str = "an") -> Turn:
    """Somebody has written through the provider, and it is being answered."""
    await store.accept(Incoming("zalo", user, "xin chào", f"z{next(_numbers)}"))
    turn = await store.claim_turn()
    assert turn is not None
    return turn


async def told(
    store: Store, *texts: str, user: str = "an", author: Author = Author.BOT
) -> list[Delivery]:
    """The answer to a message is written; what its writer is to send now."""
    turn = await asked_there(store, user)
    replies = [Reply(text, by="Bà Hoa" if author is Author.STAFF else "") for text in texts]
    deliveries = await store.finish_turn(turn, replies, author)
    assert deliveries is not None
    return deliveries


async def send(outbox: Outbox, deliveries: list[Delivery]) -> None:
    """As its writer does."""
    await outbox.deliver(deliveries, seconds=30)


async def drain(outbox: Outbox) -> None:
    """All that is due now."""
    while await outbox.deliver_next():
        pass


async def echo(outbox: Outbox, channel: ScriptedChannel) -> list[bool]:
    """The provider delivers the echoes of what was said."""
    echoes, channel.echoed = channel.echoed, []
    return [await outbox.heard(channel.name, event) for event in echoes]


def by_person(user: str, text: str, at: datetime) -> Event:
    """Somebody wrote it in the provider's inbox."""
    return Event(Kind.ECHO, user, f"p{next(_numbers)}", at, text, by_person=True)
