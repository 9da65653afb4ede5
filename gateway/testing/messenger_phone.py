"""What a citizen holds in their hand: the thread with the Page, as the fake Messenger shows it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.messages import Button


class By(StrEnum):
    PAGE = "page"
    CITIZEN = "citizen"
    STAFF = "staff"


@dataclass(frozen=True)
class Shown:
    """One message as it stands on the phone."""

    text: str
    by: By
    at: datetime
    buttons: tuple[Button, ...] = ()
    mid: str = ""


@dataclass
class Person:
    """Somebody who uses Messenger. `app_scoped` is the id that Facebook Login gives for them."""

    psid: str
    app_scoped: str
    acted_at: datetime | None = None
    has_blocked: bool = False
    phone: list[Shown] = field(default_factory=list)

    def acts(self, at: datetime) -> None:
        self.acted_at = at

    def is_within(self, at: datetime, **window: float) -> bool:
        return self.acted_at is not None and at - self.acted_at <= timedelta(**window)

    def button(self, title: str) -> Button:
        """A quick reply that can be pressed now: those under the newest message only.

        Raises LookupError.
        """
        newest = self.phone[-1].buttons if self.phone else ()
        for button in newest:
            if button.title == title:
                return button
        raise LookupError(f"no button {title!r} under the newest message")


@dataclass(eq=False)
class Faults:
    """What goes wrong, and what Meta's documentation leaves open."""

    fail_with: tuple[int, int] | None = None  # Code of an error, and how many sends it meets,
    fail_subcode: int | None = None
    fail_after: int = 0  # after so many that go well.
    down: bool = False
    slow: float = 0.0  # Seconds between taking a message and answering.
    lose_answer: int = 0  # So many messages are taken, but the connection breaks.
    echo_first: bool = False  # The echo is there before the send call returns.
    no_echo: bool = False
    receipts: bool = True
    duplicate: int = 0  # So many more times each call of the webhook is made.
    reorder: bool = False  # The items of a batch come the wrong way round.
    needs_proof: bool = True  # "Require App Secret".
    most_per_second: int = 300
    longest_text: int = 2000  # Not documented.
    inbox_names_itself: bool = True  # Whether the echo of staff's words has an app id.

    def next_failure(self) -> tuple[int, int | None] | None:
        """Code and subcode for the send that comes now."""
        if self.fail_with is None:
            return None
        if self.fail_after:
            self.fail_after -= 1
            return None
        code, times = self.fail_with
        self.fail_with = (code, times - 1) if times > 1 else None
        return code, self.fail_subcode
