"""What could not be sent, for whoever keeps the ways to agencies open; and to try it again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console.access import LARGEST_ID, NotThere, Number, allowed, room_of, scope_of
from agencies.database import writing
from agencies.outbox.reviving import release, try_again
from agencies.outbox.troubles import PAGE, seen, troubles
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope

DELIVERIES = "/console/deliveries"
Reader = Annotated[Staff, Depends(allowed(Permission.SEE_DELIVERIES))]
Seen = Annotated[Scope, Depends(scope_of)]
Place = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]


def routes(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=DELIVERIES)

    @router.get("")
    async def show(
        request: Request,
        reader: Reader,
        scope: Seen,
        before: Place = None,
        again: Place = None,
    ) -> Response:
        room = room_of(request)
        found = await troubles(room.engine, scope, room.clock(), before=before)
        context = {"troubles": found, "more": len(found) == PAGE, "again": again}
        return templates.TemplateResponse(request, "deliveries.html", context)

    @router.post("/again")
    async def all_again(request: Request, reader: Reader, scope: Seen) -> Response:
        return _back(await _again(request, reader, scope))

    @router.post("/{number}/again")
    async def one_again(request: Request, reader: Reader, scope: Seen, number: Number) -> Response:
        return _back(await _again(request, reader, scope, number))

    return router


async def _again(request: Request, staff: Staff, scope: Scope, number: int | None = None) -> int:
    """How many will be tried. Raises NotThere for one that is not seen or was sent meanwhile."""
    room = room_of(request)
    async with writing(room.engine).begin() as connection:
        rows = await seen(connection, scope, room.clock(), number=number)
        if number is not None and not rows:
            raise NotThere
        tried = await try_again(connection, rows)
        await release(connection, rows)
        about, detail = "" if number is None else number, {"tried": tried}
        await audit.record(connection, staff, request, "delivery.again", "delivery", about, detail)
    return tried


def _back(tried: int) -> Response:
    return RedirectResponse(f"{DELIVERIES}?again={tried}", 303)
