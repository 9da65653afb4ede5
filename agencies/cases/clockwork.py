"""What time alone does to a case: warn, tell the superior unit, go on, close, follow a merger."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from agencies.cases.addressees import living, superior, triage
from agencies.cases.citizen_steps import resumed, succeeded
from agencies.cases.desk import Desk
from agencies.cases.model import OPEN, SYSTEM, Case, EventKind, State
from agencies.cases.tables import case_
from agencies.cases.watch import overdue, share_due
from agencies.outbox.writing import Purpose
from agencies.tables import agency


def due(now: datetime, limit: int) -> sa.Select[Any]:
    """Ids of the cases to look at now, the longest due first."""
    found = sa.select(case_.c.id).where(case_.c.look_at <= now)
    return found.order_by(case_.c.look_at).limit(limit)


def orphaned(limit: int) -> sa.Select[Any]:
    """Ids of open cases whose agency was dissolved or left the directory."""
    joined = sa.select(case_.c.id).join(agency, case_.c.agency_id == agency.c.id)
    found = joined.where(case_.c.state.in_(OPEN), agency.c.withdrawn)
    # In no order: those that nobody can take must not stand before the others for ever.
    return found.order_by(sa.func.random()).limit(limit)


def put_off(case_id: int, until: datetime) -> sa.Update:
    """Look at it later, because looking failed."""
    late = case_.update().where(case_.c.id == case_id, case_.c.look_at <= until)
    return late.values(look_at=until)


async def look(desk: Desk, case: Case) -> None:
    """Do everything that is due; called with the row locked, and harmless when called again."""
    values: dict[str, Any] = {}
    if case.state is State.WAITING:
        values |= await _go_on(desk, case)
    if case.state is State.ANSWERED:
        values |= await _close(desk, case)
    await _tell_lateness(desk, case)
    if share := share_due(case, desk.rules, desk.deadlines, desk.now):
        values |= {"warned": share}
        await _tell_share(desk, case, share)
    if overdue(case, desk.now) and case.overdue_told is None:
        values |= {"overdue_told": desk.now}
        await _tell_superior(desk, case)
    if "state" in values:
        await desk.change(case, **values)
    else:  # Also when nothing is told: it sets the next look. Nobody's page gets old by it.
        await desk.mark(case, **values)


async def follow(desk: Desk, case: Case) -> None:
    """Give the case to the successor of its agency, or to triage; the deadlines stay."""
    to = await living(desk.connection, case.agency_id)
    if values := await succeeded(desk, case, to):
        moved = await desk.change(case, **values)
        if isinstance(moved, Case):
            await desk.hand_over(case, moved, to)


async def _go_on(desk: Desk, case: Case) -> dict[str, Any]:
    """The citizen wrote nothing for too long: the time runs again, and staff decide."""
    since = case.waiting_since
    if not since or desk.now <= desk.deadlines.after(since, desk.rules.waiting.days):
        return {}
    await desk.record(case, EventKind.WARNED, SYSTEM, data={"what": "waiting"})
    await desk.tell_agency(case, Purpose.WARNING, what="waiting")
    return resumed(desk, case)


async def _close(desk: Desk, case: Case) -> dict[str, Any]:
    """Nobody said "chưa giải quyết" in time."""
    since = case.answered_at
    if not since or desk.now <= desk.deadlines.after(since, desk.rules.reopening.days):
        return {}
    await desk.record(case, EventKind.CLOSED, SYSTEM)
    return {"state": State.CLOSED, "closed_at": desk.now}


async def _tell_lateness(desk: Desk, case: Case) -> None:
    """Not registered, or not forwarded, in time: the triage unit hears of it, once each."""
    late = {
        "register": case.state is State.RECEIVED and desk.now > case.register_due,
        "forward": case.open and case.forwarded_at is None and desk.now > case.forward_due,
    }
    for what in (name for name, is_late in late.items() if is_late):
        key = f"late:{case.id}:{what}:{case.agency_id}:{case.reopened}"
        if await desk.record(case, EventKind.WARNED, SYSTEM, data={"what": what}, key=key):
            to = await triage(desk.connection)
            await desk.tell_agency(case, Purpose.WARNING, to=to, what=what)


async def _tell_share(desk: Desk, case: Case, share: int) -> None:
    await desk.record(case, EventKind.WARNED, SYSTEM, data={"what": "reply", "share": share})
    await desk.tell_agency(case, Purpose.WARNING, what="reply", share=share)


async def _tell_superior(desk: Desk, case: Case) -> None:
    above = await superior(desk.connection, case.agency_id)
    data = {"to": above.code, "to_name": above.name}
    await desk.record(case, EventKind.OVERDUE, SYSTEM, data=data)
    await desk.tell_agency(case, Purpose.WARNING, to=above, what="overdue")
