"""An app in memory whose response is read while it is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx2
from starlette.types import ASGIApp, Message


class StreamingTransport(httpx2.AsyncBaseTransport):
    """An app in memory whose response is read while it is written.

    httpx2.ASGITransport waits for the end, which an event stream does not have.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        call = _Call(self._app, request, await request.aread())
        status, headers = await call.start()
        return httpx2.Response(status, headers=headers, stream=call)


class _Call(httpx2.AsyncByteStream):
    def __init__(self, app: ASGIApp, request: httpx2.Request, body: bytes) -> None:
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._body: list[bytes] = [body]
        self._gone = asyncio.Event()
        self._task = asyncio.ensure_future(app(_scope(request), self._receive, self._sent.put))

    async def start(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        message = await self._next()
        if message is None:
            raise RuntimeError("the app ended without a response")
        return message["status"], list(message["headers"])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while message := await self._next():
            yield message.get("body", b"")
            if not message.get("more_body"):
                return

    async def aclose(self) -> None:
        self._gone.set()
        self._task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._task

    async def _receive(self) -> Message:
        if self._body:
            return {"type": "http.request", "body": self._body.pop(), "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _next(self) -> Message | None:
        """The app's next message; None, or its own error, when it is done."""
        waiting = asyncio.ensure_future(self._sent.get())
        await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        self._task.result()
        return None


def _scope(request: httpx2.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 123),
    }
