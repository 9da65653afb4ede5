"""A Zalo account to test with."""

import json
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet

from gateway.channels.zalo import ZaloChannel
from gateway.channels.zalo_opening import open_zalo
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.settings import ZaloSettings
from gateway.store import Clock
from gateway.testing.zalo import FakeZalo
from gateway.texts import Texts

KEY = Fernet.generate_key().decode()
USER = "246845883529197922"
ZALO = ZaloSettings(
    oa_id="388613280878808645",
    app_id="360846524940903967",
    app_secret="app-secret",
    oa_secret="oa-secret",
)
WORDS = Texts(hotline="1900 0000", length_limit=2000).shown


def a_channel(
    fake: FakeZalo,
    database: Database,
    clock: Clock,
    *,
    settings: ZaloSettings = ZALO,
    metrics: Metrics | None = None,
) -> ZaloChannel:
    return open_zalo(
        settings,
        database,
        metrics or Metrics(),
        credentials_key=KEY,
        words=WORDS,
        portal_url="https://motcua.example.gov.vn",
        http=fake.http(),
        clock=clock,
    )


def wrote(name: str = "user_send_text", **message: Any) -> dict[str, Any]:
    """As Zalo's pages show it."""
    return {
        "app_id": ZALO.app_id,
        "sender": {"id": USER},
        "user_id_by_app": "552177279717587730",
        "recipient": {"id": ZALO.oa_id},
        "event_name": name,
        "message": {"msg_id": "m1", **message},
        "timestamp": "1732230000123",
    }


def body_of(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
