"""What becomes true when a delivery ends: the outbox calls this in the same transaction."""

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases import history
from agencies.cases.addressees import triage
from agencies.cases.model import SYSTEM, Case, EventKind
from agencies.cases.sentences import sentence
from agencies.cases.tables import case_
from agencies.outbox.tables import delivery as deliveries
from agencies.outbox.writing import Delivery, Kind, Purpose, State, queue
from agencies.staff.readers import reads_cases


class Told:
    """The outbox's hooks."""

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, mail: bool = True
    ) -> None:
        """`mail`: letters can be sent from here."""
        self._clock = clock
        self._mail = mail

    async def sent(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """A case that was sent to its agency is forwarded, and only now the citizen hears so."""
        case = await self._case(connection, delivery)
        if case is None:
            return
        if delivery.purpose == Purpose.FORWARD and delivery.agency_id == case.agency_id:
            await self._forwarded(connection, case)
        elif delivery.recipient_kind == Kind.CITIZEN and delivery.purpose == Purpose.ANSWER:
            await self._note(connection, case, EventKind.DELIVERED, delivery)

    async def held(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """The citizen's app takes nothing until they write again: nobody may think that they know
        the answer, or the question."""
        case = await self._case(connection, delivery)
        if case and delivery.purpose in (Purpose.ANSWER, Purpose.QUESTION):
            await self._note(connection, case, EventKind.HELD, delivery)

    async def dead(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """Given up: the history says so, and staff see it with the case. When no way to the agency
        is left, triage is told, too."""
        case = await self._case(connection, delivery)
        if case is None:
            return
        await self._note(connection, case, EventKind.UNDELIVERABLE, delivery)
        to_owner = delivery.purpose == Purpose.FORWARD and delivery.agency_id == case.agency_id
        if to_owner and not await self._is_reached(connection, case):
            await self._warn_triage(connection, case)

    async def _is_reached(self, connection: AsyncConnection, case: Case) -> bool:
        """By a way that is open still; the console is one where somebody looks at it."""
        if await reads_cases(connection, case.agency_code):
            return True
        ways = sa.select(deliveries.c.id).where(
            deliveries.c.case_id == case.id,
            deliveries.c.agency_id == case.agency_id,
            deliveries.c.purpose == Purpose.FORWARD,
            deliveries.c.recipient_kind != Kind.CONSOLE,
            deliveries.c.state.in_((State.WAITING, State.SENDING, State.SENT)),
        )
        return (await connection.execute(ways.limit(1))).first() is not None

    async def _warn_triage(self, connection: AsyncConnection, case: Case) -> None:
        now = self._clock()
        key = f"unreached:{case.id}:{case.agency_id}:{case.reopened}"
        data = {"what": "unreached"}
        if not await history.record(
            connection, case.id, EventKind.WARNED, SYSTEM, at=now, data=data, key=key
        ):
            return
        to = await triage(connection)
        ways = [(Kind.CONSOLE, to.code)]
        ways += [(Kind.EMAIL, to.email)] if to.email and self._mail else []
        for kind, recipient in ways:
            warning = Delivery(
                recipient_kind=kind,
                recipient=recipient,
                purpose=Purpose.WARNING,
                dedupe_key=f"{key}:{kind}",
                case_id=case.id,
                agency_id=to.id,
                payload=data,
            )
            await queue(connection, warning, at=now)

    async def _forwarded(self, connection: AsyncConnection, case: Case) -> None:
        """By whichever way was first; the others change nothing."""
        if case.forwarded_at is not None:
            return
        now = self._clock()
        update = case_.update().where(case_.c.id == case.id).values(forwarded_at=now)
        await connection.execute(update)
        data = {"agency": case.agency_code, "agency_name": case.agency_name}
        await history.record(connection, case.id, EventKind.FORWARDED, SYSTEM, at=now, data=data)
        if case.conversation and case.open:  # After the answer it would only confuse.
            text = sentence("forwarded", code=case.code, agency=case.agency_name)
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
