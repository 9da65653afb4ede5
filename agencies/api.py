"""The agencies service: the directory as JSON, its health, and the console's pages."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import FastAPI, HTTPException, Query
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, RedirectResponse, Response

from agencies import office_api
from agencies.cases import case_api, tracking
from agencies.cases.room import CaseRoom
from agencies.cases.ticker import ticking
from agencies.client import PublicAgency, PublicContact, PublicOpening, PublicUnit
from agencies.console import pages
from agencies.console.settings import ConsoleSettings
from agencies.console.work_room import WorkRoom, open_work_room
from agencies.metrics import Metrics
from agencies.model import Agency
from agencies.outbox import bounce_api
from agencies.outbox.process import OutboxProcess
from agencies.reports.room import ReportRoom, erasing
from agencies.security import SecurityHeaders
from agencies.settings import Settings
from agencies.staff.room import StaffRoom, open_room
from agencies.staff.settings import StaffSettings
from agencies.store import AgencyStore

logger = logging.getLogger(__name__)

MAX_QUERY = 200
# Of every request, read or not yet known to be anybody's; who takes files says so at its route.
LONGEST_BODY = 128 * 1024


@dataclass(frozen=True)
class AgencyList:
    agencies: tuple[PublicAgency, ...]


def create_app(
    settings: Settings,
    store: AgencyStore,
    *,
    staff: StaffRoom | None = None,
    outbox: OutboxProcess | None = None,
    cases: CaseRoom | None = None,
    work: WorkRoom | None = None,
    reports: ReportRoom | None = None,
) -> FastAPI:
    """The whole service over one store, which it closes when it stops.

    Without an outbox nothing is sent: another process may do that. `work` is what the pages about
    cases work with; it is made from `cases` unless given.
    """
    staff = staff or open_room(store.engine, StaffSettings())
    if cases and not work:
        work = open_work_room(store, cases, ConsoleSettings(), clock=staff.clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sending = outbox.running() if outbox else nullcontext()
        async with sending, ticking(cases), erasing(reports):
            yield
        if work:
            await work.close()
        await store.close()

    # FastAPI's own documentation pages load scripts from another host.
    app = FastAPI(
        title="agencies",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=LONGEST_BODY,
    )
    app.state.staff = staff
    metrics = Metrics()
    app.middleware("http")(metrics.measure)
    tls = staff.settings.public_url.startswith("https:")
    app.add_middleware(SecurityHeaders, tls=tls)
    _add_probes(app, store, metrics, outbox, reports)
    if outbox:
        bounce_api.install(app, outbox.bounces, outbox.bounce_token)
    _add_directory(app, store)
    if cases:
        case_api.install(app, cases, store)
        token, within = cases.settings.api_token, settings.nearest_kilometres
        office_api.install(app, store, token=token, within=within)
        tracking.install(app, cases, hotline=settings.hotline)
    pages.install(app, settings, store, work, reports)
    return app


def _add_probes(
    app: FastAPI,
    store: AgencyStore,
    metrics: Metrics,
    outbox: OutboxProcess | None,
    reports: ReportRoom | None,
) -> None:
    @app.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse(pages.CONSOLE)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        try:
            listed = sum((await store.count()).values())
        except sa.exc.SQLAlchemyError as error:
            logger.error("the database cannot be read: %s", type(error).__name__)
            return JSONResponse({"status": "failing", "reason": "database"}, 503)
        if not listed:
            return JSONResponse({"status": "failing", "reason": "the directory is empty"}, 503)
        found: dict[str, object] = {"status": "ok", "agencies": listed}
        if reports and reports.retention.unset:
            found["kept_for_ever"] = reports.retention.unset
        return JSONResponse(found)

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics() -> Response:
        page = metrics.page(await store.count())
        page += await outbox.metrics_page() if outbox else b""
        return Response(page, media_type=CONTENT_TYPE_LATEST)


def _add_directory(app: FastAPI, store: AgencyStore) -> None:
    @app.get("/agencies")
    async def search(q: Annotated[str, Query(max_length=MAX_QUERY)] = "") -> AgencyList:
        """Agencies that match every word of `q`, with or without diacritics."""
        return AgencyList(tuple(map(_public, await store.agencies(q))))

    @app.get(
        "/agencies/{code}",
        response_model=PublicAgency,
        responses={
            307: {"description": "Merged or dissolved: the agency that does its work now."},
            404: {"description": "No agency has this code."},
        },
    )
    async def agency(code: str) -> PublicAgency | RedirectResponse:
        found = await store.agency(code)
        if found is not None:
            return _public(found)
        heir = await store.heir(code)
        if heir is None:
            raise HTTPException(404, "no agency has this code")
        return RedirectResponse(f"/agencies/{heir.code}")


def _public(agency: Agency) -> PublicAgency:
    contact = agency.contact
    return PublicAgency(
        code=agency.code,
        name=agency.name,
        kind=agency.kind,
        level=agency.level,
        parent=agency.parent,
        other_names=agency.other_names,
        fields=agency.fields,
        area=tuple(PublicUnit(unit.code, unit.name) for unit in agency.area),
        contact=PublicContact(
            contact.state, contact.email, contact.phone, contact.address, contact.fictional
        ),
        opening_hours=tuple(
            PublicOpening(
                opening.days,
                opening.opens.isoformat("minutes"),
                opening.closes.isoformat("minutes"),
            )
            for opening in agency.opening_hours
        ),
    )
