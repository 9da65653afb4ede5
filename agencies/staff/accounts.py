"""Accounts of staff: make, list, change, deactivate; what cannot be done is a value."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import joined
from agencies.staff.model import OF_ONE_AGENCY, Role, Staff
from agencies.staff.passwords import Passwords, Weakness, weakness
from agencies.staff.rows import staff_from
from agencies.staff.scope import Scope
from agencies.staff.sessions import Clock
from agencies.staff.tables import staff
from agencies.staff.usernames import is_username, normal
from agencies.tables import agency
from vietnamese.text import clean


class Fault(StrEnum):
    """Why an account was not made or changed."""

    USERNAME = "username"  # Not of the right shape.
    TAKEN = "taken"
    FULL_NAME = "full_name"
    AGENCY = "agency"  # Missing for the role, unknown, or not for the role.
    SUBJECT_TAKEN = "subject_taken"
    LAST_ADMINISTRATOR = "last_administrator"
    GONE = "gone"


@dataclass(frozen=True)
class Draft:
    """What an account shall be."""

    username: str
    full_name: str
    role: Role
    agency_id: int | None = None
    oidc_subject: str | None = None


@dataclass(frozen=True)
class Hashed:
    """A password that is not too weak, as it is kept."""

    text: str


class Accounts:
    """What writes takes a connection to do so in its transaction, with what belongs together."""

    def __init__(self, engine: AsyncEngine, passwords: Passwords, *, clock: Clock) -> None:
        self._engine = engine
        self._passwords = passwords
        self._clock = clock

    async def hashed(self, username: str, password: str) -> Hashed | Weakness:
        """Takes its time: call it before a transaction begins, for others wait for its end."""
        bad = weakness(password, normal(username))
        return bad or Hashed(await self._passwords.hash(password))

    async def add(
        self,
        draft: Draft,
        password: Hashed | None,
        *,
        must_change: bool = True,
        on: AsyncConnection | None = None,
    ) -> Staff | Fault:
        """Make an account; without a password it logs in over the SSO only."""
        draft = _cleaned(draft)
        if bad := _fault(draft):
            return bad
        values = {
            **_values(draft),
            "username": draft.username,
            "password_hash": password.text if password else None,
            "must_change_password": must_change and password is not None,
            "totp_step": 0,
            "active": True,
            "failures": 0,
            "created_at": self._clock(),
        }
        return await self._write(draft, sa.insert(staff).values(values).returning(staff), on=on)

    async def change(
        self, staff_id: int, draft: Draft, *, on: AsyncConnection | None = None
    ) -> Staff | Fault:
        """Make an account say what the draft says; its name to log in with stays."""
        draft = _cleaned(draft)
        if bad := _fault(draft):
            return bad
        update = sa.update(staff).where(staff.c.id == staff_id).values(_values(draft))
        keeps_power = draft.role is Role.ADMINISTRATOR
        return await self._write(
            draft, update.returning(staff), loses=None if keeps_power else staff_id, on=on
        )

    async def deactivate(self, staff_id: int, *, on: AsyncConnection | None = None) -> Fault | None:
        """Nobody logs in with it any more; it stays, because cases and the audit name it."""
        async with self._joined(on) as connection:
            if await _is_last_administrator(connection, staff_id):
                return Fault.LAST_ADMINISTRATOR
            await _set(connection, staff_id, active=False)
        return None

    async def activate(self, staff_id: int, *, on: AsyncConnection | None = None) -> None:
        async with self._joined(on) as connection:
            await _set(connection, staff_id, active=True, failures=0, locked_until=None)

    async def set_password(
        self,
        staff_id: int,
        password: Hashed,
        *,
        must_change: bool,
        on: AsyncConnection | None = None,
    ) -> None:
        """Also ends a lock-out."""
        values = {"password_hash": password.text, "must_change_password": must_change}
        async with self._joined(on) as connection:
            await _set(connection, staff_id, **values, failures=0, locked_until=None)

    async def one(self, staff_id: int) -> Staff | None:
        return await self._first(staff.c.id == staff_id)

    async def named(self, username: str) -> Staff | None:
        return await self._first(staff.c.username == normal(username))

    async def of_subject(self, subject: str) -> Staff | None:
        """The active account that an administrator tied to this person of the SSO."""
        return await self._first(staff.c.oidc_subject == subject, staff.c.active)

    async def all(self, scope: Scope) -> tuple[Staff, ...]:
        """The accounts of these agencies, by name; those of the whole province only for it."""
        query = sa.select(staff).where(scope.where(staff.c.agency_id))
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(staff.c.full_name, staff.c.id))
            return tuple(staff_from(row) for row in rows.mappings())

    async def names(self, ids: Iterable[int]) -> dict[int, str]:
        """The people behind ids, of those deactivated as well."""
        query = sa.select(staff.c.id, staff.c.full_name).where(staff.c.id.in_(sorted(set(ids))))
        async with self._engine.connect() as connection:
            return {row.id: row.full_name for row in await connection.execute(query)}

    async def _first(self, *which: sa.ColumnElement[bool]) -> Staff | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(sa.select(staff).where(*which))).mappings().first()
        return staff_from(row) if row else None

    def _joined(self, on: AsyncConnection | None) -> AbstractAsyncContextManager[AsyncConnection]:
        return joined(self._engine if on is None else on)

    async def _write(
        self,
        draft: Draft,
        statement: Any,
        *,
        loses: int | None = None,
        on: AsyncConnection | None,
    ) -> Staff | Fault:
        try:
            # A name that is taken is not to spoil the transaction around this.
            async with self._joined(on) as connection, connection.begin_nested():
                if loses is not None and await _is_last_administrator(connection, loses):
                    return Fault.LAST_ADMINISTRATOR
                if draft.agency_id is not None and not await _is_agency(
                    connection, draft.agency_id
                ):
                    return Fault.AGENCY
                row = (await connection.execute(statement)).mappings().first()
        except IntegrityError as error:
            return Fault.SUBJECT_TAKEN if "oidc_subject" in str(error.orig) else Fault.TAKEN
        return staff_from(row) if row else Fault.GONE


def _cleaned(draft: Draft) -> Draft:
    return Draft(
        username=normal(draft.username),
        full_name=clean(draft.full_name)[:200],
        role=draft.role,
        agency_id=draft.agency_id,
        oidc_subject=(draft.oidc_subject or "").strip().replace("\x00", "")[:255] or None,
    )


def _fault(draft: Draft) -> Fault | None:
    if not is_username(draft.username):
        return Fault.USERNAME
    if not draft.full_name:
        return Fault.FULL_NAME
    if (draft.role in OF_ONE_AGENCY) != (draft.agency_id is not None):
        return Fault.AGENCY
    return None


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "full_name": draft.full_name,
        "role": draft.role,
        "agency_id": draft.agency_id,
        "oidc_subject": draft.oidc_subject,
    }


async def _is_agency(connection: AsyncConnection, agency_id: int) -> bool:
    query = sa.select(agency.c.id).where(agency.c.id == agency_id)
    return (await connection.execute(query)).first() is not None


async def _is_last_administrator(connection: AsyncConnection, staff_id: int) -> bool:
    # Locked, lest two administrators take the power from each other at the same moment.
    query = sa.select(staff.c.id).where(staff.c.role == Role.ADMINISTRATOR, staff.c.active)
    ids = (await connection.execute(query.with_for_update())).scalars().all()
    return list(ids) == [staff_id]


async def _set(connection: AsyncConnection, staff_id: int, **values: object) -> None:
    await connection.execute(sa.update(staff).where(staff.c.id == staff_id).values(values))
