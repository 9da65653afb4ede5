"""The fake Zalo's API: its errors come with HTTP 200, as Zalo's do."""

import asyncio
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.messages import Button
from gateway.testing.zalo_events import received, said
from gateway.testing.zalo_hooks import ZaloHooks
from gateway.testing.zalo_phone import Shown
from gateway.testing.zalo_shapes import listed_buttons, shape_code
from gateway.testing.zalo_state import ZaloState, new_id
from gateway.testing.zalo_tokens import ZaloTokens

MINUTE = timedelta(minutes=1)


class Dropped(Exception):
    """The connection breaks after the request was worked."""


class DroppedResponse(Response):
    """Promises a body that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise Dropped


class ZaloApi:
    def __init__(self, state: ZaloState, tokens: ZaloTokens, hooks: ZaloHooks) -> None:
        self._state = state
        self._tokens = tokens
        self._hooks = hooks
        self._minute: datetime | None = None
        self._in_minute = 0
        self.app = Starlette(
            routes=[
                Route("/v3.0/oa/message/cs", self._consult, methods=["POST"]),
                Route("/v3.0/oa/message/template", self._notify, methods=["POST"]),
                Route("/v2.0/oa/getoa", self._getoa),
                Route("/v4/oa/access_token", self._refresh, methods=["POST"]),
                Route("/f/{name:path}", self._file),
            ]
        )

    async def _consult(self, request: Request) -> Response:
        code = await self._before(request)
        body = await _json(request)
        code = code or shape_code(body, most_buttons=self._state.most_buttons)
        user = str(body.get("recipient", {}).get("user_id", "")) if not code else ""
        code = code or self._state.window(user) or self._state.fault()
        if code:
            return self._refuse(code)
        return await self._take(user, body["message"])

    async def _take(self, user: str, message: dict[str, Any]) -> Response:
        text, listed, message_id = message["text"], listed_buttons(message), new_id()
        shown = Shown(
            text,
            self._state.clock(),
            buttons=tuple(Button(one["title"], str(one["payload"])) for one in listed),
            kinds=tuple(one["type"] for one in listed),
        )
        self._state.show(user, shown)
        if self._state.echo_first:
            await self._tell(user, text, message_id)
        else:
            self._state.later(self._tell(user, text, message_id))
        if self._state.lose_answer:
            self._state.lose_answer -= 1
            return DroppedResponse()
        sent = {"message_id": message_id, "user_id": user, "sent_time": self._state.milliseconds()}
        return self._answer({"data": sent, "error": 0, "message": "Success"})

    async def _tell(self, user: str, text: str, message_id: str) -> None:
        if not self._state.no_echo:
            await self._hooks.deliver(said(self._state, user, text, message_id))
        if self._state.receipts:
            await self._hooks.deliver(received(self._state, user, message_id))

    async def _notify(self, request: Request) -> Response:
        code = await self._before(request)
        body = await _json(request)
        wanted = self._state.templates.get(str(body.get("template_id")))
        data, user = body.get("template_data"), body.get("user_id")
        if not code and (wanted is None or not isinstance(data, dict) or data.keys() != {*wanted}):
            code = -201
        code = code or (0 if user in self._state.acted else -201) or self._state.fault()
        if code or not isinstance(data, dict):
            return self._refuse(code)
        text = " ".join(str(data[name]) for name in wanted or ())
        self._state.show(str(user), Shown(text, self._state.clock()))
        sent = {"message_id": new_id(), "user_id": user}
        return self._answer({"data": sent, "error": 0, "message": "Success"})

    async def _getoa(self, request: Request) -> Response:
        if code := await self._before(request):
            return self._refuse(code)
        return self._answer({"data": self._state.account, "error": 0, "message": "Success"})

    async def _refresh(self, request: Request) -> Response:
        self._state.calls[request.url.path] += 1
        await asyncio.sleep(self._state.slow)
        if self._state.down:
            return Response(status_code=503)
        async with request.form() as form:
            answer = self._tokens.answer(form, request.headers.get("secret_key", ""))
        if self._state.lose_refresh:
            self._state.lose_refresh -= 1
            return DroppedResponse()
        return JSONResponse(answer)

    async def _file(self, request: Request) -> Response:
        found = self._state.files.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return Response(found[1], media_type=found[0])

    async def _before(self, request: Request) -> int:
        """What every call is held up by; the code of what is wrong with it."""
        self._state.calls[request.url.path] += 1
        await asyncio.sleep(self._state.slow)
        if self._state.down:
            return 503
        self._count()
        if self._in_minute > self._state.rate_limit:
            return -32
        token = request.headers.get("access_token", "")
        if code := self._tokens.code(token):
            return code
        return 0 if self._is_proved(token, request) else -242

    def _count(self) -> None:
        minute = self._state.clock().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._in_minute = minute, 0
        self._in_minute += 1

    def _is_proved(self, token: str, request: Request) -> bool:
        proof = request.headers.get("appsecret_proof")
        secret = self._state.settings.app_secret
        right = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        return proof == right or (proof is None and not self._state.requires_proof)

    def _refuse(self, code: int) -> Response:
        self._state.errors[code] += 1
        if code > 0:
            return Response(status_code=code)
        return self._answer({"error": code, "message": "refused"})

    def _answer(self, body: dict[str, Any]) -> Response:
        left = max(0, self._state.rate_limit - self._in_minute)
        limits = {
            "X-RateLimit-Limit": str(self._state.rate_limit),
            "X-RateLimit-Remain": str(left),
        }
        return JSONResponse(body, headers=limits)


class Wire(httpx2.AsyncBaseTransport):
    """To the app in memory, with connections that fail as on a network."""

    def __init__(self, state: ZaloState, app: Starlette) -> None:
        self._state = state
        self._inner = httpx2.ASGITransport(app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._state.down:
            raise httpx2.ConnectError("refused")
        try:
            return await self._inner.handle_async_request(request)
        except Dropped as error:
            raise httpx2.ReadError("dropped") from error


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
