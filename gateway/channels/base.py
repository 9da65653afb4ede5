"""The contract between the gateway and one messaging provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from gateway.messages import Button, Reply


class RejectedWebhook(Exception):
    """The request did not come from where it says."""


class MalformedWebhook(Exception):
    """It came from there, but its body is not what the provider documents."""


class NotConfigured(Exception):
    """A channel is asked for, but settings it cannot do without are missing; names them."""


class Kind(StrEnum):
    """What an event of a provider says."""

    MESSAGE = "message"  # The citizen wrote, pressed a button, sent a file or a position.
    GREETED = "greeted"  # They came without a word: followed the account, pressed "get started".
    ACTED = "acted"  # Another act of theirs that lets us write to them for longer.
    LEFT = "left"  # They follow no more; what is written to them waits until they come back.
    ECHO = "echo"  # Something was said to them in the account's name, by us or by a person.
    RECEIPT = "receipt"  # They have got, or seen, what was said.
    WITHDRAWN = "withdrawn"  # They want everything of theirs deleted.
    UNKNOWN = "unknown"  # Kept, counted, and nothing is done about it.


@dataclass(frozen=True)
class Attachment:
    """Something sent with a message, where the provider keeps it."""

    kind: str  # "image", "file", "audio", "video", "sticker", or as the provider calls it.
    url: str = ""
    name: str = ""


@dataclass(frozen=True)
class Position:
    """Where the citizen says they are: degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Event:
    """One entry of a webhook call.

    `key` is the provider's id of it, or made of what tells it apart where there is none; the same
    event always has the same. `raw` is the entry as it came, from which `Channel.read` makes the
    rest again.
    """

    kind: Kind
    user: str  # The citizen's id with the provider, "" where the event names none.
    key: str
    at: datetime  # By the provider's clock.
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    position: Position | None = None
    seen: bool = False  # Of a receipt only: they have seen it, not merely got it.
    # Of an echo only:
    mark: str = ""  # What we sent along with it, where the provider gives that back.
    by_person: bool = False  # Somebody wrote it in the provider's own inbox.
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What one call of the provider shows. `text` is what an echo of it will say."""

    text: str
    body: dict[str, Any] = field(default_factory=dict)  # The provider's own "message".


class Way(StrEnum):
    """How a reply may go out just now, by the provider's rules of who may write when."""

    DIRECT = "direct"
    PERSON = "person"  # Only because a person wrote it (Messenger: HUMAN_AGENT).
    NOTICE = "notice"  # Only an approved notice that an answer is there (Zalo: ZBS template).
    HOLD = "hold"  # Not before the citizen acts again.


@dataclass(frozen=True)
class Sent:
    """The provider has it."""

    provider_id: str = ""


@dataclass(frozen=True)
class Later:
    """It may be tried again, after so many seconds where the provider says so.

    `in_doubt`: the citizen may have it all the same (no answer in time), so an echo of it is waited
    for before it is sent again. `all_of_them`: not only this message, the whole account must slow
    down; it costs the message no attempt.
    """

    reason: str
    seconds: float | None = None
    in_doubt: bool = False
    all_of_them: bool = False


@dataclass(frozen=True)
class Held:
    """The provider takes nothing for this citizen until they act again."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """It will never be taken: a dead letter, which a person must look at."""

    reason: str


@dataclass(frozen=True)
class Broken:
    """The account is at fault, not the message (token, permission, suspension): nothing is sent
    until a person has mended it. It costs no attempt, and raises an alarm."""

    reason: str


Outcome = Sent | Later | Held | Refused | Broken


@dataclass(frozen=True)
class Finding:
    """One line of what `python -m gateway channels check` tells; no secret is in it."""

    subject: str
    state: str  # "ok", "warning", "fault".
    detail: str


class Channel(Protocol):
    name: ClassVar[str]
    # Whether what is sent comes back as an echo, and is not to be sent again while it may still
    # come. Where not, sending the same twice must be harmless.
    echoes: ClassVar[bool]
    rate: str  # How many calls of `send` the account may make, as "250/second"; "" is no limit.
    # Where its attachments are kept: these hosts and whatever is below them, () where it has none.
    file_hosts: tuple[str, ...]

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Event]:
        """Authenticate a call by its raw bytes and return every event in it, in its order.

        Header names are in lower case. Does no I/O. Raises RejectedWebhook, MalformedWebhook.
        """
        ...

    def read(self, raw: dict[str, Any]) -> Event:
        """One entry, as `Event.raw` keeps it. Never raises: what is not understood is UNKNOWN."""
        ...

    def parts(self, reply: Reply) -> tuple[Part, ...]:
        """The calls that show a reply, in order; the same reply is always cut alike."""
        ...

    def choices(self, reply: Reply) -> tuple[Button, ...]:
        """What the citizen may answer by its number, in order; () where numbers mean nothing."""
        ...

    def way(self, *, by_person: bool, since_act: timedelta | None) -> Way:
        """`since_act` is how long ago the citizen did something that counts; None is never."""
        ...

    def notice(self, reply: Reply) -> Part | None:
        """What says that an answer is there (Way.NOTICE); None where there is no such notice."""
        ...

    async def send(self, user: str, part: Part, *, mark: str, way: Way) -> Outcome:
        """One call. `mark` tells this part from all others and comes back with its echo, where the
        provider can do that. Never raises for what the provider or the network does."""
        ...

    async def check(self) -> tuple[Finding, ...]:
        """What of the account is set up, valid, about to expire; asks the provider."""
        ...

    async def close(self) -> None: ...
