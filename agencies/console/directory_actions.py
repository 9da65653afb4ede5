"""What administrators do about the directory: say that a contact was checked, take the workbook."""

import io
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agencies.console.access import NotThere, allowed, room_of
from agencies.contact_checks import check_contact
from agencies.directory_layout import write_template
from agencies.model import ContactState
from agencies.staff import audit
from agencies.staff.model import Permission, Staff
from agencies.store import AgencyStore

DIRECTORY = "/console/directory"
WORKBOOK = "/console/directory-workbook.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Keeper = Annotated[Staff, Depends(allowed(Permission.MANAGE_DIRECTORY))]


def routes(store: AgencyStore) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    actions = DirectoryActions(store)
    router.get(WORKBOOK)(actions.workbook)
    router.post(DIRECTORY + "/{code}/contact")(actions.check)
    return router


class DirectoryActions:
    def __init__(self, store: AgencyStore) -> None:
        self._store = store

    async def workbook(self, staff: Keeper) -> Response:
        """The directory as it is, in the workbook that can be loaded again."""
        target = io.BytesIO()
        await run_in_threadpool(write_template, target, await self._store.agencies())
        headers = {"Content-Disposition": 'attachment; filename="danh-ba-co-quan.xlsx"'}
        return Response(target.getvalue(), media_type=XLSX, headers=headers)

    async def check(
        self, request: Request, staff: Keeper, code: str, state: Annotated[str, Form()] = ""
    ) -> Response:
        room = room_of(request)
        done = "checked"
        try:
            found = ContactState(state)
            at, detail = room.clock(), {"state": found}
            async with room.act() as act:
                if not await check_contact(act, code, found, at=at, staff_id=staff.id):
                    raise NotThere
                await audit.record(act, staff, request, "contact.checked", "agency", code, detail)
        except ValueError:  # Confirmed, but there is nothing to reach them by.
            done = "refused"
        return RedirectResponse(f"{DIRECTORY}/{code}?done={done}", 303)
