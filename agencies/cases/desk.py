"""One transaction at the desk: what every step of a case reads, writes and queues for sending."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases import history
from agencies.cases.addressees import Addressee, addressee
from agencies.cases.codes import new_code
from agencies.cases.deadlines import Deadlines
from agencies.cases.model import Actor, Case, EventKind, Stale
from agencies.cases.tables import case_
from agencies.cases.watch import next_look
from agencies.outbox.writing import OWNER, Delivery, Kind, Purpose, queue, withdraw
from agencies.rules import Rules


@dataclass(frozen=True)
class Desk:
    connection: AsyncConnection
    rules: Rules
    deadlines: Deadlines
    now: datetime
    webhooks: frozenset[str] = frozenset()  # Codes of agencies that have one.
    mail: bool = True  # Letters can be sent from here.
    code: Callable[[], str] = new_code

    async def record(
        self,
        case: Case,
        kind: EventKind,
        actor: Actor,
        *,
        text: str = "",
        data: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> bool:
        """Add to the history; False when the same `key` is there already."""
        return await history.record(
            self.connection, case.id, kind, actor, at=self.now, text=text, data=data, key=key
        )

    async def change(self, case: Case, **values: Any) -> Case | Stale:
        """Change what was read, unless somebody else has meanwhile."""
        planned = replace(case, **values)
        look = next_look(planned, self.rules, self.deadlines)
        changed = await history.change(self.connection, case, look_at=look, **values)
        return changed or Stale(case.code)

    async def mark(self, case: Case, **values: Any) -> None:
        """Write what no step of staff depends on: that the clock told all that was due."""
        planned = replace(case, **values)
        look = next_look(planned, self.rules, self.deadlines, after=self.now)
        update = case_.update().where(case_.c.id == case.id).values(look_at=look, **values)
        await self.connection.execute(update)

    async def tell_agency(
        self, case: Case, purpose: Purpose, *, to: Addressee | None = None, **payload: Any
    ) -> None:
        """On every way the agency has: its console, its mailbox, its own system.

        Without `to` it is the one that has the case, as long as it has it.
        """
        payload |= {} if to else {OWNER: True}
        to = to or await addressee(self.connection, case.agency_code)
        ways = [(Kind.CONSOLE, to.code)]
        if to.email and self.mail:
            ways.append((Kind.EMAIL, to.email))
        if to.code in self.webhooks:
            ways.append((Kind.WEBHOOK, to.code))
        for kind, recipient in ways:
            await self._queue(case, kind, recipient, purpose, payload, agency_id=to.id)

    async def hand_over(self, before: Case, moved: Case, to: Addressee, **payload: Any) -> None:
        """The new agency is told, and nothing more goes to the old one."""
        await withdraw(self.connection, before.id, agency_id=before.agency_id)
        await self.tell_agency(moved, Purpose.FORWARD, to=to, **payload)

    async def tell_citizen(self, case: Case, purpose: Purpose, text: str, **payload: Any) -> None:
        """On the channel they wrote on. Who was erased is not written to."""
        if case.conversation and text:
            payload = {"text": text, "case_code": case.code, "rate": False} | payload
            await self._queue(case, Kind.CITIZEN, case.conversation, purpose, payload)

    async def _queue(
        self,
        case: Case,
        kind: Kind,
        recipient: str,
        purpose: Purpose,
        payload: dict[str, Any],
        agency_id: int | None = None,
    ) -> None:
        # A step makes a new version and is not done again, so what it tells is told once.
        about = "".join(
            f":{payload[name]}" for name in ("event", "what", "share") if name in payload
        )
        key = f"{purpose}:{case.id}:{case.version}:{kind}:{agency_id or ''}{about}"
        delivery = Delivery(
            recipient_kind=kind,
            recipient=recipient,
            purpose=purpose,
            dedupe_key=key,
            case_id=case.id,
            agency_id=agency_id,
            payload=payload,
        )
        await queue(self.connection, delivery, at=self.now)
