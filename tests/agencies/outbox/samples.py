"""Cases and deliveries for tests of the outbox, written straight into the tables."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_, case_event
from agencies.database import writing
from agencies.outbox.tables import delivery
from agencies.outbox.writing import Delivery, Kind, Purpose, queue
from agencies.tables import agency

START = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # 9 o'clock on a Monday in Hanoi.
CONVERSATION = "portal:abcdefghijklmnop"


class Clock:
    """Stands still until it is moved, forwards or back."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


def case_row(number: int, agency_id: int, **facts: Any) -> dict[str, Any]:
    """A case of which only the given facts matter."""
    values: dict[str, Any] = {
        column.name: "" for column in case_.columns if isinstance(column.type, sa.String)
    }
    values |= {
        column.name: 0
        for column in case_.columns
        if isinstance(column.type, sa.Integer) and not column.nullable
    }
    values |= {
        column.name: START
        for column in case_.columns
        if not column.nullable and column.name.endswith(("_at", "_due", "_from"))
    }
    values |= {
        "id": number,
        "code": f"PA-{number:08}",
        "submission": f"s{number}",
        "wish": "feedback",
        "text": "Cán bộ hẹn trả kết quả ba lần vẫn chưa có.",
        "conversation": CONVERSATION,
        "agency_id": agency_id,
        "routing": [],
        "handling": "own",
        "state": "received",
    }
    return values | facts


async def write_cases(engine: AsyncEngine, count: int, *, agency_code: str) -> None:
    async with writing(engine).begin() as connection:
        found = sa.select(agency.c.id).where(agency.c.code == agency_code)
        agency_id = (await connection.execute(found)).scalar_one()
        rows = [case_row(number, agency_id) for number in range(1, count + 1)]
        await connection.execute(sa.insert(case_), rows)


def forward(number: int, agency_id: int | None = None, **facts: Any) -> Delivery:
    kind = facts.pop("recipient_kind", Kind.EMAIL)
    values: dict[str, Any] = {
        "recipient_kind": kind,
        "recipient": "tiepnhan@sotuphap.gov.vn",
        "purpose": Purpose.FORWARD,
        "dedupe_key": f"forward:{number}:{kind}",
        "case_id": number,
        "agency_id": agency_id,
    }
    return Delivery(**(values | facts))


def answer(number: int, text: str = "Đã giải quyết.", **facts: Any) -> Delivery:
    payload = {"text": text, "author_name": "Sở Tư pháp", "case_code": f"PA-{number:08}"}
    values: dict[str, Any] = {
        "recipient_kind": Kind.CITIZEN,
        "recipient": CONVERSATION,
        "purpose": Purpose.ANSWER,
        "dedupe_key": f"answer:{number}:{text}",
        "case_id": number,
        "payload": payload | {"rate": True},
    }
    return Delivery(**(values | facts))


async def put(engine: AsyncEngine, *deliveries: Delivery, at: datetime = START) -> None:
    async with writing(engine).begin() as connection:
        for one in deliveries:
            await queue(connection, one, at=at)


async def states(engine: AsyncEngine) -> list[str]:
    return [row["state"] for row in await rows(engine)]


async def rows(engine: AsyncEngine) -> list[sa.RowMapping]:
    async with engine.connect() as connection:
        found = sa.select(delivery).order_by(delivery.c.id)
        return list((await connection.execute(found)).mappings())


async def mark_forwarded(connection: AsyncConnection, told: Delivery) -> None:
    """What the store of cases does when a forward was sent."""
    case = sa.update(case_).where(case_.c.id == told.case_id)
    await connection.execute(case.values(forwarded_at=START))
    event = {"case_id": told.case_id, "at": START, "actor": "system", "actor_name": ""}
    event |= {"kind": "forwarded", "public": True, "text": "", "data": {}}
    await connection.execute(sa.insert(case_event).values(**event))


async def forwarded(engine: AsyncEngine) -> list[bool]:
    async with engine.connect() as connection:
        found = sa.select(case_.c.forwarded_at).order_by(case_.c.id)
        return [at is not None for at in (await connection.execute(found)).scalars()]
