"""The pair of tokens of one channel, as a row: encrypted, leased, never overwritten by the late."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from gateway.database import Database
from gateway.store import Clock, now
from gateway.tables import credential

UNDECIPHERABLE = "undecipherable"  # Encrypted with a key that is not ours any more.
NOBODY = ""  # Holds the lease while nobody shall try.


@dataclass(frozen=True)
class Pair:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lifetime: timedelta


@dataclass(frozen=True)
class TokenState:
    """What may be told of a pair. `fault`: why a person must bring a new one."""

    fetched_at: datetime
    expires_at: datetime
    fault: str = ""
    signature: str = ""  # The variant by which the last webhook call was signed.


@dataclass(frozen=True)
class Held:
    """A pair as it stands in the table."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    sealed: str = field(repr=False)  # The refresh token as it is stored: no two are alike.
    state: TokenState
    lease: str | None
    lease_until: datetime | None

    def is_free(self, moment: datetime) -> bool:
        return self.lease_until is None or self.lease_until <= moment


def open_cipher(keys: str) -> MultiFernet:
    """From GATEWAY_CREDENTIALS_KEY; the first of several is for what is new.

    Raises ValueError when there is none, or one that is no Fernet key.
    """
    return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])


class Credentials:
    def __init__(
        self,
        database: Database,
        channel: str,
        cipher: MultiFernet,
        *,
        clock: Clock = now,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        self._database = database
        self._channel = channel
        self._cipher = cipher
        self._clock = clock
        self._lease = lease

    async def read(self) -> Held | None:
        """None while no pair was ever stored."""
        chosen = sa.select(credential).where(self._ours)
        row = await self._database.read(
            lambda connection: connection.execute(chosen).mappings().first()
        )
        return self._held(row) if row else None

    async def bring(self, pair: Pair) -> None:
        """By a person: whatever was wrong before is over."""
        values = self._values(pair)
        fresh = self._database.insert_if_new(credential).values(channel=self._channel, **values)

        def work(connection: sa.Connection) -> None:
            connection.execute(fresh)
            connection.execute(sa.update(credential).where(self._ours).values(**values))

        await self._database.write(work)

    async def claim(self, held: Held) -> str | None:
        """The right to use this refresh token; None when it is somebody else's, or used."""
        lease, moment = secrets.token_hex(8), self._clock()
        free = sa.or_(credential.c.lease_until.is_(None), credential.c.lease_until <= moment)
        taken = self._same(held).where(free, credential.c.fault == "")
        taken = taken.values(lease=lease, lease_until=moment + self._lease)
        return lease if await self._changes(taken) else None

    async def replace(self, held: Held, pair: Pair) -> bool:
        """False when the row has another pair by now, which is newer than ours.

        The lease does not matter: as long as the used token is still there, ours is the only pair
        that is any good, whatever another worker was told in the meantime.
        """
        return await self._changes(self._same(held).values(**self._values(pair)))

    async def note_fault(self, held: Held, lease: str, reason: str) -> bool:
        """Only while the lease is ours: who is late was refused because another was in time."""
        dead = self._same(held).where(credential.c.lease == lease)
        return await self._changes(dead.values(fault=reason[:100], lease=None, lease_until=None))

    async def rest(self, held: Held, lease: str, pause: timedelta) -> None:
        """Nobody tries again before the pause is over."""
        resting = self._same(held).where(credential.c.lease == lease)
        await self._changes(resting.values(lease=NOBODY, lease_until=self._clock() + pause))

    async def note_signature(self, variant: str) -> None:
        other = credential.c.signature != variant
        noted = sa.update(credential).where(self._ours, other).values(signature=variant)
        await self._changes(noted)

    @property
    def _ours(self) -> sa.ColumnElement[bool]:
        return credential.c.channel == self._channel

    def _same(self, held: Held) -> sa.Update:
        return sa.update(credential).where(self._ours, credential.c.refresh == held.sealed)

    async def _changes(self, update: sa.Update) -> bool:
        count = await self._database.write(lambda connection: connection.execute(update).rowcount)
        return count > 0

    def _values(self, pair: Pair) -> dict[str, Any]:
        moment = self._clock()
        return {
            "access": self._seal(pair.access),
            "refresh": self._seal(pair.refresh),
            "fetched_at": moment,
            "expires_at": moment + pair.lifetime,
            "fault": "",
            "lease": None,
            "lease_until": None,
        }

    def _seal(self, token: str) -> str:
        return self._cipher.encrypt(token.encode()).decode()

    def _held(self, row: sa.RowMapping) -> Held:
        access, refresh, fault = "", "", row["fault"]
        try:
            access = self._cipher.decrypt(row["access"]).decode()
            refresh = self._cipher.decrypt(row["refresh"]).decode()
        except InvalidToken:
            fault = UNDECIPHERABLE
        state = TokenState(row["fetched_at"], row["expires_at"], fault, row["signature"])
        return Held(access, refresh, row["refresh"], state, row["lease"], row["lease_until"])
