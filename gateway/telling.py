"""Puts replies into the outbox at the next places of their conversation, under its row's lock."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Author, Delivery, Mode, may_send
from gateway.messages import Reply
from gateway.tables import Told, conversation, outbox
from gateway.thread import unsent


def tell(
    connection: sa.Connection,
    row: sa.RowMapping,
    replies: Sequence[Reply],
    *,
    author: Author,
    keys: Sequence[str],
    at: datetime,
    lease: timedelta,
    case: str = "",
    changes: Mapping[str, Any] | None = None,
) -> list[Delivery] | None:
    """Returns what the caller is to send now: nothing when earlier replies are still on their way.
    None when staff have the conversation, so that nothing of it is said any more.

    `row` is the conversation's, with `changes` to it; `case` is whose words these are, unless they
    say so themselves.
    """
    name, last, token = row["name"], int(row["sequence"]), secrets.token_hex(16)
    state = Told.WITHHELD
    if may_send(author, Mode(row["mode"])):
        behind = bool(connection.scalar(sa.select(unsent(name).exists())))
        state = Told.WAITING if behind else Told.SENDING
    rows = [
        {
            "conversation": name,
            "sequence": place,
            "author": author,
            "reply": asdict(reply),
            "case_code": reply.case or case,
            "dedupe_key": key,
            "state": state,
            "attempts": 0,
            "lease": token if state is Told.SENDING else None,
            "lease_until": at + lease if state is Told.SENDING else None,
            "not_before": at,
            "written_at": at,
        }
        for place, (reply, key) in enumerate(zip(replies, keys, strict=True), start=last + 1)
    ]
    connection.execute(sa.insert(outbox), rows)
    change(connection, name, {**(changes or {}), "sequence": last + len(rows)})
    if state is Told.WITHHELD:
        return None
    if state is Told.WAITING:
        return []
    places = range(last + 1, last + 1 + len(rows))
    return [
        Delivery(name, place, reply, token) for place, reply in zip(places, replies, strict=True)
    ]


def release(connection: sa.Connection, name: str) -> None:
    """What waited for the citizen's next act may go out; with the act, in its transaction.

    The outbox looks for it once it is woken.
    """
    held = sa.update(outbox).where(outbox.c.conversation == name, outbox.c.state == Told.HELD)
    free = {"state": Told.WAITING, "reason": "", "attempts": 0, "failing_since": None}
    connection.execute(held.values(**free))


def change(connection: sa.Connection, name: str, values: Mapping[str, Any]) -> None:
    connection.execute(sa.update(conversation).where(conversation.c.name == name).values(**values))
