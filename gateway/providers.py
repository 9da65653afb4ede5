"""The messaging providers that are set up: each is served once its settings name an account."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from gateway.channels.base import Channel
from gateway.channels.messenger import open_messenger
from gateway.channels.zalo_opening import open_zalo
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.store import Clock, now
from gateway.texts import Texts


@dataclass(frozen=True)
class Providers:
    """Their settings, of the environment unless given; a test gives clients of its own, too."""

    zalo: ZaloSettings = field(default_factory=ZaloSettings)
    zalo_http: httpx2.AsyncClient | None = None
    messenger: MessengerSettings = field(default_factory=MessengerSettings)
    messenger_http: httpx2.AsyncClient | None = None


def open_channels(
    providers: Providers,
    settings: Settings,
    database: Database,
    metrics: Metrics,
    texts: Texts,
    *,
    clock: Clock = now,
) -> Iterator[Channel]:
    """Raises NotConfigured."""
    if providers.zalo.oa_id:
        yield open_zalo(
            providers.zalo,
            database,
            metrics,
            credentials_key=settings.credentials_key,
            words=texts.shown,
            portal_url=settings.public_url,
            http=providers.zalo_http,
            clock=clock,
        )
    if providers.messenger.page_id:
        yield open_messenger(providers.messenger, texts.shown, providers.messenger_http)
