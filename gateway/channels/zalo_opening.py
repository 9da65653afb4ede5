"""The Zalo channel with everything it is made of, from its settings."""

from datetime import timedelta
from typing import Any

import httpx2

from gateway.channels.base import NotConfigured
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.showing import Words
from gateway.channels.zalo import ZaloChannel
from gateway.channels.zalo_client import Answer, Unavailable, ZaloClient
from gateway.credentials import Credentials, Pair, open_cipher
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.settings import ZaloSettings
from gateway.store import Clock, now
from gateway.tokens import Busy, Dead, Exchange, Tokens

RATE_LIMIT = -32
LIFETIME = timedelta(hours=25)  # Where an answer does not say.
MARGIN_SECONDS = 5.0  # For the client's own limit to be met before the keeper's.


def open_zalo(
    settings: ZaloSettings,
    database: Database,
    metrics: Metrics,
    *,
    credentials_key: str,
    words: Words,
    portal_url: str = "",
    http: httpx2.AsyncClient | None = None,
    clock: Clock = now,
) -> ZaloChannel:
    """Raises NotConfigured."""
    client = open_client(settings, http)
    tokens = open_tokens(settings, database, metrics, client, key=credentials_key, clock=clock)
    return ZaloChannel(
        settings, client, tokens, metrics, words=words, portal_url=portal_url, clock=clock
    )


def open_client(settings: ZaloSettings, http: httpx2.AsyncClient | None = None) -> ZaloClient:
    """Raises NotConfigured."""
    if settings.missing:
        raise NotConfigured(f"ZALO_OA_ID is set, but not {', '.join(settings.missing)}")
    return ZaloClient(
        http or httpx2.AsyncClient(timeout=settings.seconds),
        api_url=settings.api_url,
        oauth_url=settings.oauth_url,
        app_id=settings.app_id,
        app_secret=settings.app_secret,
        with_proof=settings.app_secret_proof,
        seconds=settings.seconds,
    )


def open_tokens(
    settings: ZaloSettings,
    database: Database,
    metrics: Metrics,
    client: ZaloClient,
    *,
    key: str,
    clock: Clock = now,
) -> Tokens:
    """Raises NotConfigured."""
    try:
        cipher = open_cipher(key)
    except ValueError as error:
        fault = "ZALO_OA_ID is set, but GATEWAY_CREDENTIALS_KEY holds no Fernet key"
        raise NotConfigured(fault) from error
    patience = settings.seconds + MARGIN_SECONDS
    credentials = Credentials(
        database,
        ZaloChannel.name,
        cipher,
        clock=clock,
        lease=timedelta(seconds=4 * patience),
    )
    return Tokens(
        credentials,
        exchange_over(client),
        metrics,
        channel=ZaloChannel.name,
        clock=clock,
        refresh_after=timedelta(hours=settings.refresh_hours),
        exchange_seconds=patience,
    )


def exchange_over(client: ZaloClient) -> Exchange:
    """Zalo documents no code for a dead refresh token: whatever is not 0 or -32 needs a person."""

    async def exchange(refresh: str) -> Pair | Dead | Busy:
        try:
            answer = await client.refresh(refresh)
        except (Unreachable, NoAnswer, Unavailable) as error:
            return Busy(str(error))
        if answer.code == RATE_LIMIT:
            return Busy(str(answer.code))
        return pair_of(answer) or Dead(str(answer.code or "no_pair"))

    return exchange


def pair_of(answer: Answer) -> Pair | None:
    """None where the answer holds no pair."""
    access, refresh = answer.data.get("access_token"), answer.data.get("refresh_token")
    if answer.code or not (isinstance(access, str) and isinstance(refresh, str)):
        return None
    if not (access and refresh):
        return None
    return Pair(access, refresh, lifetime(answer.data.get("expires_in")))


def lifetime(written: Any) -> timedelta:
    """Seconds, which Zalo writes as a string."""
    try:
        seconds = int(written)
    except (TypeError, ValueError):
        return LIFETIME
    return timedelta(seconds=seconds) if 0 < seconds < 10**8 else LIFETIME
