"""What the portal page calls: post a message, listen for replies, start over."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from gateway.bodies import read_body
from gateway.channels.base import MalformedWebhook, RejectedWebhook
from gateway.channels.portal import Typed, refuse_other_sites
from gateway.inbox import Refused
from gateway.messages import Incoming
from gateway.parts import Parts
from gateway.session import COOKIE, new_token, token_in, user_of, with_token
from gateway.store import UnknownConversation
from gateway.stream import nothing_here, thread_events
from gateway.texts import Refusal

# A browser keeps at most six connections to a host; more streams than tabs is a flood.
STREAMS_PER_CONVERSATION = 8
LARGEST_PLACE = 2**31 - 1
_PLACE = re.compile(r"[0-9]{1,9}")


class Taken(BaseModel):
    """The message is kept and will be answered."""

    id: int  # Its place in the thread: the `id` of its event.


class Problem(BaseModel):
    """Why not, for the program and for the citizen."""

    error: Refusal
    message: str


class PortalApi:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings

    async def post_message(self, request: Request) -> JSONResponse:
        """Take a message; the reply comes over /web/v1/events."""
        await self._refuse_flood(request)
        body = await self._body(request)
        known = token_in(request.headers)
        token = known or new_token()
        message = self._receive(body, with_token(request.headers, token))
        await self._refuse_hurry(message)
        try:
            sequence = await self._parts.inbox.take(message, begin=known is None)
        except UnknownConversation:
            token = new_token()
            sequence = await self._parts.inbox.take(replace(message, user=user_of(token)))
        response = JSONResponse(Taken(id=sequence).model_dump(), status_code=202)
        self._give_cookie(request, response, token)
        return response

    async def events(
        self, request: Request, after: int = Query(0, ge=0, le=LARGEST_PLACE)
    ) -> EventSourceResponse:
        """The thread from its start, or after Last-Event-ID (or `after`), and then what comes."""
        conversation = self._conversation(request)
        heartbeat = self._settings.heartbeat_seconds
        if conversation is None:
            return EventSourceResponse(_end(), ping=heartbeat)
        if self._parts.signals.listeners(conversation) >= STREAMS_PER_CONVERSATION:
            raise Refused(Refusal.TOO_MANY, seconds=5)
        last = request.headers.get("last-event-id", "")
        events = thread_events(
            self._parts.store,
            self._parts.signals,
            conversation,
            after=int(last) if _PLACE.fullmatch(last) else after,
            poll_seconds=self._settings.poll_seconds,
            open_streams=self._parts.metrics.streams,
        )
        return EventSourceResponse(events, ping=heartbeat)

    async def erase(self, request: Request) -> Response:
        """Start over: every word of the conversation is deleted and the session ends."""
        self._refuse_other_sites(request)
        conversation = self._conversation(request)
        if conversation:
            await self._parts.forgetting.erase(conversation)
            self._parts.errands.wake()
            self._parts.signals.wake(conversation)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    async def begin_anew(self, request: Request) -> Response:
        """Another story in the same thread: cases and their answers stay."""
        self._refuse_other_sites(request)
        conversation = self._conversation(request)
        await self._refuse_flood(request)
        notice = self._parts.texts.begun_anew
        try:
            told = await self._parts.forgetting.begin_anew(conversation or "", notice)
        except UnknownConversation as error:
            raise Refused(Refusal.NOT_FOUND) from error
        await self._parts.outbox.deliver(told)
        return Response(status_code=204)

    def _conversation(self, request: Request) -> str | None:
        token = token_in(request.headers)
        return f"{self._parts.portal.name}:{user_of(token)}" if token else None

    def _receive(self, body: bytes, headers: dict[str, str]) -> Incoming:
        portal = self._parts.portal
        try:
            [event] = portal.receive(body, headers)
        except RejectedWebhook as error:
            raise Refused(Refusal.OTHER_SITE) from error
        except MalformedWebhook as error:
            raise Refused(Refusal.MALFORMED) from error
        return Incoming(portal.name, event.user, event.text, event.key)

    def _refuse_other_sites(self, request: Request) -> None:
        try:
            refuse_other_sites(request.headers)
        except RejectedWebhook as error:
            raise Refused(Refusal.OTHER_SITE) from error

    async def _refuse_flood(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        seconds = await self._parts.rates.seconds_to_wait_for_address(address)
        if seconds:
            raise Refused(Refusal.TOO_MANY, seconds=seconds)

    async def _refuse_hurry(self, message: Incoming) -> None:
        seconds = await self._parts.rates.seconds_to_wait_for_session(message.user)
        if seconds:
            raise Refused(Refusal.TOO_MANY, seconds=seconds)

    async def _body(self, request: Request) -> bytes:
        body = await read_body(request, self._settings.body_bytes)
        if body is None:
            raise Refused(Refusal.TOO_LARGE)
        return body

    def _give_cookie(self, request: Request, response: Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(max(self._settings.session_hours, self._settings.case_days * 24) * 3600),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )


def routes(parts: Parts) -> APIRouter:
    api = PortalApi(parts)
    router = APIRouter(prefix="/web/v1", tags=["portal"])
    problems: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem} for status in (403, 413, 422, 429, 503)
    }
    message = {"schema": Typed.model_json_schema()}
    router.post(
        "/messages",
        status_code=202,
        response_model=Taken,
        responses=problems,
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": message}}},
    )(api.post_message)
    router.get("/events", response_class=EventSourceResponse)(api.events)
    router.delete("/conversation", status_code=204, responses={403: {"model": Problem}})(api.erase)
    anew: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in (403, 404)}
    router.post("/stories", status_code=204, responses=anew)(api.begin_anew)
    return router


async def _end() -> AsyncIterator[ServerSentEvent]:
    yield nothing_here()
