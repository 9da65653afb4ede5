"""What the province's SSO says about itself: its addresses and its keys, asked for and kept."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2

KEPT_SECONDS = 3600
# However many tokens with unknown keys arrive, the SSO is asked no more often.
ANEW_SECONDS = 10
TIMEOUT_SECONDS = 10
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnavailable(Exception):
    """The SSO gave no usable answer; it may be asked again."""


class Provider:
    def __init__(self, issuer: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._issuer = issuer
        self._transport = transport
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    @property
    def connection(self) -> dict[str, Any]:
        """How it is spoken with. Redirects are not followed: an answer is its own or none."""
        return {"transport": self._transport, "timeout": TIMEOUT_SECONDS}

    async def metadata(self) -> Mapping[str, Any]:
        """Raises ProviderUnavailable, also when the SSO is not the one that is set."""
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._get(address, KEPT_SECONDS)
        if found.get("issuer") != self._issuer:
            raise ProviderUnavailable("it calls itself by another name than AGENCIES_OIDC_ISSUER")
        scheme = urlsplit(self._issuer).scheme
        for name in ENDPOINTS:
            if urlsplit(str(found.get(name))).scheme != scheme:
                raise ProviderUnavailable(f"no {name}, or not as safe as the issuer")
        return found

    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        """Raises ProviderUnavailable."""
        address = (await self.metadata())["jwks_uri"]
        return await self._get(address, ANEW_SECONDS if anew else KEPT_SECONDS)

    async def _get(self, address: str, keep: float) -> Mapping[str, Any]:
        asked_at, known = self._kept.get(address, (0.0, None))
        if known is not None and time.monotonic() - asked_at < keep:
            return known
        try:
            async with httpx2.AsyncClient(**self.connection) as http:
                response = await http.get(address)
                response.raise_for_status()
                body = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        if not isinstance(body, dict):
            raise ProviderUnavailable("not an object")
        self._kept[address] = (time.monotonic(), body)
        return body
