"""The public page on which whoever holds a code sees where the case stands. No login, no names."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.cases.codes import read_code
from agencies.cases.public_view import public_view
from agencies.cases.room import CaseRoom
from agencies.rates import Rates, prefix
from vietnamese.workdays import ZONE

TEMPLATES = Path(__file__).parent / "templates"
TRACKING = "/tracking"


def install(app: FastAPI, room: CaseRoom, *, hotline: str) -> None:
    """Add the page."""
    settings = room.settings
    rates = Rates(settings.tracking_rate, settings.tracking_rate_storage, name="tracking")
    templates = Jinja2Templates(TEMPLATES)
    templates.env.globals["hotline"] = hotline
    templates.env.filters["day"] = lambda moment: _local(moment).strftime("%d/%m/%Y")
    templates.env.filters["minute"] = lambda moment: _local(moment).strftime("%d/%m/%Y %H:%M")
    app.include_router(_pages(templates, room, rates))


def _pages(templates: Jinja2Templates, room: CaseRoom, rates: Rates) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(TRACKING)
    async def form(request: Request, code: Annotated[str, Query()] = "") -> Response:
        if found := read_code(code):
            return RedirectResponse(f"{TRACKING}/{found}", 303)
        status = 404 if code.strip() else 200
        context = {"wrong": status == 404, "typed": code[:40]}
        return templates.TemplateResponse(request, "tracking.html", context, status)

    @router.get(TRACKING + "/{code}")
    async def case(request: Request, code: str) -> Response:
        address = prefix(request.client.host if request.client else "")
        if wait := await rates.seconds_to_wait(address):
            context = {"wait": wait}
            headers = {"Retry-After": str(wait)}
            return templates.TemplateResponse(request, "too_many.html", context, 429, headers)
        found = await room.cases.public_case(code)
        if found is None:
            missing = {"wrong": True, "typed": code[:40]}
            return templates.TemplateResponse(request, "tracking.html", missing, 404)
        events = await room.cases.events(found.id)
        seen = public_view(found, events, can_reopen=room.cases.can_reopen(found))
        return templates.TemplateResponse(request, "case.html", {"case": seen})

    return router


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(ZONE))
