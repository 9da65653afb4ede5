"""The console over a small directory, a clock that tests move, passwords that cost little."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.api import create_app
from agencies.settings import Settings
from agencies.staff.passwords import Passwords
from agencies.staff.room import StaffRoom, open_room
from agencies.staff.settings import StaffSettings
from agencies.store import AgencyStore


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class CountedPasswords(Passwords):
    """Cheap, and says how often a hash was really computed to check a password."""

    def __init__(self) -> None:
        super().__init__(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        self.checks = 0

    async def check(self, password, known):
        self.checks += 1
        return await super().check(password, known)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passwords() -> CountedPasswords:
    return CountedPasswords()


@pytest.fixture
def open_rooms(
    engine: AsyncEngine, clock: Clock, passwords: CountedPasswords
) -> Callable[..., StaffRoom]:
    """A room with some settings of the test's own."""

    def open_(provider=None, **settings) -> StaffRoom:
        many = {"login_rate_per_address": "1000/minute", "login_rate_per_account": "1000/minute"}
        return open_room(
            engine,
            StaffSettings(**{**many, **settings}),
            clock=clock,
            passwords=passwords,
            provider=provider,
        )

    return open_


@pytest.fixture
def room(open_rooms: Callable[..., StaffRoom]) -> StaffRoom:
    return open_rooms()


@pytest.fixture
def app(room: StaffRoom, loaded: AgencyStore) -> FastAPI:
    return create_app(Settings(hotline="1900 0000"), loaded, staff=room)
