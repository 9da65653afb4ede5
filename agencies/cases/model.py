"""A case: what a citizen told the authorities, where it is, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Wish(StrEnum):
    """What the citizen wants with it."""

    FEEDBACK = "feedback"  # phản ánh, kiến nghị
    QUESTION = "question"  # câu hỏi mà trợ lý chưa trả lời được
    PERSON = "person"  # xin gặp người


class State(StrEnum):
    """Where a case stands, apart from what was sent about it."""

    RECEIVED = "received"
    REGISTERED = "registered"  # đã vào sổ
    WAITING = "waiting"  # for the citizen: the clock stands still
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"


OPEN = (State.RECEIVED, State.REGISTERED, State.WAITING)


class Handling(StrEnum):
    """Which time limit for the answer applies."""

    OWN = "own"  # thuộc thẩm quyền
    CROSS = "cross"  # liên ngành
    SPECIAL = "special"  # trường hợp đặc biệt


class Side(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who did it. `name` is shown to the citizen as the one who answers."""

    side: Side
    staff_id: int | None = None
    name: str = ""

    @classmethod
    def staff(cls, staff_id: int, name: str) -> "Actor":
        return cls(Side.STAFF, staff_id, name)


CITIZEN = Actor(Side.CITIZEN)
SYSTEM = Actor(Side.SYSTEM)


class EventKind(StrEnum):
    CREATED = "created"
    REGISTERED = "registered"
    FORWARDED = "forwarded"
    TRANSFERRED = "transferred"
    ASSIGNED = "assigned"
    NOTE = "note"
    DRAFTED = "drafted"
    APPROVED = "approved"
    ANSWERED = "answered"
    ASKED = "asked"
    CITIZEN_WROTE = "citizen_wrote"
    WARNED = "warned"
    OVERDUE = "overdue"
    REOPENED = "reopened"
    RATED = "rated"
    CLOSED = "closed"
    DECLINED = "declined"
    ERASED = "erased"
    DELIVERED = "delivered"
    HELD = "held"  # Until the citizen writes again.
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True)
class Event:
    """One line of a case's history, which is only ever added to."""

    id: int
    at: datetime
    kind: EventKind
    actor: Actor
    public: bool  # May stand on the tracking page.
    text: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A case (phản ánh, kiến nghị) as read at one moment; `version` says which."""

    id: int
    code: str
    submission: str
    wish: Wish
    category: str  # A code of Decree 20/2008 Art. 5 (rules.yml); "" when unknown.
    text: str
    channel: str
    conversation: str
    procedure_code: str
    procedure_title: str
    field: str
    place_code: str
    place_name: str
    dossier_code: str
    contact_name: str
    contact_phone: str
    contact_email: str
    contact_address: str
    consent_version: str
    consent_at: datetime | None
    agency_id: int
    agency_code: str
    agency_name: str
    routing: dict[str, Any]
    handling: Handling
    state: State
    register_year: int | None
    register_number: int | None
    received_at: datetime
    registered_at: datetime | None
    forwarded_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    register_due: datetime
    forward_due: datetime
    reply_due: datetime
    calendar_version: str
    counted_from: datetime  # When the time for the answer began to run.
    waiting_since: datetime | None
    warned: int
    overdue_told: datetime | None
    assignee_id: int | None
    draft: str
    draft_by: int | None
    answer: str
    answered_by: int | None
    rating: int | None
    rating_words: str
    rated_at: datetime | None
    reopened: int
    erased_at: datetime | None
    version: int

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Created:
    """`duplicate_of` is the open case to which the words were added instead of making a new one."""

    case: Case
    is_new: bool
    duplicate_of: str = ""


@dataclass(frozen=True)
class Stale:
    """Somebody else changed the case after it was read: nothing was written."""

    code: str


@dataclass(frozen=True)
class NotNow:
    """What was asked does not go with the case as it is: nothing was written."""

    code: str
    why: str  # A code such as "state"; the words for it are in a template.


Changed = Case | Stale | NotNow
