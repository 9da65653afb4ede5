"""Ready answers: what they say, and for heads and the provincial office to write them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.console.access import NotThere, Number, allowed
from agencies.console.agency_choice import agency_names
from agencies.console.case_pages import Reader, Seen
from agencies.console.ready_answers import Draft
from agencies.console.work_room import WorkRoom
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.staff.scope import Scope

READY = "/console/ready-answers"
Editor = Annotated[Staff, Depends(allowed(Permission.EDIT_TEMPLATES))]


@dataclass(frozen=True)
class ReadyForm:
    title: Annotated[str, Form()] = ""
    text: Annotated[str, Form()] = ""
    agency: Annotated[str, Form()] = ""  # An id; "" is the whole province.

    def draft(self) -> Draft:
        fits = self.agency.isascii() and self.agency.isdecimal() and len(self.agency) < 10
        return Draft.read(self.title, self.text, int(self.agency) if fits else None)


Filled = Annotated[ReadyForm, Depends()]


def routes(templates: Jinja2Templates, room: WorkRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=READY)
    pages = ReadyPages(templates, room)
    router.get("")(pages.all)
    router.post("")(pages.add)
    router.post("/{number}")(pages.change)
    router.post("/{number}/withdraw")(pages.withdraw)
    return router


class ReadyPages:
    def __init__(self, templates: Jinja2Templates, room: WorkRoom) -> None:
        self._templates = templates
        self._room = room

    async def all(self, request: Request, staff: Reader, scope: Seen, done: str = "") -> Response:
        return await self._show(request, staff, scope, done=done)

    async def add(self, request: Request, staff: Editor, scope: Seen, form: Filled) -> Response:
        number = await self._room.ready.add(form.draft(), scope, staff.id)
        if number is None:
            return await self._show(request, staff, scope, form=form)
        await self._note(request, staff, "ready_answer.added", number)
        return RedirectResponse(f"{READY}?done=added", 303)

    async def change(
        self, request: Request, staff: Editor, scope: Seen, number: Number, form: Filled
    ) -> Response:
        draft = form.draft()
        if not draft.complete or not scope.covers(draft.agency_id):
            return await self._show(request, staff, scope, form=form, number=number)
        if not await self._room.ready.change(number, draft, scope, staff.id):
            raise NotThere
        await self._note(request, staff, "ready_answer.changed", number)
        return RedirectResponse(f"{READY}?done=changed", 303)

    async def withdraw(
        self, request: Request, staff: Editor, scope: Seen, number: Number
    ) -> Response:
        if not await self._room.ready.withdraw(number, scope, staff.id):
            raise NotThere
        await self._note(request, staff, "ready_answer.withdrawn", number)
        return RedirectResponse(f"{READY}?done=withdrawn", 303)

    async def _show(
        self,
        request: Request,
        staff: Staff,
        scope: Scope,
        *,
        done: str = "",
        form: ReadyForm | None = None,
        number: int | None = None,
    ) -> Response:
        """With a `form` that could not be taken, what was typed is still in it."""
        edits = staff.may(Permission.EDIT_TEMPLATES)
        mine = await self._room.ready.changeable(scope) if edits else []
        context = {
            "answers": await self._room.ready.usable(scope),
            "mine": {answer.id for answer in mine},
            "agencies": await agency_names(self._room.engine, scope) if edits else {},
            "province": scope.agency_ids is None,
            "form": form,
            "number": number,
            "done": done,
        }
        status = 422 if form else 200
        return self._templates.TemplateResponse(
            request, "ready_answers.html", context, status_code=status
        )

    async def _note(self, request: Request, staff: Staff, action: str, number: int) -> None:
        await audit.record(self._room.engine, staff, request, action, "ready_answer", number)
