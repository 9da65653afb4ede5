"""The audit, for whoever has to answer the question who looked at a case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from agencies.console.access import allowed, room_of
from agencies.staff import audit
from agencies.staff.audit_reading import PAGE, Asked, entries
from agencies.staff.model import Permission, Staff
from agencies.staff.usernames import normal

Reader = Annotated[Staff, Depends(allowed(Permission.READ_AUDIT))]
Word = Annotated[str, Query()]
Place = Annotated[int | None, Query(ge=1, le=2**62)]


def routes(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/console/audit")
    async def show(
        request: Request,
        reader: Reader,
        username: Word = "",
        action: Word = "",
        object_id: Word = "",
        before: Place = None,
    ) -> Response:
        room = room_of(request)
        asked = Asked(normal(username), _clean(action), _clean(object_id), before)
        found = await entries(room.engine, asked)
        # Who watches is watched: which entries were looked at is an entry, too.
        looked_for = {"staff": asked.username, "action": asked.action, "before": before}
        await audit.record(
            room.engine, reader, request, "audit.read", "audit", asked.object_id, looked_for
        )
        context = {"asked": asked, "entries": found, "more": len(found) == PAGE}
        return templates.TemplateResponse(request, "audit.html", context)

    return router


def _clean(text: str) -> str:
    return text.strip().replace("\x00", "")[:80]
