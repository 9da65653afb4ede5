"""The part of Meta's Graph API that the gateway calls, as strict as its documentation."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.channels.messenger_signature import proof_of
from gateway.settings import MessengerSettings
from gateway.testing.messenger_phone import Faults, Person

LOST = "x-connection-lost"
SERVER_FAULTS = (1, 2, 1200)
PROFILE = ("get_started", "greeting", "persistent_menu", "ice_breakers")


class Refusal(Exception):
    """An error as Graph writes it."""

    def __init__(self, code: int, subcode: int | None = None, *, status: int = 400) -> None:
        super().__init__(f"{code}/{subcode}")
        self.code = code
        self.subcode = subcode
        self.status = status

    def response(self) -> Response:
        error = {"message": "(fake)", "type": "OAuthException", "code": self.code}
        if self.subcode:
            error["error_subcode"] = self.subcode
        return JSONResponse({"error": error}, status_code=self.status)


class Page(Protocol):
    """What stands behind the API."""

    settings: MessengerSettings
    faults: Faults
    people: dict[str, Person]
    profile: dict[str, Any]
    subscribed_fields: list[str]
    files: dict[str, tuple[bytes, str]]

    async def take(self, person: Person, body: Mapping[str, Any]) -> str: ...


class Graph:
    def __init__(self, page: Page) -> None:
        self._page = page
        self.profile_writes: list[list[str]] = []  # The names that each call set.
        self._sent: deque[float] = deque()
        page_id = page.settings.page_id
        version = page.settings.version
        self.app = Starlette(
            routes=[
                Route(f"/{version}/me", self._guarded(self.me)),
                Route("/files/{name:path}", self.file),
                *(
                    Route(f"/{version}/{{page}}{path}", self._guarded(call), methods=[method])
                    for method, path, call in (
                        ("POST", "/messages", self.send),
                        ("GET", "/messenger_profile", self.read_profile),
                        ("POST", "/messenger_profile", self.write_profile),
                        ("GET", "/subscribed_apps", self.subscribed),
                    )
                ),
                Route(f"/{version}/{{person}}/ids_for_pages", self._guarded(self.ids)),
            ]
        )
        self._names = (page_id, "me")

    def transport(self) -> httpx2.AsyncBaseTransport:
        return _Network(self.app, self._page.faults)

    def _guarded(self, call: Any) -> Any:
        async def answer(request: Request) -> Response:
            if self._page.faults.down:
                return Response(status_code=503)
            try:
                self._authorise(request)
                response: Response = await call(request)
            except Refusal as refusal:
                return refusal.response()
            return response

        return answer

    def _authorise(self, request: Request) -> None:
        settings = self._page.settings
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        of_app = request.url.path.endswith("/ids_for_pages")
        wanted = f"{settings.app_id}|{settings.app_secret}" if of_app else settings.page_token
        if token != wanted:
            raise Refusal(190, status=401)
        proof = request.query_params.get("appsecret_proof")
        if self._page.faults.needs_proof and proof != proof_of(token, settings.app_secret):
            raise Refusal(100)
        if request.path_params.get("page", "me") not in self._names:
            raise Refusal(200, status=403)

    async def send(self, request: Request) -> Response:
        body = await request.json()
        faults = self._page.faults
        failure = faults.next_failure()
        if failure:
            raise Refusal(*failure, status=500 if failure[0] in SERVER_FAULTS else 400)
        self._count()
        person = self._page.people.get(str(body["recipient"]["id"]))
        if person is None:
            raise Refusal(100, 2018001)
        mid = await self._page.take(person, body)
        if faults.slow:
            await asyncio.sleep(faults.slow)
        if faults.lose_answer:
            faults.lose_answer -= 1
            return Response(status_code=502, headers={LOST: "1"})
        return JSONResponse({"recipient_id": person.psid, "message_id": mid})

    def _count(self) -> None:
        moment = time.monotonic()
        while self._sent and self._sent[0] < moment - 1:
            self._sent.popleft()
        if len(self._sent) >= self._page.faults.most_per_second:
            raise Refusal(613)
        self._sent.append(moment)

    async def me(self, _: Request) -> Response:
        return JSONResponse({"id": self._page.settings.page_id, "name": "Trang thử"})

    async def read_profile(self, request: Request) -> Response:
        asked = request.query_params.get("fields", "").split(",")
        known = {name: self._page.profile[name] for name in asked if name in self._page.profile}
        return JSONResponse({"data": [known] if known else []})

    async def write_profile(self, request: Request) -> Response:
        wanted = await request.json()
        if set(wanted) - set(PROFILE):
            raise Refusal(100)
        if "persistent_menu" in wanted and "get_started" not in self._page.profile | wanted:
            raise Refusal(100, 2018145)
        self.profile_writes.append(sorted(wanted))
        self._page.profile.update(wanted)
        return JSONResponse({"result": "success"})

    async def subscribed(self, _: Request) -> Response:
        fields = self._page.subscribed_fields
        ours = {"id": self._page.settings.app_id, "subscribed_fields": fields}
        return JSONResponse({"data": [{"id": "1"}, ours] if fields else []})

    async def ids(self, request: Request) -> Response:
        wanted = request.path_params["person"]
        found = [one for one in self._page.people.values() if one.app_scoped == wanted]
        page = {"id": self._page.settings.page_id}
        return JSONResponse({"data": [{"id": one.psid, "page": page} for one in found]})

    async def file(self, request: Request) -> Response:
        known = self._page.files.get(request.path_params["name"])
        if known is None:
            return Response(status_code=404)
        return Response(known[0], media_type=known[1])


class _Network(httpx2.AsyncBaseTransport):
    """The way to the app in memory, on which connections can fail."""

    def __init__(self, app: Starlette, faults: Faults) -> None:
        self._inner = httpx2.ASGITransport(app)
        self._faults = faults

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._faults.down:
            raise httpx2.ConnectError("refused", request=request)
        response = await self._inner.handle_async_request(request)
        if LOST in response.headers:
            raise httpx2.ReadError("connection lost", request=request)
        return response
