"""The queue's page: filters, kept searches, steps with many cases at once, and the export."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.cases.model import Case, Stale
from agencies.console.access import Forbidden, NotThere, Number
from agencies.console.case_form import CaseForm
from agencies.console.case_page import CASES
from agencies.console.case_pages import Filled, Reader, Seen, Worker
from agencies.console.export import Words, exported, workbook
from agencies.console.marks import marks
from agencies.console.queue_filter import Filter
from agencies.console.steps import STEPS, Taking, noting
from agencies.console.work_room import WorkRoom
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope

MOST_AT_ONCE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Chosen:
    """Cases as code:version, so that each is taken as it was shown; `back` is the search."""

    case: Annotated[list[str] | None, Form()] = None
    step: Annotated[str, Form()] = ""
    back: Annotated[str, Form()] = ""

    @property
    def cases(self) -> list[tuple[str, int]]:
        pairs = (each.rpartition(":") for each in self.case or [])
        fitting = [(code, int(version)) for code, _, version in pairs if _is_version(version)]
        return fitting[:MOST_AT_ONCE]

    @property
    def filter(self) -> Filter:
        return _filter(self.back)


def routes(templates: Jinja2Templates, room: WorkRoom, words: Words) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=CASES)
    pages = QueuePages(templates, room, words)
    router.get("")(pages.show)
    router.post("/bulk")(pages.bulk)
    router.get("/export")(pages.export)
    router.post("/views")(pages.keep_view)
    router.post("/views/{number}/drop")(pages.drop_view)
    return router


class QueuePages:
    def __init__(self, templates: Jinja2Templates, room: WorkRoom, words: Words) -> None:
        self._templates = templates
        self._room = room
        self._words = words

    async def show(self, request: Request, staff: Reader, scope: Seen) -> Response:
        room = self._room
        wanted = Filter.read(request.query_params)
        by_contacts = staff.may(Permission.SEE_CONTACTS)
        page = await room.queue.page(wanted, scope, staff.id, by_contacts=by_contacts)
        if wanted.words:  # What was searched for may be a citizen's name: it stays out.
            shown = {"codes": [row.code for row in page.rows], "found": page.found}
            await audit.record(room.engine, staff, request, "cases.searched", "queue", "", shown)
        now, soon = room.clock(), room.queue.soon()
        context = {
            "filter": wanted,
            "page": page,
            "marked": [(row, marks(row, now=now, soon=soon)) for row in page.rows],
            "counts": await room.queue.counts(scope, staff.id),
            "agencies": await room.queue.agencies(scope),
            "categories": {one.code: one.name for one in room.rules.categories},
            "views": await room.views.of(staff.id),
            "colleagues": await room.colleagues.all(scope),
            "by_another": room.rules.approval.by_another,
            "told": _told(request),
            "most_exported": room.most_exported,
            "done": request.query_params.get("done", ""),
        }
        return self._templates.TemplateResponse(request, "queue.html", context)

    async def bulk(
        self,
        request: Request,
        staff: Worker,
        scope: Seen,
        chosen: Annotated[Chosen, Depends()],
        form: Filled,
    ) -> Response:
        """The same step with each case; what became of them is counted and told."""
        step = STEPS.get(chosen.step)
        if step is None or not step.in_bulk:
            raise NotThere
        if not staff.may(step.permission):
            raise Forbidden
        ends: Counter[str] = Counter()
        for code, version in chosen.cases:
            end = await self._one(request, staff, scope, chosen.step, code, version, form)
            ends[end] += 1
        told = {"bulk": chosen.step, **ends}
        return _to_queue(chosen.filter, urlencode(told))

    async def _one(
        self,
        request: Request,
        staff: Staff,
        scope: Scope,
        step: str,
        code: str,
        version: int,
        form: CaseForm,
    ) -> str:
        case = await self._room.cases.case(code, scope)
        if case is None:
            return "missing"
        shown = replace(case, version=version)
        room = noting(self._room, request, staff, step, case, form, bulk=True)
        result = await STEPS[step].run(Taking(room, shown, form, staff, scope))
        if isinstance(result, Stale):
            return "stale"
        return "changed" if isinstance(result, Case) else "refused"

    async def export(self, request: Request, staff: Reader, scope: Seen) -> Response:
        """What the filter lets through, as a table; contacts only for who may see them."""
        if not staff.may(Permission.EXPORT_CASES):
            raise Forbidden
        room = self._room
        wanted = replace(Filter.read(request.query_params), after=None, before=None)
        contacts = staff.may(Permission.SEE_CONTACTS)
        ids = await room.queue.every(
            wanted, scope, staff.id, by_contacts=contacts, most=room.most_exported + 1
        )
        rows = await exported(room.engine, ids[: room.most_exported], scope)
        cut = len(ids) > room.most_exported
        content = await asyncio.to_thread(workbook, rows, self._words, contacts=contacts, cut=cut)
        kept = {"cases": len(rows), "cut": cut, "contacts": contacts, "state": wanted.state}
        await audit.record(room.engine, staff, request, "cases.exported", "queue", "", kept)
        name = f"phan-anh-{room.clock():%Y%m%d-%H%M}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=XLSX, headers=headers)

    async def keep_view(
        self,
        staff: Reader,
        name: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = "",
    ) -> Response:
        kept = await self._room.views.keep(staff.id, name, back)
        return _to_queue(_filter(back), "done=view" if kept else "done=no_view")

    async def drop_view(
        self, staff: Reader, number: Number, back: Annotated[str, Form()] = ""
    ) -> Response:
        await self._room.views.drop(staff.id, number)
        return _to_queue(_filter(back), "done=view_dropped")


def _told(request: Request) -> dict[str, int]:
    """How many cases a step with many of them changed, and how many not."""
    names = ("changed", "stale", "refused", "missing")
    query = request.query_params
    numbers = {name: query.get(name, "") for name in names}
    return {name: int(text) for name, text in numbers.items() if _is_version(text)}


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _filter(query: str) -> Filter:
    return Filter.read(dict(parse_qsl(query)))


def _to_queue(wanted: Filter, told: str) -> Response:
    query = "&".join(filter(None, (wanted.query(), told)))
    return RedirectResponse(f"{CASES}?{query}", 303)
