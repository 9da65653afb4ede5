"""The fake Zalo's tokens: 25 hours, replaced by a refresh token that is good for one use."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.testing.zalo_state import ZaloState

ACCESS_LIFETIME = timedelta(hours=25)
REFRESH_LIFETIME = timedelta(days=90)
# What an installation starts with, as a person would copy it from Zalo's page.
FIRST_ACCESS = "first-access-token"
FIRST_REFRESH = "first-refresh-token"


@dataclass(frozen=True)
class Issued:
    access: str
    refresh: str
    at: datetime


class ZaloTokens:
    def __init__(self, state: ZaloState) -> None:
        self._state = state
        self.current = Issued(FIRST_ACCESS, FIRST_REFRESH, state.clock())
        self.used: set[str] = set()  # Refresh tokens.
        self._known = {FIRST_ACCESS}
        self._expired: set[str] = set()

    def code(self, access: str) -> int:
        """0 for the token that is valid now."""
        if access not in self._known:
            return -216
        is_old = self._state.clock() - self.current.at >= ACCESS_LIFETIME
        if access != self.current.access or is_old or access in self._expired:
            return self._state.expired_code
        return 0

    def expire(self) -> None:
        """As if 25 hours were over."""
        self._expired.add(self.current.access)

    def revoke(self) -> None:
        """The account withdraws its consent, or the permissions change."""
        self.expire()
        self.used.add(self.current.refresh)

    def issue(self) -> Issued:
        """A new pair, as from Zalo's own page; the one before it is dead."""
        self.used.add(self.current.refresh)
        self.current = Issued(secrets.token_hex(40), secrets.token_hex(40), self._state.clock())
        self._known.add(self.current.access)
        return self.current

    def answer(self, form: Mapping[str, Any], secret: str) -> dict[str, Any]:
        """To POST /v4/oa/access_token."""
        settings = self._state.settings
        if secret != settings.app_secret or form.get("app_id") != settings.app_id:
            return _refusal(-14004, "Invalid app")
        if form.get("grant_type") != "refresh_token" or not self._is_good(form):
            return _refusal(self._state.dead_refresh_code, "Invalid refresh token")
        issued = self.issue()
        return {
            "access_token": issued.access,
            "refresh_token": issued.refresh,
            "expires_in": str(int(ACCESS_LIFETIME.total_seconds())),
        }

    def _is_good(self, form: Mapping[str, Any]) -> bool:
        is_current = form.get("refresh_token") == self.current.refresh
        is_old = self._state.clock() - self.current.at >= REFRESH_LIFETIME
        return is_current and not is_old and self.current.refresh not in self.used


def _refusal(code: int, name: str) -> dict[str, Any]:
    return {"error": code, "error_name": name, "error_reason": name}
