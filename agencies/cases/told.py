"""What becomes true when a delivery ends: the outbox calls this in the same transaction."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases import history
from agencies.cases.model import SYSTEM, Case, EventKind
from agencies.cases.tables import case_
from agencies.outbox.writing import Delivery, Kind, Purpose, queue


@cache
def texts() -> dict[str, Any]:
    """The sentences of texts.yml."""
    found: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("texts.yml").read_text(encoding="utf-8")
    )
    return found


class Told:
    """The outbox's hooks."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock

    async def sent(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """A case that was sent to its agency is forwarded, and only now the citizen hears so."""
        case = await self._case(connection, delivery)
        if case is None:
            return
        if delivery.purpose == Purpose.FORWARD and delivery.agency_id == case.agency_id:
            await self._forwarded(connection, case)
        elif delivery.recipient_kind == Kind.CITIZEN and delivery.purpose == Purpose.ANSWER:
            await self._note(connection, case, EventKind.DELIVERED, delivery)

    async def dead(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """Given up: the history says so, and staff see it with the case."""
        case = await self._case(connection, delivery)
        if case:
            await self._note(connection, case, EventKind.UNDELIVERABLE, delivery)

    async def _forwarded(self, connection: AsyncConnection, case: Case) -> None:
        """By whichever way was first; the others change nothing."""
        if case.forwarded_at is not None:
            return
        now = self._clock()
        update = case_.update().where(case_.c.id == case.id).values(forwarded_at=now)
        await connection.execute(update)
        data = {"agency": case.agency_code, "agency_name": case.agency_name}
        await history.record(connection, case.id, EventKind.FORWARDED, SYSTEM, at=now, data=data)
        if case.conversation:
            text = texts()["forwarded"].format(code=case.code, agency=case.agency_name)
            status = Delivery(
                recipient_kind=Kind.CITIZEN,
                recipient=case.conversation,
                purpose=Purpose.STATUS,
                dedupe_key=f"forwarded:{case.id}:{case.agency_id}:{case.reopened}:{case.version}",
                case_id=case.id,
                payload={"text": text, "case_code": case.code, "author_name": "", "rate": False},
            )
            await queue(connection, status, at=now)

    async def _note(
        self, connection: AsyncConnection, case: Case, kind: EventKind, delivery: Delivery
    ) -> None:
        data = {"purpose": delivery.purpose, "way": delivery.recipient_kind}
        await history.record(connection, case.id, kind, SYSTEM, at=self._clock(), data=data)

    async def _case(self, connection: AsyncConnection, delivery: Delivery) -> Case | None:
        if delivery.case_id is None:
            return None
        return await history.read(connection, case_.c.id == delivery.case_id, lock=True)
