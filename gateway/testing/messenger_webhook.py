"""Messenger's side of the webhook: signs, waits for an answer, comes again, gives up."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from gateway.channels.messenger_signature import HEADER, signature_of
from gateway.testing.messenger_items import Item
from gateway.testing.messenger_phone import Faults

PATH = "/webhooks/messenger"
# "Immediately, then a few more times with decreasing frequency"; Messenger gives up after about an
# hour, other products of Meta's after 36. Meta documents no numbers.
LADDER = (0.0, 30.0, 120.0, 600.0, 1200.0, 1800.0)
DEADLINE = 5.0  # Newer texts; an older one says 20.


@dataclass(frozen=True)
class Delivery:
    """One call of the webhook. `status` is 0 when no answer came in time."""

    items: int
    status: int
    seconds: float
    attempt: int


@dataclass
class Webhook:
    """`pace` scales the waits between tries; the deadline is a real one."""

    http: httpx2.AsyncClient
    page_id: str
    secret: str
    faults: Faults
    pace: float = 1.0
    deadline: float = DEADLINE
    ladder: Sequence[float] = LADDER
    batch: int = 1000  # Most items in one call.
    entries: int = 1  # Over how many entries the items of a call are spread.
    is_subscribed: bool = True
    deliveries: list[Delivery] = field(default_factory=list)
    _waiting: list[Item] | None = None
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def tell(self, *items: Item, listed: str = "messaging") -> None:
        """Returns after the first try; what fails is tried again beside."""
        if self._waiting is not None and listed == "messaging":
            self._waiting += items
            return
        for start in range(0, len(items), self.batch):
            body = self.body(items[start : start + self.batch], listed=listed)
            for _ in range(1 + self.faults.duplicate):
                await self._try(body, len(items))

    def tell_beside(self, *items: Item) -> None:
        """While the caller goes on."""
        self.beside(self.tell(*items))

    def beside(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    @asynccontextmanager
    async def batched(self) -> AsyncIterator[None]:
        """What is told meanwhile comes in one call."""
        waiting: list[Item] = []
        self._waiting = waiting
        try:
            yield
        finally:
            self._waiting = None
        await self.tell(*(reversed(waiting) if self.faults.reorder else waiting))

    async def settle(self) -> None:
        """Until nothing is under way any more."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def close(self) -> None:
        for task in set(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def body(self, items: Sequence[Item], *, listed: str = "messaging") -> bytes:
        """As Meta writes it: letters beyond ASCII and slashes escaped."""
        size = -(-len(items) // self.entries)
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        moment = int(time.time() * 1000)
        entries = [{"id": self.page_id, "time": moment, listed: list(part)} for part in parts]
        return json.dumps({"object": "page", "entry": entries}).replace("/", "\\/").encode()

    async def post(self, body: bytes, *, signature: str | None = None) -> int:
        """One call with this body; 0 when no answer came in time."""
        headers = {HEADER: signature or signature_of(body, self.secret)}
        call = asyncio.ensure_future(self.http.post(PATH, content=body, headers=headers))
        self._running.add(call)
        call.add_done_callback(self._running.discard)
        await asyncio.wait({call}, timeout=self.deadline)
        if not call.done() or isinstance(call.exception(), httpx2.HTTPError):
            return 0  # The gateway may still be at it: Meta has just stopped waiting.
        return call.result().status_code

    async def _try(self, body: bytes, items: int, attempt: int = 0) -> None:
        if not self.is_subscribed:
            return
        begun = time.perf_counter()
        status = await self.post(body)
        seconds = time.perf_counter() - begun
        self.deliveries.append(Delivery(items, status, seconds, attempt))
        if status == 200:
            return
        if attempt == len(self.ladder):
            self.is_subscribed = False
            return
        self.beside(self._again(body, items, attempt))

    async def _again(self, body: bytes, items: int, attempt: int) -> None:
        await asyncio.sleep(self.ladder[attempt] * self.pace)
        await self._try(body, items, attempt + 1)
