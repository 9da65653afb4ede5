"""Passwords: Argon2 hashes, made and checked beside the event loop, and what is too weak."""

import asyncio
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 12
LONGEST = 200  # More is only work for us.
FEWEST_LETTERS = 6
# Each check takes 64 MiB for a moment.
AT_ONCE = 2


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    SIMPLE = "simple"
    HAS_USERNAME = "has_username"


@dataclass(frozen=True)
class Checked:
    """`new_hash` replaces one that was made with weaker parameters."""

    right: bool
    new_hash: str | None = None


class Passwords:
    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hash.hash, normal(password))

    async def check(self, password: str, known: str | None) -> Checked:
        """Whether it is the password of this hash; without one, the same work and a no."""
        if self._nobodys is None:
            self._nobodys = await self.hash(secrets.token_urlsafe())
        password = normal(password)[:LONGEST]
        async with self._gate:
            right, new_hash = await asyncio.to_thread(
                self._hash.verify_and_update, password, known or self._nobodys
            )
        return Checked(right and known is not None, new_hash)


def normal(password: str) -> str:
    """The same characters however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def generate() -> str:
    """A password to be said on the telephone and changed at once.

    >>> len(generate())
    19
    """
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # None that is read as another.
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def weakness(password: str, username: str) -> Weakness | None:
    """Why a password is refused.

    >>> weakness("aaaaaaaaaaaaaaaa", "an").value
    'simple'
    """
    password = normal(password)
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if len(set(password.casefold())) < FEWEST_LETTERS:
        return Weakness.SIMPLE
    if len(username) > 3 and username.casefold() in password.casefold():
        return Weakness.HAS_USERNAME
    return None
