"""Beside a case: the conversation that led here, live when somebody takes it over, and the record
of the procedure it is about."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from agencies.cases.model import Case
from agencies.console.access import NotThere
from agencies.console.case_page import CASES
from agencies.console.case_pages import Reader, Seen, Worker, case_seen
from agencies.console.own_part import own_part
from agencies.console.procedures import KnowledgeAway, Record
from agencies.console.work_room import WorkRoom
from agencies.staff import audit
from agencies.staff.model import Staff
from agencies.staff.scope import Scope
from gateway.client import ConversationGone, Part, StaffLine, StaffLineDown, StaffView, Taken
from vietnamese.text import clean

LONGEST_MESSAGE = 5000
KEY = r"^[a-f0-9]{32}$"
ONE_READING = timedelta(minutes=10)
MOST_REMEMBERED = 10_000

Call = Callable[[StaffLine, Part], Awaitable[StaffView | Taken]]


def routes(templates: Jinja2Templates, room: WorkRoom) -> APIRouter:
    router = APIRouter(include_in_schema=False, prefix=CASES)
    pages = TalkPages(templates, room)
    router.get("/{code}/conversation")(pages.read)
    router.post("/{code}/conversation/take-over")(pages.take_over)
    router.post("/{code}/conversation/give-back")(pages.give_back)
    router.post("/{code}/conversation/messages")(pages.say)
    router.get("/{code}/procedure")(pages.procedure)
    return router


class TalkPages:
    def __init__(self, templates: Jinja2Templates, room: WorkRoom) -> None:
        self._templates = templates
        self._room = room
        self._read_at: dict[tuple[int, int], datetime] = {}

    async def read(self, request: Request, code: str, staff: Reader, scope: Seen) -> Response:
        case = await case_seen(self._room, code, scope)
        if self._is_news(staff, case):  # An open page asks every few seconds.
            await self._note(request, staff, case, "conversation.read")
        return await self._show(request, case, _reading(case))

    async def take_over(self, request: Request, code: str, staff: Worker, scope: Seen) -> Response:
        """The assistant is silent from now on, and the citizen is told who is there."""
        case = await self._reachable(code, scope)
        if not case.open:
            return await self._show(request, case, _reading(case), refused="closed")
        await self._note(request, staff, case, "conversation.taken_over")

        async def take(line: StaffLine, part: Part) -> StaffView | Taken:
            return await line.take_over(case.conversation, staff.full_name, part)

        return await self._show(request, case, take, back=True)

    async def give_back(self, request: Request, code: str, staff: Worker, scope: Seen) -> Response:
        """Also of a case that has ended: the assistant is not to stay silent for that."""
        case = await self._reachable(code, scope)
        await self._note(request, staff, case, "conversation.given_back")

        async def give(line: StaffLine, part: Part) -> StaffView | Taken:
            return await line.give_back(case.conversation, staff.full_name, part)

        return await self._show(request, case, give, back=True)

    async def say(
        self,
        request: Request,
        code: str,
        staff: Worker,
        scope: Seen,
        text: Annotated[str, Form()] = "",
        key: Annotated[str, Form(pattern=KEY)] = "",
    ) -> Response:
        """One message to the citizen; the same form sent twice is one message."""
        case = await self._reachable(code, scope)
        words = clean(text)[:LONGEST_MESSAGE]
        if not words:
            return await self._show(request, case, _reading(case))
        if not case.open:
            return await self._show(request, case, _reading(case), typed=words, refused="closed")
        await self._note(request, staff, case, "conversation.wrote")

        async def write(line: StaffLine, part: Part) -> StaffView | Taken:
            written = await line.write(
                case.conversation,
                words,
                key=f"console:{key or secrets.token_hex(16)}",
                author_name=staff.full_name,
                case_code=case.code,
            )
            if isinstance(written, Taken):
                return written
            return await line.read(case.conversation, part)

        return await self._show(request, case, write, typed=words, back=True)

    async def procedure(self, request: Request, code: str, staff: Reader, scope: Seen) -> Response:
        """Its record as published; the case's own words are not sent anywhere for it."""
        case = await case_seen(self._room, code, scope)
        record: Record | None = None
        away = False
        if case.procedure_code:
            try:
                record = await self._room.procedures.record(case.procedure_code)
            except KnowledgeAway:
                away = True
        context = {"case": case, "record": record, "away": away}
        return self._templates.TemplateResponse(request, "procedure.html", context)

    async def _show(
        self,
        request: Request,
        case: Case,
        call: Call,
        *,
        typed: str = "",
        refused: str = "",
        back: bool = False,
    ) -> Response:
        """The conversation after the call; when it failed, with what was typed. `back` leads a
        browser without scripts on to the page that can be read again."""
        view, trouble = await self._call(case, call)
        trouble = trouble or refused
        if back and not trouble and "hx-request" not in request.headers:
            return RedirectResponse(f"{CASES}/{case.code}/conversation", 303)
        context = {
            "case": case,
            "view": view,
            "trouble": trouble,
            "typed": typed if trouble else "",
            "key": secrets.token_hex(16),
        }
        return self._templates.TemplateResponse(request, "conversation.html", context)

    async def _call(self, case: Case, call: Call) -> tuple[StaffView | None, str]:
        """What there is to see, and what went wrong; another's talk leaves one's own part seen."""
        if self._room.line is None:
            return None, "no_line"
        if not case.conversation:
            return None, "gone"
        try:
            part = await own_part(self._room.engine, case)
            seen = await call(self._room.line, part)
            if isinstance(seen, Taken):
                return await self._room.line.read(case.conversation, part), "taken"
            return seen, ""
        except ConversationGone:
            return None, "gone"
        except StaffLineDown:
            return None, "down"

    async def _reachable(self, code: str, scope: Scope) -> Case:
        """Nobody writes into the conversation of a case that is not theirs, or has none."""
        case = await case_seen(self._room, code, scope)
        if not case.conversation or self._room.line is None:
            raise NotThere
        return case

    def _is_news(self, staff: Staff, case: Case) -> bool:
        """Whether it is a while since this process wrote down that they read it."""
        now, key = self._room.clock(), (staff.id, case.id)
        if now - self._read_at.get(key, now - 2 * ONE_READING) < ONE_READING:
            return False
        if len(self._read_at) >= MOST_REMEMBERED:
            self._read_at.clear()
        self._read_at[key] = now
        return True

    async def _note(self, request: Request, staff: Staff, case: Case, action: str) -> None:
        await audit.record(self._room.engine, staff, request, action, "case", case.code)


def _reading(case: Case) -> Call:
    async def read(line: StaffLine, part: Part) -> StaffView:
        return await line.read(case.conversation, part)

    return read
