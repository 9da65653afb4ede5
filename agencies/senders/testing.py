"""Stand-ins for the other side: mail server, webhook receiver, gateway; with their faults."""

import asyncio
import hmac
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from itertools import chain, repeat
from typing import Self

from agencies.senders.base import Outcome, Parcel, Sent
from agencies.senders.webhook import sign
from gateway.client import ConversationGone, StaffLineDown


class Fault(StrEnum):
    """What goes wrong with one letter or one call."""

    NONE = "none"
    TEMPORARY = "temporary"  # 4xx of SMTP, 503 of HTTP
    FINAL = "final"  # 5xx of SMTP, 400 of HTTP
    BUSY = "busy"  # 421 at the greeting, 429
    SLOW = "slow"  # Says nothing until the caller gives up.
    LOST = "lost"  # Hangs up before it has taken anything.
    UNTOLD = "untold"  # Takes it, and hangs up before it says so.


Faults = Iterable[Fault]
Seen = Callable[[str], Awaitable[None]]


async def _nothing(stage: str) -> None:
    pass


class FakeSender:
    """Takes every parcel, once for a key; `outcomes` go first."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self._outcomes = iter(outcomes)
        self.tries: list[Parcel] = []
        self.taken: dict[str, Parcel] = {}

    async def send(self, parcel: Parcel) -> Outcome:
        self.tries.append(parcel)
        await asyncio.sleep(0)
        outcome = next(self._outcomes, Sent(f"fake:{parcel.key}"))
        if isinstance(outcome, Sent):
            self.taken[parcel.key] = parcel
        return outcome

    async def close(self) -> None:
        pass


class FakeReaders:
    """Who looks at the console: whoever `cases` and `deliveries` say."""

    def __init__(self, *, cases: bool = True, deliveries: bool = True) -> None:
        self.cases, self.deliveries = cases, deliveries

    async def of_cases(self, agency_code: str) -> bool:
        return self.cases

    async def of_deliveries(self) -> bool:
        return self.deliveries


class FakeLine:
    """The gateway's line for staff, which shows a message once for a key."""

    def __init__(self) -> None:
        self.down = False
        self.gone = False
        self.calls = 0
        self.delivery = "sent"
        self.shown: dict[str, dict[str, object]] = {}

    async def write(
        self,
        conversation: str,
        text: str,
        *,
        key: str,
        author_name: str = "",
        case_code: str = "",
        rate: bool = False,
        purpose: str = "",
    ) -> str:
        self.calls += 1
        if self.down:
            raise StaffLineDown("down")
        if self.gone:
            raise ConversationGone(conversation)
        said = {"conversation": conversation, "text": text, "author_name": author_name}
        self.shown.setdefault(key, said | {"case_code": case_code, "rate": rate})
        return self.delivery

    async def close(self) -> None:
        pass


@dataclass
class _Server:
    """One asyncio server; each connection gets the next fault."""

    faults: Faults = ()
    seen: Seen = _nothing  # Told of every stage, and may kill the caller there.
    patience: float = 30.0  # Seconds of saying nothing, when slow.
    port: int = 0
    tls: ssl.SSLContext | None = None
    _coming: Iterator[Fault] = field(init=False)

    async def __aenter__(self) -> Self:
        self._coming = chain(self.faults, repeat(Fault.NONE))
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._tasks.add(task)
        try:
            # The caller may have been killed, and a closing server cancels what it waits for.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(reader, writer, next(self._coming))
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault
    ) -> None:
        raise NotImplementedError


@dataclass
class SmtpServer(_Server):
    """Keeps a letter once for its Message-ID, as mail servers that look at it do."""

    def __post_init__(self) -> None:
        self.accepted: list[str] = []  # Every letter taken, repeats too.
        self.letters: dict[str, EmailMessage] = {}

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault
    ) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await self.seen("connected")
        if fault is Fault.BUSY:
            return await say("421 too many connections")
        await say("220 fake ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper().split(":")[0]
            await self.seen(verb)
            if verb == "EHLO":
                await say("250-fake")
                await say("250-STARTTLS" if self.tls else "250-SIZE 20000000")
                await say("250 8BITMIME")
            elif verb == "STARTTLS" and self.tls:
                await say("220 go ahead")
                await writer.start_tls(self.tls)
            elif verb == "RCPT" and fault in (Fault.TEMPORARY, Fault.FINAL):
                await say("450 later" if fault is Fault.TEMPORARY else "550 no such user")
            elif verb == "DATA":
                if fault is Fault.LOST:
                    return None
                await say("354 go ahead")
                content = await reader.readuntil(b"\r\n.\r\n")
                await self.seen("content")
                if fault is Fault.SLOW:
                    await asyncio.sleep(self.patience)
                    return None
                self._keep(content)
                await self.seen("taken")
                if fault is Fault.UNTOLD:
                    return None
                await say("250 taken")
                await self.seen("told")
            elif verb == "QUIT":
                return await say("221 bye")
            else:
                await say("250 fine")
        return None

    def _keep(self, content: bytes) -> None:
        plain = content[:-3].replace(b"\r\n..", b"\r\n.")
        message = message_from_bytes(plain, policy=default)
        assert isinstance(message, EmailMessage)  # noqa: S101
        message_id = str(message["Message-ID"])
        self.accepted.append(message_id)
        self.letters.setdefault(message_id, message)


@dataclass
class WebhookReceiver(_Server):
    """Checks the signature, works once for an idempotency key, and answers a repeat alike."""

    secret: str = ""

    def __post_init__(self) -> None:
        self.calls: list[str] = []  # The key of every call with a good signature.
        self.worked: dict[str, dict[str, object]] = {}
        self.refused = 0
        self.paths: list[str] = []

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.paths.append(head[0].split(" ")[1])
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        await self.seen("content")
        status, text = self._answer(headers, body, fault)
        await self.seen("taken")
        if fault is Fault.SLOW:
            await asyncio.sleep(self.patience)
        if fault in (Fault.SLOW, Fault.LOST, Fault.UNTOLD):
            return
        writer.write(
            f"HTTP/1.1 {status} x\r\nContent-Length: {len(text)}\r\n"
            f"Retry-After: 1\r\nConnection: close\r\n\r\n{text}".encode()
        )
        await writer.drain()
        await self.seen("told")

    def _answer(self, headers: dict[str, str], body: bytes, fault: Fault) -> tuple[int, str]:
        statuses = {Fault.TEMPORARY: 503, Fault.FINAL: 400, Fault.BUSY: 429}
        if fault in statuses:
            return statuses[fault], ""
        if fault in (Fault.LOST, Fault.SLOW):
            return 0, ""
        wanted = sign(self.secret, headers.get("x-mot-cua-timestamp", ""), body)
        if not hmac.compare_digest(wanted, headers.get("x-mot-cua-signature", "")):
            self.refused += 1
            return 401, ""
        key = headers["idempotency-key"]
        self.calls.append(key)
        self.worked.setdefault(key, json.loads(body))
        return 200, json.dumps({"id": f"their-{key[:8]}"})


class GatewayServer(WebhookReceiver):
    """The gateway's messages for citizens over HTTP: one for a key."""

    def _answer(self, headers: dict[str, str], body: bytes, fault: Fault) -> tuple[int, str]:
        statuses = {Fault.TEMPORARY: 503, Fault.BUSY: 503, Fault.FINAL: 404}
        if fault in statuses:
            return statuses[fault], json.dumps({"error": "not_found"})
        if fault in (Fault.LOST, Fault.SLOW):
            return 0, ""
        message = json.loads(body)
        self.calls.append(message["key"])
        self.worked.setdefault(message["key"], message)
        return 202, json.dumps({"delivery": "sent"})
