"""The contract between the outbox and one way out; how a try ended is a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from agencies.outbox.writing import Purpose


@dataclass(frozen=True)
class CaseFacts:
    """A case as an agency is told of it, read at the moment of sending."""

    code: str
    wish: str
    category: str
    text: str
    procedure_code: str
    procedure_title: str
    field: str
    place_name: str
    dossier_code: str
    contact_name: str
    contact_phone: str
    contact_email: str
    contact_address: str
    agency_code: str
    agency_name: str
    handling: str
    state: str
    received_at: datetime
    register_due: datetime
    forward_due: datetime
    reply_due: datetime


@dataclass(frozen=True)
class Added:
    """What the citizen said or sent at one moment after, or with, the form."""

    at: datetime
    kind: str = ""
    text: str = ""
    files: int = 0


@dataclass(frozen=True)
class Parcel:
    """What a sender is given. `key` is the same at every try: the receiver knows a repeat by it."""

    key: str
    recipient: str
    purpose: Purpose
    payload: Mapping[str, Any]
    written_at: datetime
    case: CaseFacts | None = None
    added: tuple[Added, ...] = ()
    forwarded: bool = False  # Its agency was told of the case before, by whichever way.


HELD = "held:"  # Before a provider's id, so that it is still known once that is all there is.


@dataclass(frozen=True)
class Sent:
    """The other side has it; `provider_id` is how it calls it."""

    provider_id: str = ""

    @property
    def is_held(self) -> bool:
        """It is in good hands, but whom it is for gets it only when they come back."""
        return self.provider_id.startswith(HELD)


@dataclass(frozen=True)
class Later:
    """Not now. `everyone`: the way itself is broken, so there is no use in trying the others."""

    reason: str
    after: timedelta | None = None
    everyone: bool = False


@dataclass(frozen=True)
class Refused:
    """Trying again would change nothing: a person must look."""

    reason: str


@dataclass(frozen=True)
class Skipped:
    """This way is not in use here, and nothing is wrong with that."""

    reason: str


Outcome = Sent | Later | Refused | Skipped


class Sender(Protocol):
    async def send(self, parcel: Parcel) -> Outcome:
        """Try once. Reasons hold facts of the way, never words or addresses of people."""
        ...

    async def close(self) -> None: ...
