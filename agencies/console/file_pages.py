"""Files of a case: sent as something to save, never as something our address shows."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agencies.attachments import OCTETS, clean_name, kind_of
from agencies.cases.codes import read_code
from agencies.console.access import NotThere, Number
from agencies.console.case_page import CASES
from agencies.console.case_pages import Reader, Seen
from agencies.console.work_room import WorkRoom
from agencies.staff import audit

# Even if a browser opened it all the same, it could neither run anything nor call home.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def routes(room: WorkRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=CASES)
    router.get("/{code}/files/{number}")(FilePages(room).fetch)
    return router


class FilePages:
    def __init__(self, room: WorkRoom) -> None:
        self._room = room

    async def fetch(
        self, request: Request, code: str, number: Number, staff: Reader, scope: Seen
    ) -> Response:
        case_code = read_code(code)
        found = await self._room.filed.content(case_code, number, scope)
        if found is None:
            raise NotThere
        await audit.record(
            self._room.engine, staff, request, "file.read", "case", case_code, {"file": number}
        )
        # What the bytes say now; what was believed when they came is not asked again.
        kind = kind_of(found.content)
        name = clean_name(found.name, kind.endings if kind else ())
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        media_type = kind.media_type if kind else OCTETS
        return Response(found.content, media_type=media_type, headers=headers)
