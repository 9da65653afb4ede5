"""What /metrics tells of the outbox: tries by their end, and what is left."""

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.outbox.leases import Clock, now
from agencies.outbox.tables import delivery as table
from agencies.outbox.tables import recipient_state
from agencies.outbox.writing import Kind, State

LEFT = (State.WAITING, State.SENDING, State.DEAD)


class OutboxMetrics:
    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.tries = Counter(
            "agencies_outbox_tries_total",
            "Tries to deliver, by how they ended.",
            ["kind", "result"],
            registry=registry,
        )
        self.bounces = Counter(
            "agencies_outbox_bounces_total", "Bounces, by kind.", ["kind"], registry=registry
        )
        self._left = Gauge(
            "agencies_outbox_deliveries",
            "Deliveries that are not sent.",
            ["kind", "state"],
            registry=registry,
        )
        self._oldest = Gauge(
            "agencies_outbox_oldest_seconds",
            "Age of the oldest delivery that still waits.",
            registry=registry,
        )
        self._held = Gauge(
            "agencies_outbox_recipients_held",
            "Recipients that are left alone for a while.",
            ["kind"],
            registry=registry,
        )

    async def look(self, engine: AsyncEngine, *, clock: Clock = now) -> None:
        """Count what the database holds now."""
        moment = clock()
        waiting = table.c.state.in_((State.WAITING, State.SENDING))
        left = (
            sa.select(table.c.recipient_kind, table.c.state, sa.func.count())
            .where(table.c.state.in_(LEFT))
            .group_by(table.c.recipient_kind, table.c.state)
        )
        oldest = sa.select(sa.func.min(table.c.written_at)).where(waiting)
        held = (
            sa.select(recipient_state.c.kind, sa.func.count())
            .where(recipient_state.c.held_until > moment)
            .group_by(recipient_state.c.kind)
        )
        async with engine.connect() as connection:
            counted = {(row[0], row[1]): row[2] for row in await connection.execute(left)}
            since = (await connection.execute(oldest)).scalar()
            holds = {row[0]: row[1] for row in await connection.execute(held)}
        for kind in Kind:
            for state in LEFT:
                self._left.labels(kind, state).set(counted.get((kind, state), 0))
            self._held.labels(kind).set(holds.get(kind, 0))
        self._oldest.set((moment - since).total_seconds() if since else 0)
