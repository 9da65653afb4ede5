"""Everything about staff, built once over one database and handed to the pages."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import writing
from agencies.rates import Rates
from agencies.staff.accounts import Accounts
from agencies.staff.login import Login
from agencies.staff.passwords import Passwords
from agencies.staff.provider import Provider
from agencies.staff.sessions import Clock, Sessions
from agencies.staff.settings import StaffSettings
from agencies.staff.sso import Sso


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class StaffRoom:
    engine: AsyncEngine
    settings: StaffSettings
    clock: Clock
    accounts: Accounts
    sessions: Sessions
    login: Login
    per_address: Rates
    per_account: Rates
    per_return: Rates  # From the SSO; counted apart, for each of its logins begins here, too.
    sso: Sso | None  # None: only passwords.

    def act(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction for what is done and, last, its row of the audit: both or neither."""
        return writing(self.engine).begin()


def open_room(
    engine: AsyncEngine,
    settings: StaffSettings,
    *,
    clock: Clock = now,
    passwords: Passwords | None = None,
    provider: Provider | None = None,
) -> StaffRoom:
    passwords = passwords or Passwords()
    if settings.oidc_issuer and provider is None:
        provider = Provider(settings.oidc_issuer)
    storage = settings.login_rate_storage
    return StaffRoom(
        engine=engine,
        settings=settings,
        clock=clock,
        accounts=Accounts(engine, passwords, clock=clock),
        sessions=Sessions(engine, clock=clock, idle=settings.idle, longest=settings.longest),
        login=Login(
            engine,
            passwords,
            clock=clock,
            failures=settings.lock_after_failures,
            lock=settings.lock,
        ),
        per_address=Rates(settings.login_rate_per_address, storage, name="login address"),
        per_account=Rates(settings.login_rate_per_account, storage, name="login account"),
        per_return=Rates(settings.login_rate_per_address, storage, name="sso return"),
        sso=Sso(engine, settings, provider, clock=clock) if provider else None,
    )
