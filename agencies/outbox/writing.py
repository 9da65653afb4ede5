"""Writes what must be sent, inside the transaction of the fact it reports."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.outbox.tables import delivery as table

OWNER = "owner"  # In the payload: for the agency that has the case, as long as it has it.


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


def to_owner(delivery: Delivery) -> bool:
    """Whether it goes to an agency because the case is with it, not to triage or the unit above."""
    return delivery.purpose == Purpose.FORWARD or bool(delivery.payload.get(OWNER))


async def withdraw(connection: AsyncConnection, case_id: int, *, agency_id: int) -> int:
    """Do not send what still waits for the agency that had a case until now; how many."""
    as_owner = sa.or_(table.c.purpose == Purpose.FORWARD, table.c.payload[OWNER].as_boolean())
    waiting = sa.update(table).where(
        table.c.case_id == case_id,
        table.c.agency_id == agency_id,
        table.c.state == State.WAITING,
        as_owner,
    )
    return (await connection.execute(waiting.values(state=State.WITHDRAWN))).rowcount
