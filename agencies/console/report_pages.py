"""The weekly report as a page, on paper and as a workbook, on the cases of the reader's scope."""

from collections.abc import Callable
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console.access import NotThere, allowed, room_of, scope_of
from agencies.reports import tables
from agencies.reports.paper import paper
from agencies.reports.room import ReportRoom
from agencies.reports.week import Week
from agencies.reports.weekly import Report
from agencies.reports.workbook import workbook
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope
from agencies.tables import agency

REPORTS = "/console/reports"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Reader = Annotated[Staff, Depends(allowed(Permission.READ_REPORTS))]
Seen = Annotated[Scope, Depends(scope_of)]


def routes(templates: Jinja2Templates, room: ReportRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=REPORTS)
    pages = ReportPages(templates, room)
    router.get("")(pages.latest)
    router.get("/{week}.pdf")(pages.as_paper)
    router.get("/{week}.xlsx")(pages.as_workbook)
    router.get("/{week}")(pages.show)
    return router


class ReportPages:
    def __init__(self, templates: Jinja2Templates, room: ReportRoom) -> None:
        self._templates = templates
        self._room = room

    async def latest(self, staff: Reader, week: str = "") -> Response:
        """The week that was asked for in the form, or the last whole one."""
        wanted = week or str(Week.of(self._room.clock()).before)
        return RedirectResponse(f"{REPORTS}/{_week(wanted)}", 303)

    async def show(self, request: Request, staff: Reader, scope: Seen, week: str) -> Response:
        report = await self._report(request, staff, scope, week)
        now = Week.of(self._room.clock())
        context = {
            "report": report,
            "heading": tables.heading(report),
            "tables": tables.tables(report),
            "charts": tables.charts(report),
            "notes": list(tables.notes(report)),
            "warning": tables.warning(report),
            "words": tables.words(),
            "address": f"{REPORTS}/{report.week}",
            "before": f"{REPORTS}/{report.week.before}",
            "after": f"{REPORTS}/{report.week.after}" if report.week < now else "",
        }
        return self._templates.TemplateResponse(request, "report.html", context)

    async def as_paper(self, request: Request, staff: Reader, scope: Seen, week: str) -> Response:
        report = await self._report(request, staff, scope, week)
        return await self._file(request, staff, report, "pdf", PDF, paper)

    async def as_workbook(
        self, request: Request, staff: Reader, scope: Seen, week: str
    ) -> Response:
        report = await self._report(request, staff, scope, week)
        return await self._file(request, staff, report, "xlsx", XLSX, workbook)

    async def _report(self, request: Request, staff: Staff, scope: Scope, week: str) -> Report:
        wanted = _week(week)
        return await self._room.reports.weekly(wanted, scope, name=await _name(request, staff))

    async def _file(
        self,
        request: Request,
        staff: Staff,
        report: Report,
        kind: str,
        media_type: str,
        printer: Callable[[Report], bytes],
    ) -> Response:
        content = await run_in_threadpool(printer, report)
        engine = room_of(request).engine
        await audit.record(
            engine, staff, request, "report.exported", "report", report.week, {"as": kind}
        )
        name = f"{tables.words()['filename']}-{report.week}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type, headers=headers)


def _week(written: str) -> Week:
    try:
        return Week.read(written)
    except ValueError as error:
        raise NotThere from error


async def _name(request: Request, staff: Staff) -> str:
    """The agency whose scope it is; empty for the whole province."""
    if staff.agency_id is None:
        return ""
    async with room_of(request).engine.connect() as connection:
        found = sa.select(agency.c.name).where(agency.c.id == staff.agency_id)
        return str((await connection.execute(found)).scalar_one())
