"""Once a day tells the triage unit and the operator what could not be sent."""

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_
from agencies.database import writing
from agencies.model import ContactState
from agencies.model import Kind as AgencyKind
from agencies.outbox.leases import UNSENT, Clock, now
from agencies.outbox.tables import delivery as table
from agencies.outbox.tables import recipient_state
from agencies.outbox.writing import Delivery, Kind, Purpose, State, queue
from agencies.senders.letters import HANOI, moment
from agencies.tables import agency

STUCK_AFTER = timedelta(hours=24)
MOST_LETTERS = 200  # More than a person reads; the rest comes the next day.


class Digest:
    def __init__(
        self, engine: AsyncEngine, *, hour: int = 7, operator: str = "", clock: Clock = now
    ) -> None:
        self._engine = engine
        self._hour = hour
        self._operator = operator
        self._clock = clock

    async def write_due(self) -> bool:
        """Today's digest, if it is time, there is something to tell and nobody wrote it yet."""
        moment_now = self._clock()
        today = moment_now.astimezone(HANOI).date()
        due = datetime.combine(today, time(self._hour), HANOI)
        if moment_now < due or await self._is_written(today):
            return False
        async with writing(self._engine).connect() as connection:
            written = await self._write(connection, today, due, moment_now)
            await (connection.commit() if written else connection.rollback())
        return written

    async def _is_written(self, day: date) -> bool:
        written = sa.select(table.c.id).where(table.c.dedupe_key.startswith(f"digest:{day}:"))
        async with self._engine.connect() as connection:
            return (await connection.execute(written.limit(1))).first() is not None

    async def _write(
        self, connection: AsyncConnection, day: date, due: datetime, at: datetime
    ) -> bool:
        """False, and all of it to be undone, when another replica was faster."""
        letters = await self._letters(connection, due)
        stuck = await self._stuck(connection, at)
        held = await self._held(connection, at)
        if not (letters or stuck):
            return False
        told = sa.update(table).where(table.c.id.in_([letter.pop("id") for letter in letters]))
        await connection.execute(told.values(told_at=at))
        payload = {"day": f"{day:%d/%m/%Y}", "letters": letters, "stuck": stuck, "held": held}
        ways = await self._ways(connection)
        written = [
            await queue(
                connection,
                Delivery(
                    recipient_kind=kind,
                    recipient=recipient,
                    purpose=Purpose.DIGEST,
                    dedupe_key=f"digest:{day}:{kind}:{recipient}",
                    agency_id=agency_id,
                    payload=payload,
                ),
                at=at,
            )
            for kind, recipient, agency_id in ways
        ]
        return any(written)

    async def _letters(self, connection: AsyncConnection, due: datetime) -> list[dict[str, Any]]:
        """Given up before today's hour and not told yet; locked until this is written."""
        dead = (
            sa.select(table, case_.c.code)
            .outerjoin(case_, case_.c.id == table.c.case_id)
            .where(table.c.state == State.DEAD, table.c.told_at.is_(None), table.c.ended_at < due)
            .order_by(table.c.ended_at, table.c.id)
            .limit(MOST_LETTERS)
            .with_for_update(of=table)
        )
        return [
            {
                "id": row["id"],
                "delivery": row["id"],
                "case": row["code"] or "",
                "kind": row["recipient_kind"],
                # The name of a conversation is nobody's business.
                "recipient": "" if row["recipient_kind"] == Kind.CITIZEN else row["recipient"],
                "purpose": row["purpose"],
                "attempts": row["attempts"],
                "error": row["error"],
            }
            for row in (await connection.execute(dead)).mappings()
        ]

    async def _stuck(self, connection: AsyncConnection, at: datetime) -> dict[str, int]:
        waiting = (
            sa.select(table.c.recipient_kind, sa.func.count())
            .where(
                table.c.state.in_(UNSENT),
                table.c.written_at < at - STUCK_AFTER,
                # What was written for a later time is not late.
                sa.or_(table.c.attempts > 0, table.c.not_before < at - STUCK_AFTER),
            )
            .group_by(table.c.recipient_kind)
        )
        return {row[0]: row[1] for row in await connection.execute(waiting)}

    async def _held(self, connection: AsyncConnection, at: datetime) -> list[dict[str, str]]:
        held = sa.select(recipient_state).where(
            recipient_state.c.held_until > at, recipient_state.c.kind != Kind.CITIZEN
        )
        return [
            {
                "kind": row["kind"],
                "recipient": row["recipient"],
                "until": moment(row["held_until"]),
                "error": row["error"],
            }
            for row in (await connection.execute(held.limit(MOST_LETTERS))).mappings()
        ]

    async def _ways(self, connection: AsyncConnection) -> list[tuple[Kind, str, int | None]]:
        triage = (
            sa.select(agency)
            .where(agency.c.kind == AgencyKind.TRIAGE, sa.not_(agency.c.withdrawn))
            .order_by(agency.c.position)
            .limit(1)
        )
        row = (await connection.execute(triage)).mappings().first()
        ways: list[tuple[Kind, str, int | None]] = []
        if row:
            ways.append((Kind.CONSOLE, row["code"], row["id"]))
        if row and row["email"] and row["contact_state"] != ContactState.INACTIVE:
            ways.append((Kind.EMAIL, row["email"], row["id"]))
        if self._operator and self._operator not in {way[1] for way in ways}:
            ways.append((Kind.EMAIL, self._operator, None))
        return ways
