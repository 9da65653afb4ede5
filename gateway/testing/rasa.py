"""A Rasa that answers, is slow, fails and is down as a test says."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx2

from gateway.conversation import Mode, Turn
from gateway.store import now

Messages = list[dict[str, Any]]


def echo(text: str) -> Messages:
    return [{"recipient_id": "someone", "text": f"Bạn hỏi: {text}"}]


def a_turn(text: str = "xin chào", *, attempts: int = 1) -> Turn:
    return Turn(
        id=1,
        conversation="portal:someone",
        channel="portal",
        text=text,
        message_id="m1",
        mode=Mode.BOT,
        rasa_session="session",
        attempts=attempts,
        lease="lease",
        received_at=now(),
    )


class FakeRasa:
    """Rasa's REST channel: answers, is slow, fails and is down as told, and notes what it saw."""

    def __init__(self, answer: Callable[[str], Messages] = echo) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.seconds = 0.0
        self.is_down = False
        self.response: httpx2.Response | None = None  # Instead of an answer.
        self.most_at_once: Counter[str] = Counter()  # By sender; "" counts all of them.
        self._now: Counter[str] = Counter()

    def http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.MockTransport(self._handle), base_url="http://rasa"
        )

    @property
    def texts(self) -> list[str]:
        return [body["message"] for body in self.asked]

    @property
    def senders(self) -> list[str]:
        return [body["sender"] for body in self.asked]

    async def _handle(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_down:
            raise httpx2.ConnectError("refused")
        if request.method == "GET":
            return httpx2.Response(200, text="Hello from Rasa: 3.6.21")
        body = json.loads(request.content)
        self.asked.append(body)
        await self._take_time(body["sender"])
        return self.response or httpx2.Response(200, json=self.answer(body["message"]))

    async def _take_time(self, sender: str) -> None:
        for name in (sender, ""):
            self._now[name] += 1
            self.most_at_once[name] = max(self.most_at_once[name], self._now[name])
        try:
            await asyncio.sleep(self.seconds)
        finally:
            for name in (sender, ""):
                self._now[name] -= 1
