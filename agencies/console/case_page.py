"""The page of one case: all that the reader may see of it, and what was typed into it last."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from agencies.cases.model import Case, Event
from agencies.console.case_form import CaseForm
from agencies.console.marks import marks
from agencies.console.ready_answers import fill_in
from agencies.console.work_room import WorkRoom
from agencies.staff.model import Staff
from agencies.staff.scope import Scope
from vietnamese.workdays import ZONE

CASES = "/console/cases"


@dataclass(frozen=True)
class Trouble:
    """A step that was not taken: its code, why, and what had been typed, so that it is not lost."""

    step: str = ""
    why: str = ""
    form: CaseForm = field(default_factory=CaseForm)


class CasePage:
    def __init__(self, templates: Jinja2Templates, room: WorkRoom) -> None:
        self._templates = templates
        self._room = room

    async def show(
        self,
        request: Request,
        case: Case,
        staff: Staff,
        scope: Scope,
        *,
        trouble: Trouble | None = None,
        done: str = "",
        ready: str = "",
        template: str = "case.html",
    ) -> Response:
        """`ready` is the id of a ready answer to begin the answer with."""
        room = self._room
        trouble = trouble or Trouble()
        events = await room.cases.events(case.id)
        answers = await room.ready.usable(scope)
        agencies = {one.code: one.name for one in await room.agencies.agencies()}
        chosen = next((one for one in answers if str(one.id) == ready), None)
        context = {
            "case": case,
            "marks": marks(case, now=room.clock(), soon=room.queue.soon()),
            "events": events,
            "said": _said(events),
            "similar": await self._similar(events, scope),
            "files": await room.filed.of(case),
            "categories": {one.code: one.name for one in room.rules.categories},
            "by_another": room.rules.approval.by_another,
            "colleagues": await room.colleagues.of(case.agency_id, scope),
            "names": await room.colleagues.names(_people(case, events)),
            "ready": answers,
            "prepared": fill_in(chosen.text, _blanks(case)) if chosen else "",
            "agency_names": agencies,
            "can_talk": bool(room.line and case.conversation),
            "trouble": trouble,
            "done": done,
        }
        status = 409 if trouble.why else 200
        return self._templates.TemplateResponse(request, template, context, status_code=status)

    async def _similar(self, events: Sequence[Event], scope: Scope) -> str:
        """The case that this one seems to repeat, if the reader sees it."""
        hints = [event.data["similar_to"] for event in events if "similar_to" in event.data]
        found = await self._room.cases.case(hints[0], scope) if hints else None
        return found.code if found else ""


def _said(events: Sequence[Event]) -> list[Event]:
    """What the citizen added later."""
    return [event for event in events if event.kind in ("citizen_wrote", "reopened")]


def _people(case: Case, events: Sequence[Event]) -> set[int | None]:
    """Whose names the page needs."""
    assigned = {event.data.get("assignee") for event in events if event.kind == "assigned"}
    return {case.assignee_id, case.draft_by} | assigned


def _blanks(case: Case) -> dict[str, str]:
    local: Any = ZoneInfo(ZONE)
    return {
        "code": case.code,
        "procedure": case.procedure_title,
        "agency": case.agency_name,
        "received": case.received_at.astimezone(local).strftime("%d/%m/%Y"),
        "due": case.reply_due.astimezone(local).strftime("%d/%m/%Y"),
    }
