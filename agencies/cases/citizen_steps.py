"""What a citizen who holds the code does: write, rate, say that it is not solved, be forgotten."""

from datetime import datetime
from typing import Any

from agencies.cases.addressees import Addressee, living, superior
from agencies.cases.deadlines import Deadlines, Dues
from agencies.cases.desk import Desk
from agencies.cases.model import CITIZEN, SYSTEM, Case, EventKind, NotNow, Stale, State
from agencies.outbox.writing import Purpose
from agencies.rules import Reopening

ANSWERED = (State.ANSWERED, State.CLOSED)
DISSOLVED = "dissolved"  # Why a case was transferred by nobody.


async def write(desk: Desk, case: Case, text: str, submission: str) -> tuple[Case, bool]:
    """Add the citizen's words; the clock goes on if it waited for them. False: known already."""
    key = message_key(submission)
    if not await desk.record(case, EventKind.CITIZEN_WROTE, CITIZEN, text=text, key=key):
        return case, False
    changed = _sure(await desk.change(case, **resumed(desk, case)))
    await desk.tell_agency(changed, Purpose.STATUS, event=EventKind.CITIZEN_WROTE)
    return changed, True


def message_key(submission: str) -> str:
    """The same message twice is one event."""
    return f"message:{submission}"


def resumed(desk: Desk, case: Case) -> dict[str, Any]:
    """What changes when the clock goes on; nothing when it runs."""
    if case.state is not State.WAITING or case.waiting_since is None:
        return {}
    was = case.reply_due
    due = desk.deadlines.resumed(was, stopped=case.waiting_since, now=desk.now)
    return {
        "state": State.REGISTERED,
        "waiting_since": None,
        "reply_due": due,
        "counted_from": desk.deadlines.later_start(case.counted_from, due=was, new_due=due),
        "calendar_version": desk.deadlines.calendar_version,
    }


async def rate(desk: Desk, case: Case, score: int, words: str) -> Case | NotNow:
    """Rate the answer. A second rating of the same answer takes the place of the first."""
    if case.state not in ANSWERED or not case.answer:
        return NotNow(case.code, "state")
    if not 1 <= score <= 5:
        return NotNow(case.code, "score")
    await desk.record(case, EventKind.RATED, CITIZEN, text=words, data={"score": score})
    values = {"rating": score, "rating_words": words, "rated_at": desk.now}
    return _sure(await desk.change(case, **values))


def can_reopen(case: Case, rule: Reopening, deadlines: Deadlines, now: datetime) -> bool:
    if case.state not in ANSWERED or not case.answered_at or case.erased_at:
        return False
    if case.reopened >= rule.most:
        return False
    return now <= deadlines.after(case.answered_at, rule.days)


async def wrote(desk: Desk, case: Case, text: str, submission: str) -> Case | NotNow:
    """What the citizen adds to an open case; an answered one is reopened instead."""
    if case.erased_at:
        return NotNow(case.code, "erased")
    if not case.open:
        return NotNow(case.code, "state")
    changed, _ = await write(desk, case, text, submission)
    return changed


async def reopen(desk: Desk, case: Case, reason: str, submission: str) -> Case | NotNow:
    """ "Chưa giải quyết": back to the agency with a new deadline; from a set time on the superior
    unit is told, too."""
    if case.erased_at:
        return NotNow(case.code, "erased")
    key = f"reopening:{submission}"
    if not await desk.record(case, EventKind.REOPENED, CITIZEN, text=reason, key=key):
        return case
    if not can_reopen(case, desk.rules.reopening, desk.deadlines, desk.now):
        return NotNow(case.code, "reopening")
    to = await living(desk.connection, case.agency_id)
    values = await succeeded(desk, case, to) | _anew(desk, case)
    changed = _sure(await desk.change(case, reopened=case.reopened + 1, **values))
    await desk.hand_over(case, changed, to, event=EventKind.REOPENED)
    if changed.reopened >= desk.rules.reopening.superior_from:
        above = await superior(desk.connection, to.id)
        await desk.tell_agency(changed, Purpose.WARNING, to=above, event=EventKind.REOPENED)
    return changed


async def succeeded(desk: Desk, case: Case, to: Addressee) -> dict[str, Any]:
    """What changes when the agency was dissolved and `to` has its work; nothing while it exists."""
    if to.id == case.agency_id:
        return {}
    names = {"from": case.agency_code, "from_name": case.agency_name}
    names |= {"to": to.code, "to_name": to.name, "reason": DISSOLVED}
    await desk.record(case, EventKind.TRANSFERRED, SYSTEM, data=names)
    return {"agency_id": to.id, "assignee_id": None, "forwarded_at": None}


def _anew(desk: Desk, case: Case) -> dict[str, Any]:
    dues = _dues(desk, case, desk.now)
    return {
        "state": State.REGISTERED if case.registered_at else State.RECEIVED,
        "answered_at": None,
        "closed_at": None,
        "forwarded_at": None,
        "counted_from": desk.now,
        "register_due": dues.register,
        "forward_due": dues.forward,
        "reply_due": dues.reply,
        "calendar_version": dues.calendar_version,
        "warned": 0,
        "overdue_told": None,
        "draft": "",
        "draft_by": None,
    }


def restarted(desk: Desk, case: Case, at: datetime) -> dict[str, Any]:
    """What changes when the time for the answer begins again."""
    dues = _dues(desk, case, at)
    return {
        "counted_from": at,
        "reply_due": dues.reply,
        "calendar_version": dues.calendar_version,
        "warned": 0,
        "overdue_told": None,
    }


def _dues(desk: Desk, case: Case, at: datetime) -> Dues:
    same_day = desk.rules.same_day_for(case.field, case.category, case.wish)
    return desk.deadlines.dues(at, handling=case.handling, same_day=same_day)


def _sure(changed: Case | Stale) -> Case:
    """Citizens' steps lock the row first, so nobody can have been faster."""
    if isinstance(changed, Stale):
        raise RuntimeError(f"{changed.code} changed under a lock")
    return changed
