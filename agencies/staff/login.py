"""Logging in with a password: one answer for every refusal, the same work, and a lock-out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.database import writing
from agencies.staff import totp
from agencies.staff.model import Staff
from agencies.staff.passwords import Passwords
from agencies.staff.rows import staff_from
from agencies.staff.sessions import Clock
from agencies.staff.tables import staff
from agencies.staff.usernames import normal


class Why(StrEnum):
    """For the audit; whoever is refused reads one sentence for all of them."""

    UNKNOWN = "unknown"
    NOT_ACTIVE = "not_active"
    LOCKED = "locked"
    NO_MATCH = "no_match"
    WRONG_CODE = "wrong_code"


@dataclass(frozen=True)
class Refused:
    why: Why
    staff_id: int | None  # None: no account has this name.


class Login:
    def __init__(
        self,
        engine: AsyncEngine,
        passwords: Passwords,
        *,
        clock: Clock,
        failures: int,
        lock: timedelta,
    ) -> None:
        self._engine = engine
        self._passwords = passwords
        self._clock = clock
        self._failures = failures
        self._lock = lock

    async def with_password(self, username: str, password: str, code: str = "") -> Staff | Refused:
        """Who this is, or why not. `code` counts only for an account with a second factor."""
        row, may_try = await self._begin(normal(username))
        checked = await self._passwords.check(password, row["password_hash"] if may_try else None)
        if row is None or not may_try:
            return _turned_away(row)
        if not checked.right:
            return Refused(Why.NO_MATCH, row["id"])
        if row["totp_secret"] and not await self._accept_code(row, code):
            return Refused(Why.WRONG_CODE, row["id"])
        await self._forgive(row["id"], checked.new_hash)
        return staff_from(row)

    async def is_password(self, staff_id: int, password: str) -> bool:
        """Asked of somebody signed in, before they change how they log in."""
        async with self._engine.connect() as connection:
            query = sa.select(staff.c.username).where(staff.c.id == staff_id)
            username = (await connection.execute(query)).scalar_one()
        row, may_try = await self._begin(username)
        known = row["password_hash"] if may_try else None
        checked = await self._passwords.check(password, known)
        if checked.right:
            await self._forgive(staff_id, checked.new_hash)
        return checked.right

    async def _begin(self, username: str) -> tuple[Any, bool]:
        """The account, and whether a password may be tried.

        The failure is counted before the password is looked at: of a hundred tries at the same
        moment only as many are answered as the lock-out allows.
        """
        now = self._clock()
        is_free = sa.or_(staff.c.locked_until.is_(None), staff.c.locked_until <= now)
        # A lock that is over has taken the old failures with it.
        failures = sa.case((staff.c.locked_until.is_(None), staff.c.failures + 1), else_=1)
        count = (
            sa.update(staff)
            .where(staff.c.username == username, staff.c.active, is_free)
            .where(staff.c.password_hash.is_not(None))
            .values(
                failures=failures,
                locked_until=sa.case((failures >= self._failures, now + self._lock), else_=None),
            )
        )
        async with writing(self._engine).begin() as connection:
            counted = await connection.execute(count)
            query = sa.select(staff).where(staff.c.username == username)
            row = (await connection.execute(query)).mappings().first()
        return row, counted.rowcount == 1

    async def _accept_code(self, row: Any, code: str) -> bool:
        step = totp.step_of(row["totp_secret"], code, self._clock())
        if step is None:
            return False
        return await totp.use_step(self._engine, row["id"], step)

    async def _forgive(self, staff_id: int, new_hash: str | None) -> None:
        values: dict[str, Any] = {"failures": 0, "locked_until": None}
        if new_hash:
            values["password_hash"] = new_hash
        async with writing(self._engine).begin() as connection:
            await connection.execute(sa.update(staff).where(staff.c.id == staff_id).values(values))


def _turned_away(row: Any) -> Refused:
    if row is None:
        return Refused(Why.UNKNOWN, None)
    if not row["active"] or row["password_hash"] is None:
        return Refused(Why.NOT_ACTIVE, row["id"])
    return Refused(Why.LOCKED, row["id"])
