"""The portal's own page: messages by POST, replies read from the outbox over SSE."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.channels.base import (
    Event,
    Finding,
    Kind,
    MalformedWebhook,
    Outcome,
    Part,
    RejectedWebhook,
    Sent,
    Way,
)
from gateway.messages import Button, Reply
from gateway.session import token_in, user_of
from gateway.signals import Signals


class Typed(BaseModel):
    """What the page posts."""

    model_config = ConfigDict(extra="ignore")

    text: str
    client_id: str = Field(
        default_factory=lambda: secrets.token_hex(16),
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="Chosen by the client, new for each message: posting it twice is harmless.",
    )


class PortalChannel:
    name: ClassVar[str] = "portal"
    echoes: ClassVar[bool] = False
    rate: str = ""
    file_hosts: tuple[str, ...] = ()

    def __init__(self, signals: Signals) -> None:
        self._signals = signals

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        refuse_other_sites(headers)
        token = token_in(headers)
        if token is None:
            raise RejectedWebhook("portal: no session")
        try:
            typed = Typed.model_validate_json(body)
        except ValidationError as error:
            raise MalformedWebhook(f"portal: {error.error_count()} faults") from error
        return [_event(user_of(token), typed.text, typed.client_id)]

    def read(self, raw: dict[str, Any]) -> Event:
        return _event("", str(raw.get("text", "")), str(raw.get("client_id", "")))

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        """The page shows a reply whole, with all that belongs to it."""
        return (Part(reply.text),)

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        return ()

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        return Way.DIRECT

    def notice(self, reply: Reply) -> Part | None:
        return None

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        """The page reads the reply from the outbox; tell it that there is one."""
        self._signals.wake(f"{self.name}:{user}")
        return Sent()

    async def check(self) -> tuple[Finding, ...]:
        return ()

    async def close(self) -> None:
        pass


def _event(user: str, text: str, key: str) -> Event:
    raw = {"text": text, "client_id": key}
    return Event(Kind.MESSAGE, user, key, datetime.now(UTC), text, raw=raw)


def refuse_other_sites(headers: Mapping[str, str]) -> None:
    """Browsers say which site a request comes from; a program has no citizen's cookie to abuse.

    Raises RejectedWebhook.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:  # Browsers before 2023 send only Origin.
        origin = headers.get("origin")
        allowed = origin is None or urlsplit(origin).netloc == headers.get("host")
    if not allowed:
        raise RejectedWebhook("portal: another site's request")
