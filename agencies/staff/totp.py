"""The second factor: six digits of an authenticator (RFC 6238), each of which counts once."""

import hmac
from datetime import datetime

import pyotp
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import joined
from agencies.staff.model import Staff
from agencies.staff.tables import staff

# A connection: in its transaction, with what belongs together.
On = AsyncConnection | AsyncEngine
ISSUER = "Mot Cua"  # Some authenticators show no other letters.
SECONDS = 30
# A telephone's clock may be half a minute wrong, either way.
TOLERATED_STEPS = (0, -1, 1)
# Who has only a browser of somebody else's may not put their own telephone in its place.
_OFF = staff.c.totp_secret.is_(None)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is, or None."""
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    current = int(now.timestamp()) // SECONDS
    generator = pyotp.TOTP(secret, interval=SECONDS)
    found = None
    for shift in TOLERATED_STEPS:
        if hmac.compare_digest(generator.at((current + shift) * SECONDS), code):
            found = current + shift
    return found


async def use_step(on: On, staff_id: int, step: int) -> bool:
    """Use a code up; False when it, or a later one, was used before (RFC 6238, 5.2)."""
    unused = sa.update(staff).where(staff.c.id == staff_id, staff.c.totp_step < step)
    async with joined(on) as connection:
        result = await connection.execute(unused.values(totp_step=step))
    return result.rowcount == 1


async def begin(on: On, staff_id: int) -> None:
    """A new secret to be put into an authenticator; it counts only after `confirm`."""
    await _set(on, staff_id, _OFF, totp_pending=pyotp.random_base32())


async def pending(engine: AsyncEngine, staff_id: int) -> str | None:
    async with engine.connect() as connection:
        return await _pending(connection, staff_id)


async def confirm(on: On, staff_id: int, code: str, now: datetime) -> bool:
    """Turn the second factor on, once a code shows that the authenticator has the secret."""
    async with joined(on) as connection:
        secret = await _pending(connection, staff_id)
        step = step_of(secret, code, now) if secret else None
        if step is None:
            return False
        facts = {"totp_secret": secret, "totp_pending": None, "totp_step": step}
        return await _set(connection, staff_id, _OFF, **facts)


async def turn_off(on: On, staff_id: int) -> None:
    await _set(on, staff_id, totp_secret=None, totp_pending=None)


def address(secret: str, owner: Staff) -> str:
    """The otpauth:// address that authenticators read from a QR code or a link."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(
        name=owner.username, issuer_name=ISSUER
    )


async def _pending(connection: AsyncConnection, staff_id: int) -> str | None:
    query = sa.select(staff.c.totp_pending).where(staff.c.id == staff_id)
    secret: str | None = (await connection.execute(query)).scalar_one()
    return secret


async def _set(on: On, staff_id: int, *only_if: sa.ColumnElement[bool], **values: object) -> bool:
    update = sa.update(staff).where(staff.c.id == staff_id, *only_if)
    async with joined(on) as connection:
        return (await connection.execute(update.values(values))).rowcount == 1
