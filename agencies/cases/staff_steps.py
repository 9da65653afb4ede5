"""What staff do with a case. Each step goes with the case as it was read, or not at all."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from agencies.cases.addressees import addressee
from agencies.cases.citizen_steps import restarted, resumed
from agencies.cases.desk import Desk
from agencies.cases.model import (
    Actor,
    Case,
    Changed,
    EventKind,
    Handling,
    NotNow,
    Side,
    Stale,
    State,
)
from agencies.cases.numbers import next_number
from agencies.cases.sentences import sentence
from agencies.cases.tables import case_event
from agencies.outbox.writing import Purpose


async def register(desk: Desk, case: Case, by: Actor) -> Changed:
    """Enter it in the register of the year (vào sổ)."""
    if case.state is not State.RECEIVED:
        return NotNow(case.code, "state")
    return await desk.change(case, **await _registered(desk, case, by))


async def transfer(desk: Desk, case: Case, to: str, reason: str, by: Actor) -> Changed:
    """Give it to another agency; the history stays, the time follows the rule of rules.yml."""
    if not case.open:
        return NotNow(case.code, "state")
    if not reason.strip():
        return NotNow(case.code, "reason")
    there = await addressee(desk.connection, to)
    if there.id == case.agency_id:
        return NotNow(case.code, "agency")
    values: dict[str, Any] = {"agency_id": there.id, "assignee_id": None, "forwarded_at": None}
    values |= {"draft": "", "draft_by": None} | resumed(desk, case)
    if await _transfers(desk, case) < desk.rules.transfer.restarts:
        values |= restarted(desk, case, desk.now)
    names = {"from": case.agency_code, "from_name": case.agency_name}
    names |= {"to": there.code, "to_name": there.name}
    moved = await _step(desk, case, EventKind.TRANSFERRED, by, values, text=reason, data=names)
    if isinstance(moved, Case):
        await desk.hand_over(case, moved, there)
    return moved


async def assign(desk: Desk, case: Case, assignee: int | None, by: Actor) -> Changed:
    """Name who works on it; None takes the name away."""
    if not case.open:
        return NotNow(case.code, "state")
    data = {"assignee": assignee}
    return await _step(desk, case, EventKind.ASSIGNED, by, {"assignee_id": assignee}, data=data)


async def note(desk: Desk, case: Case, text: str, by: Actor) -> Changed:
    """A note between staff; the citizen never sees it."""
    if case.erased_at:
        return NotNow(case.code, "erased")
    if not text.strip():
        return NotNow(case.code, "text")
    return await _step(desk, case, EventKind.NOTE, by, {}, text=text)


async def draft(desk: Desk, case: Case, text: str, by: Actor) -> Changed:
    """Keep an answer that is not sent yet."""
    if not case.open:
        return NotNow(case.code, "state")
    values = {"draft": text, "draft_by": by.staff_id}
    return await _step(desk, case, EventKind.DRAFTED, by, values, text=text)


async def approve(desk: Desk, case: Case, by: Actor) -> Changed:
    """Send the draft. Where the rules say so, another than its writer has to."""
    if not case.open:
        return NotNow(case.code, "state")
    if not case.draft.strip():
        return NotNow(case.code, "text")
    if desk.rules.approval.by_another and case.draft_by == by.staff_id:
        return NotNow(case.code, "own_draft")
    approved = await _step(desk, case, EventKind.APPROVED, by, {})
    return await _send(desk, approved, case.draft, by) if isinstance(approved, Case) else approved


async def answer(desk: Desk, case: Case, text: str, by: Actor) -> Changed:
    """Answer the citizen at once; refused where another has to approve."""
    if not case.open:
        return NotNow(case.code, "state")
    if not text.strip():
        return NotNow(case.code, "text")
    if desk.rules.approval.by_another:
        return NotNow(case.code, "approval")
    return await _send(desk, case, text, by)


async def ask_citizen(desk: Desk, case: Case, text: str, by: Actor) -> Changed:
    """Ask for what is missing; until the citizen writes, the time stands still."""
    if case.state not in (State.RECEIVED, State.REGISTERED):
        return NotNow(case.code, "state")
    if not text.strip():
        return NotNow(case.code, "text")
    values = await _registered(desk, case, by)
    values |= {"state": State.WAITING, "waiting_since": desk.now}
    asked = await _step(desk, case, EventKind.ASKED, by, values, text=text)
    if isinstance(asked, Case):
        await desk.tell_citizen(asked, Purpose.QUESTION, text, author_name=by.name)
    return asked


async def decline(desk: Desk, case: Case, reason: str, by: Actor) -> Changed:
    """Not accepted (20/2008 Art. 9); the citizen is told why."""
    if not case.open:
        return NotNow(case.code, "state")
    if not reason.strip():
        return NotNow(case.code, "reason")
    values = resumed(desk, case) | {"state": State.DECLINED, "closed_at": desk.now}
    data = {"reply_due": _reply_due(case, values)}
    declined = await _step(desk, case, EventKind.DECLINED, by, values, text=reason, data=data)
    if isinstance(declined, Case):
        facts = {"code": case.code, "agency": case.agency_name, "reason": reason.strip()}
        text = sentence("declined", **facts)
        await desk.tell_citizen(declined, Purpose.STATUS, text, author_name=by.name)
    return declined


async def close(desk: Desk, case: Case, by: Actor) -> Changed:
    """Put an answered case away."""
    if case.state is not State.ANSWERED:
        return NotNow(case.code, "state")
    values = {"state": State.CLOSED, "closed_at": desk.now}
    return await _step(desk, case, EventKind.CLOSED, by, values)


async def handle_as(desk: Desk, case: Case, handling: Handling, notice: str, by: Actor) -> Changed:
    """Another time limit: cross-sector or special, for the days that it has more or less."""
    if case.state not in (State.RECEIVED, State.REGISTERED) or handling is case.handling:
        return NotNow(case.code, "state")
    if handling is Handling.SPECIAL and not notice.strip():
        return NotNow(case.code, "text")
    due = desk.deadlines.handled_as(case.reply_due, handling, before=case.handling)
    values = {"handling": handling, "reply_due": due, "warned": 0, "overdue_told": None}
    values |= {"calendar_version": desk.deadlines.calendar_version}
    data = {"handling": handling, "reply_due": due.isoformat()}
    changed = await _step(desk, case, EventKind.NOTE, by, values, text=notice, data=data)
    if isinstance(changed, Case):
        await desk.tell_citizen(changed, Purpose.STATUS, notice, author_name=by.name)
    return changed


async def _send(desk: Desk, case: Case, text: str, by: Actor) -> Changed:
    values = resumed(desk, case) | await _registered(desk, case, by)
    values |= {
        "state": State.ANSWERED,
        "answered_at": desk.now,
        "answer": text,
        "answered_by": by.staff_id,
        "draft": "",
        "draft_by": None,
        "rating": None,
        "rating_words": "",
        "rated_at": None,
    }
    # Whether it was in time, the report asks later, when the case may have been reopened.
    data = {"agency_name": case.agency_name, "reply_due": _reply_due(case, values)}
    sent = await _step(desk, case, EventKind.ANSWERED, by, values, text=text, data=data)
    if isinstance(sent, Case):
        name = by.name or case.agency_name
        await desk.tell_citizen(sent, Purpose.ANSWER, text, author_name=name, rate=True)
    return sent


def _reply_due(case: Case, values: dict[str, Any]) -> str:
    due: datetime = values.get("reply_due", case.reply_due)
    return due.isoformat()


async def _registered(desk: Desk, case: Case, by: Actor) -> dict[str, Any]:
    """Nothing is answered or asked that is not in the register."""
    if case.registered_at:
        return {}
    year, number = await next_number(desk.connection, desk.now)
    await desk.record(case, EventKind.REGISTERED, by, data={"year": year, "number": number})
    values = {"register_year": year, "register_number": number, "registered_at": desk.now}
    return values | {"state": State.REGISTERED}


async def _transfers(desk: Desk, case: Case) -> int:
    counted = sa.select(sa.func.count()).where(
        case_event.c.case_id == case.id,
        case_event.c.kind == EventKind.TRANSFERRED,
        case_event.c.actor == Side.STAFF,  # A merger is nobody's choice.
    )
    return int((await desk.connection.execute(counted)).scalar_one())


async def _step(
    desk: Desk,
    case: Case,
    kind: EventKind,
    by: Actor,
    values: dict[str, Any],
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> Case | Stale:
    changed = await desk.change(case, **values)
    if isinstance(changed, Case):
        await desk.record(changed, kind, by, text=text, data=data)
    return changed
