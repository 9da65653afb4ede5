"""Who did or read what, when and from where: rows that follow each other by hash, never changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import HTTPConnection

from agencies.database import joined
from agencies.staff.model import Staff
from agencies.staff.tables import audit, audit_end

# The facts that a row's hash covers, beside the hash of the row before it.
_HASHED = ("id", "at", "staff_id", "ip", "action", "object_kind", "object_id", "detail")


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found; `fault` is empty when nothing was tampered with."""

    entries: int
    last_hash: str
    fault: str = ""


async def record(
    on: AsyncConnection | AsyncEngine,
    staff: Staff | None,
    request: HTTPConnection | None,
    action: str,
    object_kind: str,
    object_id: object,
    detail: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Add a row, in the transaction of `on` if that is a connection, else in one of its own.

    Ids and facts only: no citizen's words and no secrets, for nothing here is ever erased. Call it
    last in a transaction: from here on others who record wait for its end.
    """
    values = {
        "at": (at or datetime.now(UTC)).astimezone(UTC),
        "staff_id": staff.id if staff else None,
        "ip": address_of(request),
        "action": action,
        "object_kind": object_kind,
        "object_id": str(object_id).replace("\x00", "")[:80],
        "detail": json.loads(json.dumps(dict(detail or {}))),
    }
    async with joined(on) as connection:
        await _append(connection, values)


def address_of(request: HTTPConnection | None) -> str:
    """Where a request came from; empty for a command of this machine."""
    return request.client.host[:64] if request and request.client else ""


async def verify(on: AsyncEngine, *, noted: tuple[int, str] | None = None) -> Verdict:
    """Walk the chain from its beginning.

    `noted` is an id and its hash that somebody kept elsewhere: whoever may write to the database
    can build a whole new chain, but not one that still has that hash in that place.
    """
    last_id, last_hash = 0, ""
    async with on.connect() as connection:
        if connection.dialect.name == "postgresql":
            # The end and the rows of one moment, while others go on writing; on SQLite it is so.
            await connection.execution_options(isolation_level="REPEATABLE READ")
        end = (await connection.execute(sa.select(audit_end))).one_or_none()
        async with connection.stream(sa.select(audit).order_by(audit.c.id)) as rows:
            async for row in rows.mappings():
                if fault := _fault(row, last_id, last_hash, noted):
                    return Verdict(last_id, last_hash, fault)
                last_id, last_hash = row["id"], row["hash"]
    return Verdict(last_id, last_hash, _fault_at_end(end, last_id, last_hash, noted))


async def _append(connection: AsyncConnection, values: dict[str, Any]) -> None:
    take_place = (
        audit_end.update()
        .values(last_id=audit_end.c.last_id + 1)
        .returning(audit_end.c.last_id, audit_end.c.last_hash)
    )
    place = (await connection.execute(take_place)).one()
    row = {"id": place.last_id, **values, "prev_hash": place.last_hash}
    row["hash"] = _hash(row)
    await connection.execute(audit.insert().values(row))
    await connection.execute(audit_end.update().values(last_hash=row["hash"]))


def _hash(row: Mapping[Any, Any]) -> str:
    facts = {name: row[name] for name in _HASHED}
    facts["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps([row["prev_hash"], facts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _fault(
    row: Mapping[Any, Any], last_id: int, last_hash: str, noted: tuple[int, str] | None
) -> str:
    if row["id"] != last_id + 1:
        return f"after entry {last_id} comes {row['id']}"
    if row["prev_hash"] != last_hash:
        return f"entry {row['id']} does not follow the one before it"
    if row["hash"] != _hash(row):
        return f"entry {row['id']} was changed"
    if noted and row["id"] == noted[0] and row["hash"] != noted[1]:
        return f"entry {row['id']} is not the one whose hash was noted"
    return ""


def _fault_at_end(end: Any, last_id: int, last_hash: str, noted: tuple[int, str] | None) -> str:
    if end is None or (end.last_id, end.last_hash) != (last_id, last_hash):
        return f"entries after {last_id} are missing"
    if noted and noted[0] > last_id:
        return f"entry {noted[0]}, whose hash was noted, is missing"
    return ""
