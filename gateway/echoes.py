"""What comes back of our own words: it settles a part of which nobody knew whether it arrived."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.channels.base import Event
from gateway.database import Database
from gateway.outbox_rows import NOTICE, WELL, change, fingerprint, settled
from gateway.store import Clock, now
from gateway.tables import Told, outbox

RECENT = timedelta(minutes=10)  # Providers do not say in what time their echoes come.
MOST = 50


class Echoes:
    def __init__(self, database: Database, *, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    async def heard(self, channel: str, event: Event) -> bool:
        """Whether it is an echo of ours. It may come at any time, in any order, and again."""
        name = f"{channel}:{event.user}"

        def work(connection: sa.Connection) -> bool:
            if event.mark:
                return self._by_mark(connection, name, event)
            return self._by_text(connection, name, event)

        return await self._database.write(work)

    def _by_mark(self, connection: sa.Connection, name: str, event: Event) -> bool:
        row_id, _, place = event.mark.partition(".")
        if not (row_id.isascii() and row_id.isdecimal() and len(row_id) < 10):
            return False  # Another app's.
        found = sa.select(outbox).where(outbox.c.id == int(row_id), outbox.c.conversation == name)
        row = connection.execute(found.with_for_update()).mappings().first()
        if row is None:
            return False
        is_notice = place == NOTICE and row["tried_part"].startswith(NOTICE)
        if is_notice or place == str(row["parts_done"]):
            self._settle(connection, row, event, is_notice=is_notice)
        return True

    def _by_text(self, connection: sa.Connection, name: str, event: Event) -> bool:
        """By the provider's id if the call returned one; else a part under way comes first, as
        what is known to be said may have been said twice in the same words."""
        said = fingerprint(event.text)
        rows = connection.execute(_recent(name, event.at)).mappings().all()
        parts = [part for row in rows for part in row["said"]]
        if any(part["id"] and event.key.endswith(part["id"]) for part in parts):
            return True
        if not event.text.strip():  # A picture reads like any other.
            return False
        for row in rows:
            if row["tried_part"] in (said, f"{NOTICE}:{said}"):
                self._settle(connection, row, event, is_notice=row["tried_part"] != said)
                return True
        return any(part["part"] == said for part in parts)

    def _settle(
        self, connection: sa.Connection, row: sa.RowMapping, event: Event, *, is_notice: bool
    ) -> None:
        """Whoever sends it just now finds that out by themselves; otherwise it goes on at once."""
        values: dict[str, Any] = {**WELL, "noticed": True}
        if not is_notice:
            values = settled(row, said=fingerprint(event.text), provider_id=event.key)
        if row["state"] == Told.WAITING:
            values["not_before"] = self._clock()
        connection.execute(change(row["id"], **values))


def _recent(name: str, at: datetime) -> sa.Select[Any]:
    tried = sa.select(outbox).where(outbox.c.conversation == name, outbox.c.tried_at >= at - RECENT)
    return tried.order_by(outbox.c.id).limit(MOST).with_for_update()
