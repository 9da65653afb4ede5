"""Takes rows of the outbox for one worker, so that no other sends them meanwhile."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_
from agencies.database import writing
from agencies.outbox.added import of_delivery, read_added
from agencies.outbox.tables import delivery as table
from agencies.outbox.tables import recipient_state
from agencies.outbox.writing import Delivery, Kind, Purpose, State, to_owner
from agencies.senders.base import Added, CaseFacts, Parcel
from agencies.tables import agency

Clock = Callable[[], datetime]
EVERYONE = "*"
UNSENT = (State.WAITING, State.SENDING)
_FACTS = [
    case_.c[name]
    for name in CaseFacts.__dataclass_fields__
    if name not in ("agency_code", "agency_name")
]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Leased:
    """A row this worker may send, until the lease ends."""

    id: int
    lease: str
    delivery: Delivery
    parcel: Parcel
    attempts: int
    failing_since: datetime | None
    accepted: str | None  # It was sent before, and only the record of that is missing.
    moot: str  # Why it is no longer to be sent.


class Leases:
    def __init__(
        self, engine: AsyncEngine, *, clock: Clock = now, length: timedelta = timedelta(minutes=3)
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._length = length

    async def claim(self, kinds: Collection[Kind], *, limit: int) -> list[Leased]:
        """Lease what is due, oldest first. The lease is in the database before anything is sent."""
        moment = self._clock()
        due = _due(moment, kinds, self._length).limit(limit)
        if self._engine.dialect.name == "sqlite":  # Most looks find nothing to be the writer for.
            async with self._engine.connect() as connection:
                if (await connection.execute(due.limit(1))).first() is None:
                    return []
        async with writing(self._engine).begin() as connection:
            locked = due.with_for_update(of=table, skip_locked=True)
            rows = (await connection.execute(locked)).mappings().all()
            if not rows:
                return []
            lease = secrets.token_hex(16)
            await connection.execute(
                sa.update(table)
                .where(table.c.id.in_([row["id"] for row in rows]))
                .values(state=State.SENDING, lease=lease, lease_until=moment + self._length)
            )
            ids = [row["case_id"] for row in rows if row["case_id"]]
            cases = await _cases(connection, ids)
            added = await read_added(connection, ids) if ids else {}
        return [_leased(row, lease, cases, added) for row in rows]


def _due(moment: datetime, kinds: Collection[Kind], length: timedelta) -> sa.Select[Any]:
    """Waiting or left behind by a dead worker, and nothing holds it back."""
    left_behind = sa.or_(
        table.c.lease_until < moment,
        table.c.lease_until > moment + 2 * length,  # The clock was put back.
    )
    earlier = table.alias("earlier")
    overtaking = sa.exists().where(
        earlier.c.recipient_kind == Kind.CITIZEN,  # A conversation has an order.
        earlier.c.recipient == table.c.recipient,
        earlier.c.state.in_(UNSENT),
        # The sum keeps the bound out of the search of the index: with "state IN" beside it and
        # statistics at hand, SQLite 3.40 forgets it and finds every row earlier than itself.
        earlier.c.id + 0 < table.c.id,
    )
    held = sa.exists().where(
        recipient_state.c.kind == table.c.recipient_kind,
        recipient_state.c.recipient.in_((table.c.recipient, EVERYONE)),
        recipient_state.c.held_until > moment,
    )
    return (
        sa.select(
            table,
            case_.c.agency_id.label("case_agency_id"),
            case_.c.forwarded_at.label("case_forwarded_at"),
        )
        .outerjoin(case_, case_.c.id == table.c.case_id)
        .where(
            sa.or_(
                sa.and_(table.c.state == State.WAITING, table.c.not_before <= moment),
                sa.and_(table.c.state == State.SENDING, left_behind),
            ),
            table.c.recipient_kind.in_(kinds),
            ~held,
            sa.or_(table.c.recipient_kind != Kind.CITIZEN, ~overtaking),
        )
        .order_by(table.c.not_before, table.c.id)
    )


async def _cases(connection: AsyncConnection, ids: list[int]) -> dict[int, CaseFacts]:
    """What is known of the cases that were not erased."""
    statement = (
        sa.select(
            case_.c.id,
            *_FACTS,
            agency.c.code.label("agency_code"),
            agency.c.name.label("agency_name"),
        )
        .join(agency, agency.c.id == case_.c.agency_id)
        .where(case_.c.id.in_(ids), case_.c.erased_at.is_(None))
    )
    rows = (await connection.execute(statement)).mappings() if ids else ()
    return {
        row["id"]: CaseFacts(**{name: row[name] for name in CaseFacts.__dataclass_fields__})
        for row in rows
    }


def _leased(
    row: sa.RowMapping,
    lease: str,
    cases: dict[int, CaseFacts],
    added: dict[int, tuple[Added, ...]],
) -> Leased:
    delivery = Delivery(
        recipient_kind=Kind(row["recipient_kind"]),
        recipient=row["recipient"],
        purpose=Purpose(row["purpose"]),
        dedupe_key=row["dedupe_key"],
        case_id=row["case_id"],
        agency_id=row["agency_id"],
        payload=row["payload"],
        not_before=row["not_before"],
    )
    case = cases.get(row["case_id"])
    parcel = Parcel(
        key=key_of(row["id"], row["dedupe_key"], row["written_at"]),
        recipient=delivery.recipient,
        purpose=delivery.purpose,
        payload=delivery.payload,
        written_at=row["written_at"],
        case=case,
        added=of_delivery(delivery, row["written_at"], added) if case else (),
        forwarded=row["case_forwarded_at"] is not None,
    )
    return Leased(
        id=row["id"],
        lease=lease,
        delivery=delivery,
        parcel=parcel,
        attempts=row["attempts"],
        failing_since=row["failing_since"],
        accepted=row["provider_id"] if row["sent_at"] else None,
        moot=_moot(delivery, row["case_agency_id"], case),
    )


def _moot(delivery: Delivery, case_agency_id: int | None, case: CaseFacts | None) -> str:
    if delivery.case_id is None:
        return ""
    if case is None:
        return "the case was erased"
    moved = delivery.agency_id not in (None, case_agency_id)
    return "the case was transferred" if moved and to_owner(delivery) else ""


def key_of(row_id: int, dedupe_key: str, written_at: datetime) -> str:
    """The receiver's key: of this row of this database, and nobody can guess another one's."""
    named = f"{row_id} {dedupe_key} {written_at.astimezone(UTC).isoformat()}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]
