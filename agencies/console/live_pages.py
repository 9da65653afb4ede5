"""Tells an open page that something changed in what it may see; what, it asks for itself."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from agencies.cases.codes import read_code
from agencies.console.access import still_signed_in
from agencies.console.case_pages import Reader, Seen, case_seen
from agencies.console.pulse import Change
from agencies.console.work_room import WorkRoom
from agencies.staff.scope import Scope

LIVE = "/console/live"
ASK_AGAIN_SECONDS = 15.0  # Whether the session still is one.
MOST_NAMED = 20


def routes(room: WorkRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.get(LIVE)(LivePages(room).stream)
    return router


class LivePages:
    def __init__(self, room: WorkRoom) -> None:
        self._room = room

    async def stream(
        self, request: Request, staff: Reader, scope: Seen, case: str = ""
    ) -> Response:
        """Of the whole scope, or of one case in it."""
        only = read_code(case)
        if case:
            await case_seen(self._room, case, scope)
        return EventSourceResponse(self._events(request, scope, only), ping=ASK_AGAIN_SECONDS)

    async def _events(
        self, request: Request, scope: Scope, only: str
    ) -> AsyncIterator[ServerSentEvent]:
        with self._room.pulse.listen() as line:
            yield ServerSentEvent(event="ready", data="{}")
            while await still_signed_in(request):
                changes = await _changes(line)
                codes = {one.code for one in changes if one.seen_by(scope)}
                if only:
                    codes &= {only}
                if codes:
                    data = json.dumps({"codes": sorted(codes)[:MOST_NAMED]})
                    yield ServerSentEvent(event="changed", data=data)
        yield ServerSentEvent(event="gone", data="{}")


async def _changes(line: asyncio.Queue[Change]) -> list[Change]:
    """All that is there as soon as there is any; nothing after a while."""
    try:
        async with asyncio.timeout(ASK_AGAIN_SECONDS):
            found = [await line.get()]
    except TimeoutError:
        return []
    while not line.empty():
        found.append(line.get_nowait())
    return found
