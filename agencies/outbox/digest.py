"""Once a day tells the triage unit and the operator what could not be sent."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_
from agencies.database import writing
from agencies.model import ContactState
from agencies.model import Kind as AgencyKind
from agencies.outbox.leases import Clock, now
from agencies.outbox.tables import delivery as table
from agencies.outbox.tables import recipient_state
from agencies.outbox.troubles import late
from agencies.outbox.writing import Delivery, Kind, Purpose, State, queue
from agencies.senders.letters import HANOI, moment
from agencies.tables import agency

STUCK_AFTER = timedelta(hours=24)
MOST_LETTERS = 200  # More than a person reads; the rest comes the next day.
Way = tuple[Kind, str, int | None]  # The agency, unless it is the operator.


async def mark_told(connection: AsyncConnection, payload: Mapping[str, Any], at: datetime) -> None:
    """A digest of that moment was sent: what it lists is told, but what died again since is not."""
    ids = [letter["delivery"] for letter in payload.get("letters", ())]
    listed = table.c.id.in_(ids), table.c.state == State.DEAD, table.c.ended_at <= at
    await connection.execute(sa.update(table).where(*listed).values(told_at=at))


class Digest:
    def __init__(
        self,
        engine: AsyncEngine,
        *,
        hour: int = 7,
        operator: str = "",
        mail: bool = True,
        clock: Clock = now,
    ) -> None:
        """`mail`: letters can be sent from here."""
        self._engine = engine
        self._mail = mail
        self._hour = hour
        self._operator = operator
        self._clock = clock

    async def write_due(self) -> bool:
        """Today's digest, if it is time, there is something to tell and nobody wrote it yet."""
        moment_now = self._clock()
        today = moment_now.astimezone(HANOI).date()
        due = datetime.combine(today, time(self._hour), HANOI)
        if moment_now < due:
            return False
        async with self._engine.connect() as connection:
            ways = await self._ways(connection)
            keys = [_key(today, *way[:2]) for way in ways]
            written = sa.select(table.c.id).where(table.c.dedupe_key.in_(keys)).limit(1)
            if not ways or (await connection.execute(written)).first():
                return False
        async with writing(self._engine).begin() as connection:
            return await self._write(connection, ways, today, due, moment_now)

    async def _write(
        self, connection: AsyncConnection, ways: list[Way], day: date, due: datetime, at: datetime
    ) -> bool:
        """False when there is nothing to tell, or another replica was faster."""
        letters = await self._letters(connection, due)
        stuck = await self._stuck(connection, at)
        held = await self._held(connection, at)
        if not (letters or stuck):
            return False
        payload = {"day": f"{day:%d/%m/%Y}", "letters": letters, "stuck": stuck, "held": held}
        written = [
            await queue(
                connection,
                Delivery(
                    recipient_kind=kind,
                    recipient=recipient,
                    purpose=Purpose.DIGEST,
                    dedupe_key=_key(day, kind, recipient),
                    agency_id=agency_id,
                    payload=payload,
                ),
                at=at,
            )
            for kind, recipient, agency_id in ways
        ]
        return any(written)

    async def _letters(self, connection: AsyncConnection, due: datetime) -> list[dict[str, Any]]:
        """Given up before today's hour and not told yet: told is what a sent digest lists."""
        dead = (
            sa.select(table, case_.c.code)
            .outerjoin(case_, case_.c.id == table.c.case_id)
            .where(table.c.state == State.DEAD, table.c.told_at.is_(None), table.c.ended_at < due)
            .order_by(table.c.ended_at, table.c.id)
            .limit(MOST_LETTERS)
        )
        return [
            {
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
            .where(late(at, STUCK_AFTER))
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

    async def _ways(self, connection: AsyncConnection) -> list[Way]:
        triage = (
            sa.select(agency)
            .where(agency.c.kind == AgencyKind.TRIAGE, sa.not_(agency.c.withdrawn))
            .order_by(agency.c.position)
            .limit(1)
        )
        row = (await connection.execute(triage)).mappings().first()
        ways: list[Way] = []
        if row:
            ways.append((Kind.CONSOLE, row["code"], row["id"]))
        if row and self._mail and row["email"] and row["contact_state"] != ContactState.INACTIVE:
            ways.append((Kind.EMAIL, row["email"], row["id"]))
        if self._operator and self._mail and self._operator not in {way[1] for way in ways}:
            ways.append((Kind.EMAIL, self._operator, None))
        return ways


def _key(day: date, kind: Kind, recipient: str) -> str:
    return f"digest:{day}:{kind}:{recipient}"[:200]
