"""What a citizen added to a case: words and files, for whoever is told of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.tables import attachment, case_event
from agencies.outbox.writing import Delivery, Purpose
from agencies.senders.base import Added

# As cases.model.EventKind names what citizens say after the form.
KINDS = ("citizen_wrote", "reopened")


async def read_added(
    connection: AsyncConnection, case_ids: Collection[int]
) -> dict[int, tuple[Added, ...]]:
    """All of it by case, oldest first, the files of the form among it. Words may be erased."""
    said = sa.select(case_event.c.case_id, case_event.c.at, case_event.c.kind, case_event.c.text)
    said = said.where(case_event.c.case_id.in_(case_ids), case_event.c.kind.in_(KINDS))
    count = sa.func.count().label("files")
    sent = sa.select(attachment.c.case_id, attachment.c.added_at.label("at"), count)
    sent = sent.where(attachment.c.case_id.in_(case_ids), attachment.c.by == "citizen")
    sent = sent.group_by(attachment.c.case_id, attachment.c.added_at)
    found: dict[int, dict[datetime, Added]] = {}
    for row in await connection.execute(said.order_by(case_event.c.id)):
        found.setdefault(row.case_id, {})[row.at] = Added(row.at, row.kind, row.text)
    for row in await connection.execute(sent):
        here = found.setdefault(row.case_id, {})
        said_then = here.get(row.at, Added(row.at))
        here[row.at] = Added(said_then.at, said_then.kind, said_then.text, row.files)
    return {case: tuple(here[at] for at in sorted(here)) for case, here in found.items()}


def of_delivery(
    delivery: Delivery, written_at: datetime, added: Mapping[int, tuple[Added, ...]]
) -> tuple[Added, ...]:
    """Who is given the case gets all of it; who is told of one event, what came with that."""
    everything = added.get(delivery.case_id or 0, ())
    if delivery.purpose == Purpose.FORWARD:
        return everything
    if delivery.payload.get("event") in KINDS:
        return tuple(one for one in everything if one.at == written_at)
    return ()
