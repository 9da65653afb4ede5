"""What of the outbox has not reached its citizens: by channel, state and reason."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gateway.metrics import Metrics
from gateway.tables import Told, outbox

UNSEEN = (Told.WAITING, Told.SENDING, Told.HELD, Told.DEAD)


@dataclass(frozen=True)
class Count:
    channel: str
    state: Told
    reason: str
    replies: int
    oldest: datetime


def counts(connection: sa.Connection) -> list[Count]:
    place = sa.func.strpos if connection.dialect.name == "postgresql" else sa.func.instr
    name = outbox.c.conversation
    channel = sa.func.substr(name, 1, place(name, ":") - 1).label("channel")
    oldest = sa.func.min(outbox.c.written_at, type_=outbox.c.written_at.type)
    found = (
        sa.select(channel, outbox.c.state, outbox.c.reason, sa.func.count(), oldest)
        .where(outbox.c.state.in_(UNSEEN))
        .group_by("channel", outbox.c.state, outbox.c.reason)
        .order_by("channel", outbox.c.state, outbox.c.reason)
    )
    return [
        Count(channel, Told(state), reason, number, at)
        for channel, state, reason, number, at in connection.execute(found)
    ]


def show(connection: sa.Connection, metrics: Metrics, moment: datetime) -> None:
    """As they are now; what there is none of any more is not shown."""
    metrics.unsent.clear()
    metrics.oldest.clear()
    oldest: dict[str, float] = {}
    for one in counts(connection):
        metrics.unsent.labels(one.channel, one.state.value).inc(one.replies)
        if one.state in (Told.WAITING, Told.SENDING):
            age = (moment - one.oldest).total_seconds()
            oldest[one.channel] = max(age, oldest.get(one.channel, 0.0))
    for channel, seconds in oldest.items():
        metrics.oldest.labels(channel).set(seconds)
