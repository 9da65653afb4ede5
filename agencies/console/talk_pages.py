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
from agencies.console.procedures import KnowledgeAway, Record
from agencies.console.work_room import WorkRoom
from agencies.staff import audit
from agencies.staff.model import Staff
from agencies.staff.scope import Scope
from gateway.client import ConversationGone, StaffLine, StaffLineDown, StaffView
from vietnamese.text import clean

LONGEST_MESSAGE = 5000
KEY = r"^[a-f0-9]{32}$"
ONE_READING = timedelta(minutes=10)
MOST_REMEMBERED = 10_000


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
        return await self._show(request, case, lambda line: line.read(case.conversation))

    async def take_over(self, request: Request, code: str, staff: Worker, scope: Seen) -> Response:
        """The assistant is silent from now on, and the citizen is told who is there."""
        case = await self._open(code, scope)
        await self._note(request, staff, case, "conversation.taken_over")
        return await self._show(
            request,
            case,
            lambda line: line.take_over(case.conversation, staff.full_name),
            back=True,
        )

    async def give_back(self, request: Request, code: str, staff: Worker, scope: Seen) -> Response:
        case = await self._open(code, scope)
        await self._note(request, staff, case, "conversation.given_back")
        return await self._show(
            request,
            case,
            lambda line: line.give_back(case.conversation, staff.full_name),
            back=True,
        )

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
        case = await self._open(code, scope)
        words = clean(text)[:LONGEST_MESSAGE]
        if not words:
            return await self._show(request, case, lambda line: line.read(case.conversation))
        await self._note(request, staff, case, "conversation.wrote")

        async def write(line: StaffLine) -> StaffView:
            await line.write(
                case.conversation,
                words,
                key=f"console:{key or secrets.token_hex(16)}",
                author_name=staff.full_name,
                case_code=case.code,
            )
            return await line.read(case.conversation)

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
        call: Callable[[StaffLine], Awaitable[StaffView]],
        *,
        typed: str = "",
        back: bool = False,
    ) -> Response:
        """The conversation after the call; when it failed, with what was typed. `back` leads a
        browser without scripts on to the page that can be read again."""
        view, trouble = await self._call(case, call)
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

    async def _call(
        self, case: Case, call: Callable[[StaffLine], Awaitable[StaffView]]
    ) -> tuple[StaffView | None, str]:
        if self._room.line is None:
            return None, "no_line"
        if not case.conversation:
            return None, "gone"
        try:
            return await call(self._room.line), ""
        except ConversationGone:
            return None, "gone"
        except StaffLineDown:
            return None, "down"

    async def _open(self, code: str, scope: Scope) -> Case:
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
