"""Forgets who a case is of. What figures need - dates, agency, field, state - stays."""

from typing import Any

from agencies.cases.desk import Desk
from agencies.cases.model import SYSTEM, Case, EventKind, State
from agencies.cases.rows import CASES, to_case
from agencies.cases.tables import attachment, case_, case_event
from agencies.outbox.writing import forget

_PERSONAL: dict[str, Any] = {
    "text": "",
    "conversation": "",
    "dossier_code": "",
    "contact_name": "",
    "contact_phone": "",
    "contact_email": "",
    "contact_address": "",
    "draft": "",
    "answer": "",
    "rating_words": "",
    "search_text": "",
}


async def erase(desk: Desk, conversation: str) -> int:
    """Every case of a conversation; how many."""
    if not conversation:  # That is what erased ones have: they are not one citizen's.
        return 0
    found = CASES.where(case_.c.conversation == conversation).with_for_update(of=case_)
    rows = (await desk.connection.execute(found)).mappings().all()
    for row in rows:
        await erase_case(desk, to_case(row))
    return len(rows)


async def erase_case(desk: Desk, case: Case) -> None:
    """One case, locked by the caller: its words, its citizen, its files, what was to be sent."""
    events = case_event.update().where(case_event.c.case_id == case.id)
    await desk.connection.execute(events.values(text=""))
    await desk.connection.execute(attachment.delete().where(attachment.c.case_id == case.id))
    await forget(desk.connection, case.id)
    erased = case_.update().where(case_.c.id == case.id)
    # Two cases of one form are told apart by it; what it was is nobody's business any more.
    values = _PERSONAL | {"submission": f"erased:{case.id}", "erased_at": desk.now}
    if case.open:  # Nobody can work on it any more.
        values |= {"state": State.CLOSED, "closed_at": desk.now, "waiting_since": None}
    values |= {"version": case.version + 1, "look_at": None}
    await desk.connection.execute(erased.values(**values))
    await desk.record(case, EventKind.ERASED, SYSTEM)
