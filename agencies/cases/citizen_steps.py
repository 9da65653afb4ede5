"""What a citizen who holds the code does: write, rate, say that it is not solved, be forgotten."""

from datetime import datetime
from typing import Any

from agencies.cases.addressees import living, superior
from agencies.cases.deadlines import Deadlines
from agencies.cases.desk import Desk
from agencies.cases.model import CITIZEN, Case, EventKind, NotNow, Stale, State
from agencies.outbox.writing import Purpose
from agencies.rules import Reopening

ANSWERED = (State.ANSWERED, State.CLOSED)


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
    stopped = case.waiting_since
    return {
        "state": State.REGISTERED,
        "waiting_since": None,
        "reply_due": desk.deadlines.resumed(case.reply_due, stopped=stopped, now=desk.now),
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
    if case.state not in ANSWERED or not case.answered_at or case.reopened >= rule.most:
        return False
    return now <= deadlines.after(case.answered_at, rule.days)


async def wrote(desk: Desk, case: Case, text: str, submission: str) -> Case | NotNow:
    """What the citizen adds to an open case; an answered one is reopened instead."""
    if not case.open:
        return NotNow(case.code, "state")
    changed, _ = await write(desk, case, text, submission)
    return changed


async def reopen(desk: Desk, case: Case, reason: str, submission: str) -> Case | NotNow:
    """ "Chưa giải quyết": back to the agency with a new deadline; from a set time on the superior
    unit is told, too."""
    key = f"reopening:{submission}"
    if not await desk.record(case, EventKind.REOPENED, CITIZEN, text=reason, key=key):
        return case
    if not can_reopen(case, desk.rules.reopening, desk.deadlines, desk.now):
        return NotNow(case.code, "reopening")
    to = await living(desk.connection, case.agency_id)
    changed = _sure(
        await desk.change(
            case,
            agency_id=to.id,
            reopened=case.reopened + 1,
            **_anew(desk, case),
        )
    )
    await desk.tell_agency(changed, Purpose.FORWARD, to=to, event=EventKind.REOPENED)
    if changed.reopened >= desk.rules.reopening.superior_from:
        above = await superior(desk.connection, to.id)
        await desk.tell_agency(changed, Purpose.WARNING, to=above, event=EventKind.REOPENED)
    return changed


def _anew(desk: Desk, case: Case) -> dict[str, Any]:
    dues = desk.deadlines.dues(desk.now, handling=case.handling)
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
    dues = desk.deadlines.dues(at, handling=case.handling)
    return {
        "counted_from": at,
        "reply_due": dues.reply,
        "calendar_version": dues.calendar_version,
        "warned": 0,
        "overdue_told": None,
    }


def _sure(changed: Case | Stale) -> Case:
    """Citizens' steps lock the row first, so nobody can have been faster."""
    if isinstance(changed, Stale):
        raise RuntimeError(f"{changed.code} changed under a lock")
    return changed
