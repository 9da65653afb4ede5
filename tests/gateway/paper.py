"""A provider of letters on paper: as much of one as the gateway's own part needs to be tested."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import httpx2

from gateway.api import create_app
from gateway.channels.base import (
    Attachment,
    Event,
    Finding,
    Kind,
    MalformedWebhook,
    Outcome,
    Part,
    Position,
    RejectedWebhook,
    Sent,
    Way,
)
from gateway.database import open_database, upgrade
from gateway.messages import Button, Reply
from gateway.parts import Parts
from gateway.settings import Settings
from gateway.tables import event, inbox, outbox
from gateway.testing import FakeRasa
from tests.gateway.conftest import Clock

SECRET = b"ink"


class PaperChannel:
    name: ClassVar[str] = "paper"
    echoes: ClassVar[bool] = False
    rate = ""
    file_hosts: tuple[str, ...] = ("paper.vn",)

    def __init__(self) -> None:
        self.shown: defaultdict[str, list[str]] = defaultdict(list)
        self.buttons: defaultdict[str, list[Button]] = defaultdict(list)
        self.outcome: Outcome = Sent()
        self.reading: Callable[[dict[str, Any]], None] = lambda _: None  # A test's own fault.

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        if headers.get("x-proof") != proof(body):
            raise RejectedWebhook("paper: bad proof")
        try:
            entries = json.loads(body)
        except ValueError as error:
            raise MalformedWebhook("paper: no JSON") from error
        return [self.read(entry) for entry in entries]

    def read(self, raw: dict[str, Any]) -> Event:
        self.reading(raw)
        place = raw.get("place")
        try:
            return Event(
                Kind(raw["kind"]),
                raw["user"],
                raw["id"],
                datetime.fromtimestamp(raw["at"], UTC),
                raw.get("text", ""),
                attachments=tuple(Attachment(**one) for one in raw.get("attachments", ())),
                position=Position(*place["coordinates"]) if place else None,
                by_person=raw.get("by_person", False),
                seen=raw.get("seen", False),
                raw=raw,
            )
        except (KeyError, ValueError, TypeError):
            return Event(Kind.UNKNOWN, "", proof(str(raw).encode()), datetime.now(UTC), raw=raw)

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        return (Part(reply.text),)

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        return reply.buttons

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        return Way.DIRECT if since_act is not None and since_act < timedelta(days=7) else Way.HOLD

    def notice(self, reply: Reply) -> Part | None:
        return None

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        if isinstance(self.outcome, Sent):
            self.shown[user].append(part.text)
        return self.outcome

    async def check(self) -> tuple[Finding, ...]:
        return ()

    async def close(self) -> None:
        pass


def proof(body: bytes) -> str:
    return hashlib.sha256(SECRET + body).hexdigest()


_numbers = count(1)


def entry(
    kind: str = "message", *, user: str = "an", at: datetime | None = None, **said: Any
) -> dict[str, Any]:
    moment = at or datetime.now(UTC)
    return {
        "kind": kind,
        "user": user,
        "id": f"p{next(_numbers)}",
        "at": moment.timestamp(),
        **said,
    }


class Post:
    """The provider's side: calls the gateway, and shows what citizens got."""

    def __init__(self, http: httpx2.AsyncClient, channel: PaperChannel, parts: Parts) -> None:
        self.http = http
        self.channel = channel
        self.parts = parts

    async def bring(self, *entries: dict[str, Any]) -> int:
        return await self.call(json.dumps(entries).encode())

    async def write(self, text: str, *, user: str = "an", **said: Any) -> dict[str, Any]:
        brought = entry(user=user, text=text, **said)
        assert await self.bring(brought) == 200
        return brought

    async def call(self, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        headers = {"X-Proof": proof(body)} if headers is None else dict(headers)
        response = await self.http.post("/webhooks/paper", content=body, headers=headers)
        return response.status_code

    def shown(self, user: str = "an") -> list[str]:
        return self.channel.shown[user]

    async def until(self, reached: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not reached():
                await asyncio.sleep(0.01)

    async def answered(self, text: str, user: str = "an") -> None:
        """Until the bot's answer to it is there."""
        await self.until(lambda: f"Bạn hỏi: {text}" in self.shown(user))

    async def settled(self) -> None:
        """Until nothing that was brought is left to work."""
        async with asyncio.timeout(10):
            while await self._is_busy():
                await asyncio.sleep(0.02)

    async def _is_busy(self) -> bool:
        database = open_database(self.parts.settings.database_url)
        try:
            states = await database.read(
                lambda connection: [
                    set(connection.scalars(table.select().with_only_columns(table.c.state)))
                    for table in (event, inbox, outbox)
                ]
            )
        finally:
            await database.close()
        return bool(set().union(*states) & {"new", "waiting", "sending"})


@asynccontextmanager
async def posting(
    settings: Settings,
    rasa: FakeRasa,
    clock: Clock | None = None,
    *,
    files: httpx2.AsyncClient | None = None,
    agencies: httpx2.AsyncClient | None = None,
    is_working: bool = True,
) -> AsyncIterator[Post]:
    """The app with this provider beside the portal, on a migrated database."""
    database = open_database(settings.database_url)
    await database.write(upgrade)
    await database.close()
    app = create_app(
        settings,
        rasa_http=rasa.http(),
        files_http=files,
        agencies_http=agencies,
        clock=clock or Clock(),
    )
    channel = PaperChannel()
    parts: Parts = app.state.parts
    parts.channels[channel.name] = channel
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://gateway"
    ) as http:
        post = Post(http, channel, parts)
        if not is_working:
            yield post
            return
        async with app.router.lifespan_context(app):
            yield post
