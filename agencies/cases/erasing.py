"""Forgets who a case is of, class by class. What figures need - dates, agency, field - stays.

A citizen who asks is forgotten at once: contact, conversation and files of every case. Of an open
case the words stay, for the law has the agency deal with the matter; they go when it ends (ADR 77).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.desk import Desk
from agencies.cases.forgetting import one_at_a_time, remember
from agencies.cases.history import record
from agencies.cases.model import OPEN, SYSTEM, EventKind, State
from agencies.cases.rows import findable
from agencies.cases.tables import attachment, case_, case_event
from agencies.erasures import DataClass, Erasure, Why, write
from agencies.outbox.tables import delivery, recipient_state
from agencies.outbox.writing import Kind
from agencies.outbox.writing import State as Sending

# Of an open case, what nobody needs to deal with the matter.
AT_ONCE = frozenset({DataClass.CONTACT, DataClass.ATTACHMENTS})
_CONTACT = ("contact_name", "contact_phone", "contact_email", "contact_address", "dossier_code")
_WORDS = ("text", "answer", "rating_words")
# Keys of events that name the citizen's form.
_FORM_KEYS = ("message:%", "reopening:%")


async def erase(desk: Desk, conversation: str) -> int:
    """Every case of a conversation, because the citizen asks; how many."""
    if not conversation:  # That is what erased ones have: they are not one citizen's.
        return 0
    await one_at_a_time(desk.connection, conversation)
    await remember(desk.connection, conversation, desk.now)
    found = sa.select(case_.c.id, case_.c.state).where(case_.c.conversation == conversation)
    rows = (await desk.connection.execute(found.with_for_update())).all()
    still_open = [row.id for row in rows if row.state in OPEN]
    ended = [row.id for row in rows if row.state not in OPEN]
    if not rows:
        return 0
    for data_class in DataClass:
        ids = [*ended, *still_open] if data_class in AT_ONCE else ended
        kept = 0 if data_class in AT_ONCE else len(still_open)
        await erase_class(desk.connection, data_class, ids, at=desk.now)
        done = Erasure(data_class, Why.REQUEST, len(ids), desk.now, kept=kept)
        await write(desk.connection, done)
    await _end(desk.connection, ended, desk.now)
    for case_id in still_open:
        await _promise(desk, case_id)
    return len(rows)


def promised() -> sa.ColumnElement[bool]:
    """Cases that have ended and whose citizen had asked to be forgotten while they were open."""
    asked = sa.select(case_event.c.case_id).where(case_event.c.key.like("erasure:%"))
    return sa.and_(case_.c.erased_at.is_(None), case_.c.id.in_(asked))


async def erase_class(
    connection: AsyncConnection, data_class: DataClass, ids: Sequence[int], *, at: datetime
) -> None:
    """Of these cases, which the caller has locked."""
    if not ids:
        return
    await _ERASERS[data_class](connection, ids)
    if data_class is DataClass.WORDS:  # Nothing of it is sent or found from now on.
        await _set(connection, ids, erased_at=at)
    await _set(connection, ids, version=case_.c.version + 1)
    for case_id in ids:
        data = {"class": data_class}
        await record(connection, case_id, EventKind.ERASED, SYSTEM, at=at, data=data)


async def _contact(connection: AsyncConnection, ids: Sequence[int]) -> None:
    names = sa.select(case_.c.conversation).where(case_.c.id.in_(ids))
    state = recipient_state.c
    to_citizens = sa.and_(state.kind == Kind.CITIZEN, state.recipient.in_(names))
    await connection.execute(recipient_state.delete().where(to_citizens))
    told = delivery.update().where(
        delivery.c.case_id.in_(ids), delivery.c.recipient_kind == Kind.CITIZEN
    )
    pending = told.where(delivery.c.state.in_((Sending.WAITING, Sending.SENDING)))
    await connection.execute(pending.values(state=Sending.WITHDRAWN))
    await connection.execute(told.values(recipient="", payload={}, error="", provider_id=None))
    await _forget_form(connection, ids)
    await _set(connection, ids, conversation="", **dict.fromkeys(_CONTACT, ""))
    await _index_again(connection, ids)


async def _words(connection: AsyncConnection, ids: Sequence[int]) -> None:
    of_cases = case_event.update().where(case_event.c.case_id.in_(ids))
    await connection.execute(of_cases.values(text=""))
    await _set(connection, ids, **dict.fromkeys(_WORDS, ""), look_at=None)
    await _index_again(connection, ids)


async def _drafts(connection: AsyncConnection, ids: Sequence[int]) -> None:
    drafted = case_event.update().where(
        case_event.c.case_id.in_(ids), case_event.c.kind == EventKind.DRAFTED
    )
    await connection.execute(drafted.values(text=""))
    await _set(connection, ids, draft="")


async def _attachments(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(attachment.delete().where(attachment.c.case_id.in_(ids)))


async def _deliveries(connection: AsyncConnection, ids: Sequence[int]) -> None:
    of_cases = delivery.update().where(delivery.c.case_id.in_(ids))
    pending = of_cases.where(delivery.c.state == Sending.WAITING)
    await connection.execute(pending.values(state=Sending.WITHDRAWN))
    await connection.execute(of_cases.values(payload={}, error=""))


_ERASERS: Mapping[DataClass, Callable[[AsyncConnection, Sequence[int]], Awaitable[None]]] = {
    DataClass.CONTACT: _contact,
    DataClass.WORDS: _words,
    DataClass.DRAFTS: _drafts,
    DataClass.ATTACHMENTS: _attachments,
    DataClass.DELIVERIES: _deliveries,
}


async def _forget_form(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Forms are named after conversations; two erased cases are still told apart."""
    named = sa.or_(*(case_event.c.key.like(pattern) for pattern in _FORM_KEYS))
    keys = case_event.update().where(case_event.c.case_id.in_(ids), named)
    await connection.execute(keys.values(key=None))
    await _set(connection, ids, submission=sa.literal("erased:") + sa.cast(case_.c.id, sa.String))


async def _index_again(connection: AsyncConnection, ids: Sequence[int]) -> None:
    rows = await connection.execute(sa.select(case_).where(case_.c.id.in_(ids)))
    for row in rows.mappings().all():
        await _set(connection, [row["id"]], search_text=findable(dict(row)))


async def _end(connection: AsyncConnection, ids: Sequence[int], at: datetime) -> None:
    """Nobody can say any more that an answer did not solve it."""
    answered = case_.update().where(case_.c.id.in_(ids), case_.c.state == State.ANSWERED)
    await connection.execute(answered.values(state=State.CLOSED, closed_at=at, look_at=None))


async def _promise(desk: Desk, case_id: int) -> None:
    """Remember with an open case that its words are to go when it ends."""
    await record(
        desk.connection,
        case_id,
        EventKind.ERASED,
        SYSTEM,
        at=desk.now,
        data={"class": "promised"},
        key=f"erasure:{case_id}",
    )


async def _set(connection: AsyncConnection, ids: Sequence[int], **values: object) -> None:
    await connection.execute(case_.update().where(case_.c.id.in_(ids)).values(**values))
