"""Writes what must be sent, inside the transaction of the fact it reports."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.outbox.tables import delivery as table


class Kind(StrEnum):
    """By which sender."""

    CONSOLE = "console"  # The recipient is the agency's code.
    EMAIL = "email"  # The recipient is an address.
    WEBHOOK = "webhook"  # The recipient is the agency's code; its URL and secret are settings.
    CITIZEN = "citizen"  # The recipient is the gateway's name of the conversation.


class Purpose(StrEnum):
    FORWARD = "forward"
    ANSWER = "answer"
    QUESTION = "question"
    WARNING = "warning"
    DIGEST = "digest"
    STATUS = "status"


class State(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"  # Given up: a person must look; the digest tells one.
    WITHDRAWN = "withdrawn"  # No longer to be sent, because the case was transferred or erased.


@dataclass(frozen=True)
class Delivery:
    """One thing for one recipient.

    Whoever writes to an agency (console, e-mail, webhook) needs no payload beyond what is not in
    the case: the senders read the case as it is when they send, so that nothing personal is kept
    twice. For a citizen the payload is {text, author_name, case_code, rate}.
    """

    recipient_kind: Kind
    recipient: str
    purpose: Purpose
    dedupe_key: str  # The same fact told twice is one row.
    case_id: int | None = None
    agency_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None


async def queue(
    connection: AsyncConnection, delivery: Delivery, *, at: datetime | None = None
) -> bool:
    """Write it down; False when the same `dedupe_key` is already there."""
    moment = at or datetime.now(UTC)
    values = {
        "case_id": delivery.case_id,
        "recipient_kind": delivery.recipient_kind,
        "recipient": delivery.recipient,
        "agency_id": delivery.agency_id,
        "purpose": delivery.purpose,
        "payload": delivery.payload,
        "dedupe_key": delivery.dedupe_key,
        "state": State.WAITING,
        "attempts": 0,
        "not_before": delivery.not_before or moment,
        "error": "",
        "written_at": moment,
    }
    insert = insert_if_new(connection, table).values(values).returning(table.c.id)
    return (await connection.execute(insert)).first() is not None


def insert_if_new(connection: AsyncConnection, into: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that does nothing when the row is already there."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(into).on_conflict_do_nothing()
    return sqlite.insert(into).on_conflict_do_nothing()


async def withdraw(connection: AsyncConnection, case_id: int, *, purpose: Purpose) -> int:
    """Do not send what still waits about a case, as when it was transferred; how many."""
    waiting = sa.update(table).where(
        table.c.case_id == case_id, table.c.purpose == purpose, table.c.state == State.WAITING
    )
    return (await connection.execute(waiting.values(state=State.WITHDRAWN))).rowcount


async def forget(connection: AsyncConnection, case_id: int) -> int:
    """Empty what was written about an erased case, and send no more of it; how many rows."""
    of_case = sa.update(table).where(table.c.case_id == case_id)
    pending = of_case.where(table.c.state == State.WAITING)
    await connection.execute(pending.values(state=State.WITHDRAWN))
    return (await connection.execute(of_case.values(payload={}, error=""))).rowcount
