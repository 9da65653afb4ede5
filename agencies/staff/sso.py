"""Logging in at the province's SSO: OpenID Connect, code flow with PKCE, through Authlib."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import sqlalchemy as sa
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.database import writing
from agencies.staff.id_tokens import UnbelievableToken, UnknownKey, subject_of
from agencies.staff.provider import Provider, ProviderUnavailable
from agencies.staff.sessions import Clock, hash_of
from agencies.staff.settings import StaffSettings
from agencies.staff.tables import oidc_login

RETURN = "/console/sso/return"
# Long enough to find the telephone for the SSO's own second factor.
A_VISIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Visit:
    """Where to send the browser, and what to put into its cookie until it returns."""

    address: str
    browser: str


@dataclass(frozen=True)
class Arrived:
    """Who it is, in the SSO's words, and the page they wanted."""

    subject: str
    back_to: str


@dataclass(frozen=True)
class NotBelieved:
    """The return was refused; `why` is for the audit."""

    why: str


class Sso:
    def __init__(
        self, engine: AsyncEngine, settings: StaffSettings, provider: Provider, *, clock: Clock
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._provider = provider
        self._clock = clock

    @property
    def name(self) -> str:
        return self._settings.oidc_name

    async def begin(self, back_to: str) -> Visit:
        """Raises ProviderUnavailable."""
        metadata = await self._provider.metadata()
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        now = self._clock()
        values = {
            "state_hash": hash_of(state),
            "browser_hash": hash_of(browser),
            "nonce": nonce,
            "verifier": verifier,
            "back_to": back_to,
            "expires_at": now + A_VISIT,
        }
        async with writing(self._engine).begin() as connection:
            await connection.execute(sa.delete(oidc_login).where(oidc_login.c.expires_at <= now))
            await connection.execute(sa.insert(oidc_login).values(values))
        return Visit(address, browser)

    async def finish(self, answer: Mapping[str, str], browser: str) -> Arrived | NotBelieved:
        """Read what the browser brought back. Raises ProviderUnavailable."""
        visit = await self._take_visit(answer.get("state", ""))
        if visit is None or visit["expires_at"] <= self._clock():
            return NotBelieved("state")
        if not hmac.compare_digest(visit["browser_hash"], hash_of(browser)):
            return NotBelieved("browser")
        metadata = await self._provider.metadata()
        if not _names_issuer(answer, metadata):
            return NotBelieved("issuer")
        if "error" in answer or not answer.get("code"):
            return NotBelieved("refused by the SSO")
        try:
            token = await self._fetch_token(metadata, answer["code"], visit["verifier"])
            subject = await self._subject(token, visit["nonce"], self._clock())
        except (AuthlibBaseError, UnbelievableToken) as error:
            return NotBelieved(f"{type(error).__name__}: {error}"[:200])
        return Arrived(subject, visit["back_to"])

    async def _take_visit(self, state: str) -> Mapping[Any, Any] | None:
        """Each visit allows one return, whatever becomes of it."""
        taken = sa.delete(oidc_login).where(oidc_login.c.state_hash == hash_of(state))
        async with writing(self._engine).begin() as connection:
            return (await connection.execute(taken.returning(oidc_login))).mappings().first()

    async def _fetch_token(
        self, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        try:
            async with self._client() as client:
                token: Mapping[str, Any] = await client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier
                )
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        return token

    async def _subject(self, token: Mapping[str, Any], nonce: str, now: datetime) -> str:
        facts: dict[str, Any] = {
            "issuer": self._settings.oidc_issuer,
            "client_id": self._settings.oidc_client_id,
            "nonce": nonce,
            "now": now,
        }
        try:
            return subject_of(token, await self._provider.keys(), **facts)
        except UnknownKey:
            return subject_of(token, await self._provider.keys(anew=True), **facts)

    def _client(self) -> AsyncOAuth2Client:
        secret = self._settings.oidc_client_secret
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope="openid",  # Who it is; all else is in the account.
            redirect_uri=f"{self._settings.public_url}{RETURN}",
            code_challenge_method="S256",
            **self._provider.connection,
        )


def _names_issuer(answer: Mapping[str, str], metadata: Mapping[str, Any]) -> bool:
    """Whether the answer is this SSO's and not another's in its name (RFC 9207)."""
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    named = answer.get("iss")
    return named == metadata["issuer"] if named is not None else not promised
