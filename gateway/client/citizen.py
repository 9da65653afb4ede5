"""How other programs talk through the portal as a citizen would."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass(frozen=True)
class Choice:
    """`payload` is what the citizen says by pressing the button called `title`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True)
class Message:
    """One message of the thread; `sender` is citizen, assistant or staff."""

    id: int
    sender: str
    text: str
    choices: tuple[Choice, ...] = ()
    source: Source | None = None
    client_id: str | None = None
    status: str = ""  # How the question ended, as knowledge.client names it; "failed" excuses.
    code: str = ""  # The procedure talked about.
    checklist: dict[str, Any] | None = None  # As gateway.messages.Checklist.
    rateable: bool = False  # Asks whether the answer helped.
    by: str = ""  # Who of the staff says it.
    case: str = ""  # The case it is about.
    answers_case: bool = False  # An answer to it, which can be rated.
    asks: str = ""  # "contact" or "files": what is asked for beside the conversation.


class NotTaken(Exception):
    """The gateway refused the message; `reason` is its code, the text is for the citizen."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason
        self.text = text


class GatewayClient:
    """One citizen's conversation: the cookie that is its key stays in the HTTP client given."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._last = 0

    async def post(self, text: str, *, client_id: str = "") -> str:
        """Send a message and return its client id. Raises NotTaken, httpx2.HTTPError."""
        client_id = client_id or secrets.token_hex(16)
        body = {"text": text, "client_id": client_id}
        response = await self._http.post("/web/v1/messages", json=body)
        if response.is_error:
            raise _not_taken(response)
        return client_id

    async def events(self, after: int = 0) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """The stream as (name, data) pairs: message, typing, ready, gone."""
        headers = {"Last-Event-ID": str(after)}
        timeout = httpx2.Timeout(5.0, read=60.0)  # A heartbeat comes every 15 s.
        async with self._http.stream(
            "GET", "/web/v1/events", headers=headers, timeout=timeout
        ) as response:
            response.raise_for_status()
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield name, json.loads(line.removeprefix("data: "))

    async def ask(self, text: str, *, seconds: float = 30.0) -> list[Message]:
        """Send a message and wait for all that is said to it. Raises TimeoutError as well."""
        client_id = await self.post(text)
        async with asyncio.timeout(seconds), aclosing(self.events(self._last)) as events:
            return await self._replies(events, client_id)

    async def thread(self) -> list[Message]:
        """The conversation from its start."""
        messages = []
        async with aclosing(self.events()) as events:
            async for name, data in events:
                if name == "message":
                    messages.append(read_message(data))
                elif name in ("ready", "gone"):
                    break
        return messages

    async def erase(self) -> None:
        """Start over."""
        (await self._http.delete("/web/v1/conversation")).raise_for_status()
        self._last = 0

    async def _replies(
        self, events: AsyncIterator[tuple[str, dict[str, Any]]], client_id: str
    ) -> list[Message]:
        """What comes after our own message, until the gateway has nothing left to answer."""
        asked, replies = False, []
        async for name, data in events:
            if name == "message":
                message = read_message(data)
                self._last = message.id
                if asked:
                    replies.append(message)
                asked = asked or message.client_id == client_id
            elif name == "typing" and asked and not data["on"]:
                return replies
        raise TimeoutError("the stream ended before the reply")


def read_message(data: dict[str, Any]) -> Message:
    link = data["link"]
    return Message(
        id=data["id"],
        sender=data["sender"],
        text=data["text"],
        choices=tuple(Choice(**button) for button in data["buttons"]),
        source=Source(**link) if link else None,
        client_id=data["client_id"],
        status=data.get("status", ""),
        code=data.get("code", ""),
        checklist=data.get("checklist"),
        rateable=data.get("rateable", False),
        by=data.get("by", ""),
        case=data.get("case", ""),
        answers_case=data.get("answers_case", False),
        asks=data.get("asks") or "",
    )


def _not_taken(response: httpx2.Response) -> Exception:
    try:
        body = response.json()
        return NotTaken(body["error"], body["message"])
    except (ValueError, KeyError, TypeError):
        return NotTaken(f"http_{response.status_code}", response.text[:200])
