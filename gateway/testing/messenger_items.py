"""Items of the webhook as Messenger writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Item = dict[str, Any]


@dataclass(frozen=True)
class Items:
    page_id: str
    clock: Callable[[], datetime]

    def of(self, user: str, **what: Any) -> Item:
        """What a citizen did."""
        return {
            "sender": {"id": user},
            "recipient": {"id": self.page_id},
            "timestamp": self._moment(),
            **what,
        }

    def echo(self, user: str, message: Item) -> Item:
        """What was said to them in the Page's name."""
        return {
            "sender": {"id": self.page_id},
            "recipient": {"id": user},
            "timestamp": self._moment(),
            "message": {"is_echo": True, **message},
        }

    def receipts(self, user: str, mid: str) -> tuple[Item, Item]:
        """They have got it, and seen it."""
        watermark = self._moment()
        return (
            self.of(user, delivery={"mids": [mid], "watermark": watermark}),
            self.of(user, read={"watermark": watermark}),
        )

    def _moment(self) -> int:
        return int(self.clock().timestamp() * 1000)


def referral(ref: str) -> Item:
    """Of a link to the Page, "" for none."""
    return {"referral": {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}} if ref else {}
