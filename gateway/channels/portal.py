"""The portal's own page: messages by POST, replies read from the outbox over SSE."""

import secrets
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.channels.base import RejectedWebhook
from gateway.messages import Incoming, Reply
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


class MalformedMessage(Exception):
    """The body is not a message as the API documents it."""


class PortalChannel:
    name: ClassVar[str] = "portal"

    def __init__(self, signals: Signals) -> None:
        self._signals = signals

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Incoming]:
        """Raises RejectedWebhook, and MalformedMessage."""
        refuse_other_sites(headers)
        token = token_in(headers)
        if token is None:
            raise RejectedWebhook("portal: no session")
        try:
            typed = Typed.model_validate_json(body)
        except ValidationError as error:
            raise MalformedMessage(f"portal: {error.error_count()} faults") from error
        return [Incoming(self.name, user_of(token), typed.text, typed.client_id)]

    async def send(self, user: str, reply: Reply) -> None:
        """The page reads the reply from the outbox; tell it that there is one."""
        self._signals.wake(f"{self.name}:{user}")


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
