"""A case in the console: read it, print it, take a step with it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.cases.model import Case, NotNow
from agencies.console.access import Forbidden, NotThere, allowed, scope_of
from agencies.console.case_form import CaseForm
from agencies.console.case_page import CASES, CasePage, Trouble
from agencies.console.steps import STEPS, Taking, noting
from agencies.console.work_room import WorkRoom
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope

Reader = Annotated[Staff, Depends(allowed(Permission.READ_CASES))]
Worker = Annotated[Staff, Depends(allowed(Permission.WORK_ON_CASES))]
Seen = Annotated[Scope, Depends(scope_of)]
Filled = Annotated[CaseForm, Depends()]
STALE = "stale"


def routes(templates: Jinja2Templates, room: WorkRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=CASES)
    pages = CasePages(templates, room)
    router.get("/{code}")(pages.read)
    router.get("/{code}/print")(pages.print)
    router.post("/{code}/steps/{step}")(pages.take_step)
    return router


async def case_seen(room: WorkRoom, code: str, scope: Scope) -> Case:
    """The case with this code. Raises NotThere, the same for an unknown and for another's."""
    case = await room.cases.case(code, scope)
    if case is None:
        raise NotThere
    return case


class CasePages:
    def __init__(self, templates: Jinja2Templates, room: WorkRoom) -> None:
        self._room = room
        self._page = CasePage(templates, room)

    async def read(
        self,
        request: Request,
        code: str,
        staff: Reader,
        scope: Seen,
        done: str = "",
        ready: str = "",
    ) -> Response:
        case = await self._read(request, code, staff, scope, "case.read")
        return await self._page.show(request, case, staff, scope, done=done, ready=ready)

    async def print(self, request: Request, code: str, staff: Reader, scope: Seen) -> Response:
        case = await self._read(request, code, staff, scope, "case.printed")
        return await self._page.show(request, case, staff, scope, template="case_print.html")

    async def take_step(
        self, request: Request, code: str, step: str, staff: Worker, scope: Seen, form: Filled
    ) -> Response:
        """One step with the case as it was shown; what was typed is never lost."""
        taken = STEPS.get(step)
        if taken is None:
            raise NotThere
        if not staff.may(taken.permission):
            raise Forbidden
        case = await case_seen(self._room, code, scope)
        shown = replace(case, version=form.version)
        room = noting(self._room, request, staff, step, case, form)
        result = await taken.run(Taking(room, shown, form, staff, scope))
        if isinstance(result, Case):
            return RedirectResponse(_onward(result, scope, step), 303)
        now = await case_seen(self._room, code, scope)
        # What no longer goes with the case does so because of what somebody else did to it.
        why = result.why if isinstance(result, NotNow) and now.version == form.version else STALE
        trouble = Trouble(step, why, form)
        return await self._page.show(request, now, staff, scope, trouble=trouble)

    async def _read(
        self, request: Request, code: str, staff: Staff, scope: Scope, action: str
    ) -> Case:
        case = await case_seen(self._room, code, scope)
        seen = {"contact": staff.may(Permission.SEE_CONTACTS)}
        await audit.record(self._room.engine, staff, request, action, "case", case.code, seen)
        return case


def _onward(case: Case, scope: Scope, step: str) -> str:
    """Back to the case, or to the queue when it is no longer one's own."""
    if scope.covers(case.agency_id):
        return f"{CASES}/{case.code}?done={step}"
    return f"{CASES}?done={step}"
