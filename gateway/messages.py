"""What every channel is reduced to, and what every channel must be able to show."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Incoming:
    """One message from a citizen, whichever channel it came through."""

    channel: str
    user: str
    text: str
    message_id: str
    raw: dict[str, Any] = field(default_factory=dict)  # The provider's own event.

    @property
    def conversation(self) -> str:
        """The citizen's thread on this channel."""
        return f"{self.channel}:{self.user}"


@dataclass(frozen=True)
class Button:
    """A choice: `title` is shown, `payload` is what the citizen says by pressing it."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    """The published record an answer was rendered from."""

    title: str
    url: str


@dataclass(frozen=True)
class Reply:
    """One message to a citizen: plain text, never markup.

    `status` says how the question ended and `code` which procedure is talked about; nobody is
    shown them, they are for measuring.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    link: Link | None = None
    status: str = ""
    code: str = ""
