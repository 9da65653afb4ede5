"""The console's pages. The directory is public, so it asks for no login."""

import logging
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI, Query
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from agencies.console import (
    account_pages,
    audit_pages,
    delivery_pages,
    directory_actions,
    letter_pages,
    login_pages,
    own_pages,
    refusals,
    report_pages,
    work_pages,
)
from agencies.console.access import visitor
from agencies.console.templating import open_templates
from agencies.console.tree import grow, path
from agencies.console.work_room import WorkRoom
from agencies.reports.room import ReportRoom
from agencies.settings import Settings
from agencies.staff.model import Permission, Staff
from agencies.staff.sessions import SignedIn
from agencies.store import AgencyStore
from vietnamese.text import clean

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
CONSOLE = "/console"
DIRECTORY = f"{CONSOLE}/directory"
MAX_QUERY = 200
LOCAL_ZONE = "Asia/Ho_Chi_Minh"


def install(
    app: FastAPI,
    settings: Settings,
    store: AgencyStore,
    work: WorkRoom | None = None,
    reports: ReportRoom | None = None,
) -> None:
    """Add the pages, their style sheets, and the page shown when the database is away."""
    templates = open_templates(hotline=settings.hotline, directory_url=DIRECTORY)
    app.state.templates = templates
    app.mount(f"{CONSOLE}/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(_directory_pages(templates, store))
    app.include_router(directory_actions.routes(store))
    refusals.install(app, templates)
    for pages in (login_pages, own_pages, account_pages, audit_pages, delivery_pages):
        app.include_router(pages.routes(templates))
    if work:
        work_pages.install(app, templates, work)
    if reports:
        app.include_router(report_pages.routes(templates, reports))
        app.include_router(letter_pages.routes(templates, reports))
    app.include_router(_other_pages(templates))

    @app.exception_handler(SQLAlchemyError)
    async def unavailable(request: Request, error: SQLAlchemyError) -> Response:
        logger.error("the database cannot be used: %s", type(error).__name__)
        if request.url.path.startswith(CONSOLE):
            return templates.TemplateResponse(request, "unavailable.html", status_code=503)
        return JSONResponse({"detail": "the database cannot be used"}, 503)


def _directory_pages(templates: Jinja2Templates, store: AgencyStore) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(visitor)])

    @router.get(DIRECTORY)
    async def directory(request: Request, q: Annotated[str, Query()] = "") -> Response:
        # Too long a text is cut, not refused: whoever pastes a letter still gets a page.
        query = clean(q)[:MAX_QUERY]
        everything = await store.agencies()
        found = await store.agencies(query) if query else []
        load = await store.last_load()
        context = {
            "query": query,
            "total": len(everything),
            "tree": grow(everything),
            "found": [(agency, path(agency, everything)) for agency in found],
            "fictional": any(agency.contact.fictional for agency in everything),
            "updated": load.at.astimezone(ZoneInfo(LOCAL_ZONE)).date() if load else None,
        }
        return templates.TemplateResponse(request, "directory.html", context)

    @router.get(DIRECTORY + "/{code}")
    async def agency(request: Request, code: str, done: str = "") -> Response:
        everything = await store.agencies()
        agency = next((one for one in everything if one.code == code), None)
        if agency is None and (heir := await store.heir(code)):
            return RedirectResponse(f"{DIRECTORY}/{heir.code}")
        if agency is None:
            return templates.TemplateResponse(request, "not_found.html", status_code=404)
        context = {
            "agency": agency,
            "above": path(agency, everything),
            "below": [one for one in everything if one.parent == code],
            "done": done,
        }
        return templates.TemplateResponse(request, "agency.html", context)

    return router


def _other_pages(templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(visitor)])

    @router.get(CONSOLE)
    async def start(session: Annotated[SignedIn | None, Depends(visitor)]) -> RedirectResponse:
        return RedirectResponse(_first_page(session.staff if session else None))

    @router.get(CONSOLE + "/{path:path}")
    async def nothing_here(request: Request) -> Response:
        return templates.TemplateResponse(request, "not_found.html", status_code=404)

    return router


def _first_page(staff: Staff | None) -> str:
    """What somebody works with; an administrator reads no cases."""
    if staff is None:
        return DIRECTORY
    return f"{CONSOLE}/cases" if staff.may(Permission.READ_CASES) else f"{CONSOLE}/accounts"
