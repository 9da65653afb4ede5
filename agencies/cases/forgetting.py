"""Conversations that were forgotten lately: a form that was on its way then makes no case."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.tables import forgotten as table

KEPT = timedelta(days=1)  # Longer than any form is on its way.
ON_ITS_WAY = timedelta(minutes=10)  # Of a form that does not say when it was consented to.


async def one_at_a_time(connection: AsyncConnection, conversation: str) -> None:
    """What is written about one conversation waits for each other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(conversation))
        await connection.execute(sa.select(lock))


async def remember(connection: AsyncConnection, conversation: str, at: datetime) -> None:
    """Called under the lock of the conversation."""
    name = _hash(conversation)
    await connection.execute(table.delete().where(table.c.conversation_hash == name))
    await connection.execute(table.insert().values(conversation_hash=name, at=at))


async def was_forgotten(
    connection: AsyncConnection, conversation: str, *, confirmed: datetime | None, now: datetime
) -> bool:
    """Whether the citizen asked to be forgotten after they had confirmed what comes now."""
    found = sa.select(table.c.at).where(table.c.conversation_hash == _hash(conversation))
    at: datetime | None = (await connection.execute(found)).scalar()
    if at is None:
        return False
    return confirmed <= at if confirmed else now - at <= ON_ITS_WAY


async def sweep(connection: AsyncConnection, now: datetime) -> None:
    """Forget that they were forgotten."""
    await connection.execute(table.delete().where(table.c.at < now - KEPT))


def _hash(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()
