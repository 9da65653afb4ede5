"""The letter of apology: a form, the words drafted from it, and the letter to print and sign.

Nothing is stored: the letter is a draft until somebody signs it, and names a citizen.
"""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from agencies.cases.codes import read_code
from agencies.cases.tables import case_
from agencies.console.access import allowed, room_of, scope_of
from agencies.console.letter_form import LetterForm
from agencies.reports.apology import Dossier, Letter, Remark, draft, plain, warnings, words
from agencies.reports.apology_paper import paper
from agencies.reports.room import ReportRoom
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope
from agencies.tables import agency
from vietnamese.text import clean
from vietnamese.workdays import ZONE

APOLOGY = "/console/letters/apology"
Writer = Annotated[Staff, Depends(allowed(Permission.WRITE_LETTERS))]
Seen = Annotated[Scope, Depends(scope_of)]
Filled = Annotated[LetterForm, Depends()]


def routes(templates: Jinja2Templates, room: ReportRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=APOLOGY)
    pages = LetterPages(templates, room)
    router.get("")(pages.blank)
    router.post("")(pages.make)
    return router


class LetterPages:
    def __init__(self, templates: Jinja2Templates, room: ReportRoom) -> None:
        self._templates = templates
        self._room = room

    async def blank(self, request: Request, staff: Writer, scope: Seen, case: str = "") -> Response:
        """The empty form, or with what a case says of its dossier."""
        form = LetterForm(agency=await _agency(request, staff))
        if case:
            form = await self._of_case(request, staff, scope, form, case)
        return self._page(request, form)

    async def make(self, request: Request, staff: Writer, form: Filled) -> Response:
        today = self._today()
        dossier = form.read(self._room.calendar, today)
        if not isinstance(dossier, Dossier):
            return self._page(request, form, found=dossier, status=422)
        if form.step not in ("pdf", "text") or not form.body.strip():
            drafted = replace(form, body=draft(dossier, today))
            remarks = list(warnings(dossier, self._room.calendar, today))
            return self._page(request, drafted, found=remarks, drafted=True)
        letter = Letter(dossier, clean(form.body), today)
        await audit.record(room_of(request).engine, staff, request, "letter.made", "letter", "")
        return await _file(letter, form.step)

    def _page(
        self,
        request: Request,
        form: LetterForm,
        *,
        found: list[Remark] | None = None,
        drafted: bool = False,
        status: int = 200,
    ) -> Response:
        context = {
            "form": form,
            "titles": words()["titles"],
            "remarks": {remark.field: remark.says() for remark in found or ()},
            "refused": bool(found) and not drafted,
            "drafted": drafted,
        }
        return self._templates.TemplateResponse(request, "letter.html", context, status_code=status)

    def _today(self) -> date:
        return self._room.clock().astimezone(ZoneInfo(ZONE)).date()

    async def _of_case(
        self, request: Request, staff: Staff, scope: Scope, form: LetterForm, code: str
    ) -> LetterForm:
        engine = room_of(request).engine
        wanted = sa.and_(case_.c.code == read_code(code), scope.where(case_.c.agency_id))
        async with engine.connect() as connection:
            row = (await connection.execute(sa.select(case_).where(wanted))).mappings().first()
        if row is None:
            return form
        await audit.record(engine, staff, request, "case.read", "case", row["code"])
        known: dict[str, Any] = {
            "dossier": row["dossier_code"],
            "procedure": row["procedure_title"],
        }
        if staff.may(Permission.SEE_CONTACTS):
            known["applicant"] = row["contact_name"]
        return replace(form, **known)


async def _file(letter: Letter, step: str) -> Response:
    name = words()["filename"]
    if step == "pdf":
        content = await run_in_threadpool(paper, letter)
        media_type, ending = "application/pdf", "pdf"
    else:
        content, media_type, ending = plain(letter).encode(), "text/plain; charset=utf-8", "txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _agency(request: Request, staff: Staff) -> str:
    if staff.agency_id is None:
        return ""
    async with room_of(request).engine.connect() as connection:
        found = sa.select(agency.c.name).where(agency.c.id == staff.agency_id)
        return str((await connection.execute(found)).scalar_one())
