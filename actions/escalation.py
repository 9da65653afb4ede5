"""The port to those who help when the bot cannot: an agency or a person."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from knowledge.client import Choice


class Wish(StrEnum):
    """What a citizen wants passed on."""

    QUESTION = "question"  # One the catalogue had no answer to.
    FEEDBACK = "feedback"
    PERSON = "person"  # To speak with somebody.


class Kind(StrEnum):
    """What a text is; only feedback is passed on, the others have a path of their own."""

    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Matter:
    """What somebody is to be found for."""

    wish: Wish
    text: str
    procedure: Choice | None
    place: str
    place_name: str = ""


@dataclass(frozen=True)
class Routes:
    """Agencies that may be responsible, best first; `category` is "" where it is not told."""

    kind: Kind
    category: str
    agencies: tuple[Choice, ...]


@dataclass(frozen=True)
class HandOver:
    """What the citizen confirmed; `conversation` is the gateway's name of where the answer goes.

    The same `submission` handed over twice is one case.
    """

    submission: str
    matter: Matter
    agency: str
    category: str
    dossier_code: str
    conversation: str
    channel: str
    consent_version: str
    consent_at: datetime
    contact: tuple[str, ...] = ()  # Kinds that were given; the drawer has them, maybe with others.
    insisted: bool = False  # The citizen says that it is feedback, though it reads otherwise.


@dataclass(frozen=True)
class Receipt:
    """Somebody has it; `reference` is what the citizen can ask by.

    `duplicate_of` is the open case that the words were added to.
    """

    reference: str
    agency: str
    reply_due: date | None = None
    files: int = 0
    duplicate_of: str = ""
    emptied: int = 0  # So far the drawer of the conversation is part of the case now.

    @property
    def code(self) -> str:
        """Of the case that has the words."""
        return self.duplicate_of or self.reference


class Refused(StrEnum):
    """Why something cannot be taken as it is; it can be put right."""

    COMPLAINT = "complaint"
    EMERGENCY = "emergency"
    CONTACT = "contact"  # One is required.
    CONTACT_GONE = "contact_gone"  # It was given, and lay there for too long.
    FILES = "files"
    OTHER = "other"


class Fate(StrEnum):
    """How a call about a case ended."""

    DONE = "done"
    UNKNOWN = "unknown"  # No case has the code.
    REFUSED = "refused"  # Not with this case as it is now.
    DOWN = "down"


@dataclass(frozen=True)
class CaseReport:
    """Where a case stands; nothing personal. `state` as agencies name it."""

    fate: Fate
    state: str = ""
    agency: str = ""
    received: date | None = None
    reply_due: date | None = None
    forwarded: bool = False
    answer: str = ""
    answered_by: str = ""
    question: str = ""  # What the agency asked the citizen and waits for.
    declined: str = ""  # Why it was not taken.
    can_rate: bool = False
    can_reopen: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)


class Escalation(Protocol):
    takes: bool  # Whether anybody takes anything at all.

    async def route(self, matter: Matter) -> Routes | None:
        """Who may be responsible; None when it cannot be said now."""
        ...

    async def agencies(self, words: str) -> tuple[Choice, ...] | None:
        """Agencies by name; None when it cannot be said now."""
        ...

    async def hand_over(self, request: HandOver) -> Receipt | Refused | None:
        """Pass it on; None when nobody can take it now. Nothing is taken without a receipt."""
        ...

    async def case(self, code: str) -> CaseReport: ...

    async def codes_of(self, conversation: str) -> tuple[str, ...] | None:
        """The cases that began in a conversation, newest first; None when it cannot be said now."""
        ...

    async def write(self, code: str, text: str, submission: str) -> Fate:
        """Words of the citizen to an open case; the same `submission` again adds nothing."""
        ...

    async def rate(self, code: str, score: int, words: str) -> Fate: ...

    async def reopen(self, code: str, reason: str, submission: str) -> Fate: ...


class NoEscalation:
    """No agency takes cases from the bot."""

    takes = False

    async def route(self, matter: Matter) -> Routes | None:
        return None

    async def agencies(self, words: str) -> tuple[Choice, ...] | None:
        return None

    async def hand_over(self, request: HandOver) -> Receipt | Refused | None:
        return None

    async def case(self, code: str) -> CaseReport:
        return CaseReport(Fate.DOWN)

    async def codes_of(self, conversation: str) -> tuple[str, ...] | None:
        return None

    async def write(self, code: str, text: str, submission: str) -> Fate:
        return Fate.DOWN

    async def rate(self, code: str, score: int, words: str) -> Fate:
        return Fate.DOWN

    async def reopen(self, code: str, reason: str, submission: str) -> Fate:
        return Fate.DOWN
