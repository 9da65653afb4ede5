"""The contract between the gateway and one messaging provider."""

from collections.abc import Mapping
from typing import ClassVar, Protocol

from gateway.messages import Incoming, Reply


class RejectedWebhook(Exception):
    """The request did not come from where it says."""


class DeliveryFailed(Exception):
    """The provider did not take the reply; it may be tried again."""


class Channel(Protocol):
    name: ClassVar[str]

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Incoming]:
        """Authenticate a call and return its messages; [] for receipts.

        Header names are in lower case. Does no I/O. Raises RejectedWebhook.
        """
        ...

    async def send(self, user: str, reply: Reply) -> None:
        """Show a reply to the citizen, as text where buttons are unknown.

        Raises DeliveryFailed.
        """
        ...
