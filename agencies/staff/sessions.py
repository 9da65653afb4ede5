"""Who is signed in: sessions kept on the server, so that each can be ended at any moment."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import joined
from agencies.staff.model import Staff
from agencies.staff.rows import staff_from
from agencies.staff.tables import staff, staff_session

Clock = Callable[[], datetime]

# Not every click is worth a transaction.
TOUCH_EVERY = timedelta(minutes=1)
# Addresses and browsers of long ago are nobody's business.
FORGET_AFTER = timedelta(days=30)
_session = staff_session.c


@dataclass(frozen=True)
class Opened:
    """The token is in the cookie and nowhere else; only its hash is kept."""

    token: str
    csrf: str


@dataclass(frozen=True)
class SignedIn:
    session_id: int
    csrf: str
    staff: Staff


@dataclass(frozen=True)
class LivingSession:
    """One of the browsers somebody is signed in with."""

    id: int
    created_at: datetime
    seen_at: datetime
    ip: str
    agent: str


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    def __init__(
        self, engine: AsyncEngine, *, clock: Clock, idle: timedelta, longest: timedelta
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._idle = idle
        self._longest = longest

    async def open(
        self, staff_id: int, *, ip: str, agent: str, on: AsyncConnection | None = None
    ) -> Opened:
        """A new session with a new id: none that a browser brought along is ever taken over."""
        opened = Opened(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        now = self._clock()
        values = {
            "token_hash": hash_of(opened.token),
            "staff_id": staff_id,
            "csrf": opened.csrf,
            "created_at": now,
            "seen_at": now,
            "ip": ip,
            "agent": agent.replace("\x00", "")[:300],
        }
        async with joined(self._engine if on is None else on) as connection:
            old = sa.delete(staff_session).where(_session.created_at < now - FORGET_AFTER)
            await connection.execute(old)
            await connection.execute(staff_session.insert().values(values))
        return opened

    async def find(self, token: str, *, touch: bool = True) -> SignedIn | None:
        """Who is signed in with this token; `touch` counts it as a sign of life."""
        query = (
            sa.select(
                staff,
                _session.id.label("session_id"),
                _session.csrf,
                _session.seen_at,
            )
            .join(staff_session, _session.staff_id == staff.c.id)
            .where(_session.token_hash == hash_of(token), staff.c.active, *self._alive())
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        if touch and self._clock() - row["seen_at"] >= TOUCH_EVERY:
            await self._touch(row["session_id"])
        return SignedIn(row["session_id"], row["csrf"], staff_from(row))

    async def end(self, token: str, *, on: AsyncConnection | None = None) -> None:
        await self._end(_session.token_hash == hash_of(token), on=on)

    async def end_one(
        self, staff_id: int, session_id: int, *, on: AsyncConnection | None = None
    ) -> None:
        await self._end(_session.staff_id == staff_id, _session.id == session_id, on=on)

    async def end_all(
        self, staff_id: int, *, except_id: int | None = None, on: AsyncConnection | None = None
    ) -> int:
        """Sign an account out everywhere, or everywhere else; how many sessions that were."""
        others = _session.id != except_id if except_id else sa.true()
        return await self._end(_session.staff_id == staff_id, others, on=on)

    async def living(self, staff_id: int) -> tuple[LivingSession, ...]:
        """Where an account is signed in, the latest first."""
        query = (
            sa.select(
                _session.id, _session.created_at, _session.seen_at, _session.ip, _session.agent
            )
            .where(_session.staff_id == staff_id, *self._alive())
            .order_by(_session.seen_at.desc(), _session.id.desc())
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(LivingSession(**row) for row in rows)

    def _alive(self) -> tuple[sa.ColumnElement[bool], ...]:
        now = self._clock()
        return (
            _session.ended_at.is_(None),
            _session.seen_at > now - self._idle,
            _session.created_at > now - self._longest,
        )

    async def _touch(self, session_id: int) -> None:
        alive = (_session.id == session_id, _session.ended_at.is_(None))
        async with joined(self._engine) as connection:
            await connection.execute(
                sa.update(staff_session).where(*alive).values(seen_at=self._clock())
            )

    async def _end(self, *which: sa.ColumnElement[bool], on: AsyncConnection | None) -> int:
        ended = sa.update(staff_session).where(*which, *self._alive())
        async with joined(self._engine if on is None else on) as connection:
            result = await connection.execute(ended.values(ended_at=self._clock()))
        return result.rowcount
