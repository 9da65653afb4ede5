"""What a case is to those who send one in or ask where it stands. Nothing personal comes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class CaseProcedure:
    """The procedure (thủ tục) a case is about; `level` and `agency` as in the catalogue."""

    code: str
    title: str
    field: str = ""
    level: str = ""
    agency: str = ""


@dataclass(frozen=True)
class CasePlace:
    """An administrative unit of today: two digits a province, five a commune."""

    code: str
    name: str


@dataclass(frozen=True)
class CaseContact:
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class Consent:
    """To which text on personal data the citizen agreed, and when."""

    version: str
    at: datetime


@dataclass(frozen=True)
class CaseAttachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class CaseDraft:
    """What a citizen wants to send (phản ánh, kiến nghị), as confirmed by them.

    `submission` names the filled form: the same one sent twice is one case. `wish` is feedback,
    question or person; `agency` the code of the one the citizen confirmed.
    """

    submission: str
    conversation: str
    channel: str
    wish: str
    text: str
    agency: str
    category: str = ""
    procedure: CaseProcedure | None = None
    place: CasePlace | None = None
    dossier_code: str = ""
    contact: CaseContact = CaseContact()
    consent: Consent | None = None
    attachments: tuple[CaseAttachment, ...] = ()
    insisted: bool = False  # It reads like a complaint or an emergency; they say that it is none.


@dataclass(frozen=True)
class CaseReceipt:
    """The agency has it; `code` is what the citizen can ask by.

    `duplicate_of` is the open case of the same conversation and matter to which it was added.
    """

    code: str
    agency: str
    agency_name: str
    is_new: bool
    duplicate_of: str
    reply_due: datetime


@dataclass(frozen=True)
class CaseRefused:
    """No case was made. `why`: complaint, emergency, consent, contact, attachment or text.

    A complaint or denunciation and an emergency each have a path of their own (20/2008 Art. 1).
    """

    why: str


@dataclass(frozen=True)
class ProposedAgency:
    """`reasons` are codes; the words for them are the asker's."""

    code: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Routes:
    """Who may be responsible, best first, never empty. `kind`: feedback, complaint, emergency."""

    kind: str
    category: str
    agencies: tuple[ProposedAgency, ...]


@dataclass(frozen=True)
class PublicEvent:
    """A line of the history. `text` only of what staff wrote to the citizen."""

    at: datetime
    kind: str
    agency: str
    text: str


@dataclass(frozen=True)
class PublicCase:
    """Where a case stands, for whoever holds its code: nothing personal.

    `forwarded` only once it was truly sent to the agency.
    """

    code: str
    state: str
    agency: str
    received_at: datetime
    reply_due: datetime
    forwarded: bool
    answer: str
    answered_by: str
    events: tuple[PublicEvent, ...]
    can_rate: bool
    can_reopen: bool
    question: str = ""  # What the agency asked, while it waits for the citizen.
    declined: str = ""  # Why it was not taken.


@dataclass(frozen=True)
class CaseOfConversation:
    """Which case began in a conversation, and where it stands."""

    code: str
    state: str
    agency: str
    wish: str
    received_at: datetime


class Step(StrEnum):
    """How a step of a citizen ended."""

    DONE = "done"
    REFUSED = "refused"  # Not with the case as it is now.
    UNKNOWN = "unknown"  # No case has the code.


class Cases(Protocol):
    """Sends cases in and asks about them. Its methods raise AgenciesUnavailable."""

    async def route(
        self,
        text: str,
        *,
        wish: str = "feedback",
        category: str = "",
        procedure: CaseProcedure | None = None,
        place: CasePlace | None = None,
    ) -> Routes: ...

    async def create(self, draft: CaseDraft) -> CaseReceipt | CaseRefused: ...

    async def case(self, code: str) -> PublicCase | None: ...

    async def of_conversation(self, conversation: str) -> tuple[CaseOfConversation, ...]: ...

    async def rate(self, code: str, score: int, words: str = "") -> Step: ...

    async def write(self, code: str, text: str, submission: str) -> Step: ...

    async def reopen(self, code: str, reason: str, submission: str) -> Step: ...

    async def erase(self, conversation: str) -> int: ...
