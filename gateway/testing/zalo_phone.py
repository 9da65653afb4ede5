"""What the phones of the fake Zalo show, and how its calls of the gateway's webhook ended."""

from dataclasses import dataclass
from datetime import datetime

from gateway.messages import Button

SHOWN_PAYLOAD = "oa.query.show"  # Pressed, it stands in the chat as if the citizen had typed it.


@dataclass(frozen=True)
class Shown:
    """One message on a citizen's phone."""

    text: str
    at: datetime
    by: str = "page"  # "page", "citizen", "staff".
    buttons: tuple[Button, ...] = ()
    kinds: tuple[str, ...] = ()  # Of the buttons, as Zalo calls them.


@dataclass(frozen=True)
class Delivery:
    """One call of the webhook. `status` is None where no answer came in time."""

    event: str
    status: int | None
    seconds: float
    retry: int = 0
