"""The record that something was erased: which class, when, why and how much - never whose."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import writing
from agencies.tables import erasure


class DataClass(StrEnum):
    """Personal data that is kept and erased together; retention.yml says what is in each."""

    CONTACT = "contact"
    WORDS = "words"
    DRAFTS = "drafts"
    ATTACHMENTS = "attachments"
    DELIVERIES = "deliveries"


class Why(StrEnum):
    EXPIRED = "expired"  # The time that is set was over.
    REQUEST = "request"  # The citizen asked, in the portal or at Zalo or Meta.


@dataclass(frozen=True)
class Erasure:
    """`kept` counts open cases in which the class has to stay until they end."""

    data_class: DataClass
    why: Why
    cases: int
    at: datetime
    basis: str = ""
    kept: int = 0


async def write(connection: AsyncConnection, done: Erasure) -> None:
    """In the transaction that erases."""
    values = {
        "at": done.at,
        "data_class": done.data_class,
        "why": done.why,
        "basis": done.basis,
        "cases": done.cases,
        "kept": done.kept,
    }
    await connection.execute(erasure.insert().values(values))


async def erasures(engine: AsyncEngine, since: datetime, until: datetime) -> list[Erasure]:
    """What was erased in a time, the oldest first."""
    found = sa.select(erasure).where(erasure.c.at >= since, erasure.c.at < until)
    async with engine.connect() as connection:
        rows = (await connection.execute(found.order_by(erasure.c.id))).all()
    return [
        Erasure(DataClass(row.data_class), Why(row.why), row.cases, row.at, row.basis, row.kept)
        for row in rows
    ]


async def scrub(engine: AsyncEngine) -> None:
    """Take erased words out of SQLite's log and word index, which would keep them for a while.

    PostgreSQL does so by its own vacuum; backups of either hold them until they are overwritten.
    """
    if engine.dialect.name != "sqlite":
        return
    async with writing(engine).begin() as connection:
        await connection.exec_driver_sql("INSERT INTO case_words (case_words) VALUES ('optimize')")
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        # Not within a transaction. While somebody reads, the next time does it.
        driver: Any = raw.driver_connection
        await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()
