"""How the fake Zalo calls the webhook: signed, two seconds to answer, a ladder of tries."""

import asyncio
import hashlib
import json
import time
from typing import Any

import httpx2

from gateway.testing.zalo_phone import Delivery
from gateway.testing.zalo_state import ZaloState

DEADLINE_SECONDS = 2.0
LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)

Event = dict[str, Any]


class ZaloHooks:
    def __init__(
        self, state: ZaloState, http: httpx2.AsyncClient, *, pace: float, path: str
    ) -> None:
        self._state = state
        self._http = http
        self._pace = pace
        self._path = path
        self._held: Event | None = None
        self.deadline_seconds = DEADLINE_SECONDS
        self.deliveries: list[Delivery] = []
        self.is_subscribed = True  # After the last try in vain somebody must switch it on again.

    async def deliver(self, event: Event) -> None:
        """The first try; what fails is tried again beside."""
        if self._state.reorder and self._held is None:
            self._held = event
            return
        await self._first_try(event)
        await self.release()

    async def release(self) -> None:
        """What was held back to be overtaken."""
        held, self._held = self._held, None
        if held:
            await self._first_try(held)

    def sign(self, body: bytes, timestamp: str) -> dict[str, str]:
        """The headers of a genuine call."""
        settings = self._state.settings
        whose, _, where = self._state.variant.partition("-")
        headers = {"Content-Type": "application/json"}
        if where == "header":  # Another moment than the body's, to tell them apart.
            timestamp = str(int(timestamp) + 7)
            headers["X-ZEvent-Timestamp"] = timestamp
        identity = settings.app_id if whose == "app" else settings.oa_id
        joined = identity.encode() + body + timestamp.encode() + settings.oa_secret.encode()
        headers["X-ZEvent-Signature"] = f"mac={hashlib.sha256(joined).hexdigest()}"
        return headers

    async def _first_try(self, event: Event) -> None:
        if not self.is_subscribed:
            return
        for _ in range(1 + self._state.duplicate):
            if not await self._call(event, retry=0):
                self._state.later(self._try_again(event))

    async def _try_again(self, event: Event) -> None:
        for retry, seconds in enumerate(LADDER, start=1):
            await asyncio.sleep(seconds * self._pace)
            if await self._call(event, retry=retry):
                return
        self.is_subscribed = False

    async def _call(self, event: Event, *, retry: int) -> bool:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self.sign(body, event["timestamp"]) | ({"num_retry": str(retry)} if retry else {})
        begun, status = time.perf_counter(), None
        try:
            async with asyncio.timeout(self.deadline_seconds):
                response = await self._http.post(self._path, content=body, headers=headers)
            status = response.status_code
        except (TimeoutError, httpx2.HTTPError):
            pass
        seconds = time.perf_counter() - begun
        self.deliveries.append(Delivery(event["event_name"], status, seconds, retry))
        return status == 200
