"""The procedure catalogue as the rest of the system sees it.

The parts of a procedure are those of Decree 63/2010/NĐ-CP, Article 8(2). A value that the source
lacks, or that cannot be trusted, is `Absent` with the reason, never a guess.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why a value is absent."""

    NOT_PUBLISHED = "not_published"  # The source has the field and left it empty.
    LOST_IN_COPY = "lost_in_copy"  # The copy that was imported lost it; the original may have it.
    NO_UNIT = "no_unit"  # A number whose unit is "other": 5 of what?
    ZERO_WITH_CONDITION = "zero_with_condition"  # 0 beside a condition: a placeholder, not "free".
    ZERO_UNEXPLAINED = "zero_unexplained"  # 0 and nothing else: the sources use it for "not set".
    NOT_A_NUMBER = "not_a_number"  # Words stand where a number should; `text` holds them.


@dataclass(frozen=True)
class Absent:
    """A value that is not there; `text` is what the source says in its place, if anything."""

    reason: Reason
    text: str = ""
    kind: Literal["absent"] = "absent"


class Level(StrEnum):
    """Which tier of government handles the procedure (cấp thực hiện). No district since 2025."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    OTHER = "other"


class Channel(StrEnum):
    """How an application is filed (cách thức thực hiện)."""

    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class TimeUnit(StrEnum):
    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Duration:
    """A time limit (thời hạn giải quyết) that can be counted."""

    value: Decimal
    unit: TimeUnit
    kind: Literal["duration"] = "duration"

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise ValueError(f"a time limit of {self.value} {self.unit}")


class FeeKind(StrEnum):
    FEE = "fee"  # phí
    CHARGE = "charge"  # lệ phí
    PRICE = "price"  # giá dịch vụ
    UNNAMED = "unnamed"


@dataclass(frozen=True)
class Fee:
    """What the citizen pays (phí, lệ phí), in whole units of `currency` (ISO 4217).

    `valid_until` is the last day the source gives for this amount.
    """

    amount: Decimal | Absent
    kind: FeeKind = FeeKind.UNNAMED
    currency: str = "VND"
    note: str = ""
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if isinstance(self.amount, Decimal) and self.amount < 0:
            raise ValueError(f"a fee of {self.amount}")


@dataclass(frozen=True)
class Method:
    """One way to file, with the time limit and the fees that go with it.

    `fees` is empty only where the source says that there are none to list.
    """

    channel: Channel
    time: Duration | Absent
    fees: tuple[Fee, ...] | Absent
    description: str = ""


@dataclass(frozen=True)
class Form:
    """A form to fill in (mẫu đơn, tờ khai); the URL is often not published."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Document:
    """One item of the application file (thành phần hồ sơ); None = number not published."""

    name: str
    originals: int | None = None
    copies: int | None = None
    code: str = ""
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True)
class DocumentCase:
    """The documents of one case (trường hợp); `name` is empty when the source names no case.

    `notes` are instructions that the source lists among the documents with quantity 0.
    """

    name: str
    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agency:
    """A body that takes part (cơ quan thực hiện, có thẩm quyền, phối hợp)."""

    name: str
    code: str = ""


@dataclass(frozen=True)
class Step:
    """One step (trình tự thực hiện); `name` is often empty and all text in one step."""

    name: str
    text: str


@dataclass(frozen=True)
class LegalBasis:
    """A legal document the procedure rests on (căn cứ pháp lý)."""

    code: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class SubCase:
    """A numbered variant of the procedure with a time limit of its own."""

    code: str
    name: str
    time: Duration | Absent


class Scope(StrEnum):
    """Where the procedure is valid (loại thủ tục)."""

    NATIONAL = "national"
    LOCAL = "local"  # Published by one province, for that province.
    INTERNAL = "internal"  # Between agencies: no citizen files it.


class Standing(StrEnum):
    """Whether the procedure may be answered as current."""

    LISTED = "listed"
    UNLISTED = "unlisted"  # Not (or no longer) among the published ones the source knows.
    ABOLISHED = "abolished"


class Caveat(StrEnum):
    """What a citizen must be told beside the record."""

    DISTRICT_LEVEL = "district_level"  # The text still names the district tier, gone since 2025.
    SPLIT_FROM_TEXT = "split_from_text"  # Documents were cut out of running text.
    METHODS_FROM_OTHER_CAPTURE = "methods_from_other_capture"


class Part(StrEnum):
    """The parts of a procedure that can be missing as a whole."""

    DOCUMENTS = "documents"
    METHODS = "methods"
    STEPS = "steps"
    AGENCIES = "agencies"
    CONDITIONS = "conditions"
    RESULTS = "results"
    LEGAL_BASIS = "legal_basis"


@dataclass(frozen=True)
class Source:
    """Where the record was taken from.

    `captured` is an ISO date, possibly only year-month, and empty when nothing tells it.
    """

    kind: str
    captured: str
    url: str = ""


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure (thủ tục hành chính, TTHC) as published by its agency.

    Raises ValueError when built from facts that cannot all be true.
    """

    code: str
    title: str
    source: Source
    scope: Scope | None = None
    promulgating_agency: str = ""  # cơ quan công bố
    promulgating_agency_code: str = ""
    decision: str = ""  # quyết định công bố
    fields: tuple[str, ...] = ()  # lĩnh vực
    life_events: tuple[str, ...] = ()  # sự kiện cuộc đời
    levels: tuple[Level, ...] = ()
    subjects: tuple[str, ...] = ()  # đối tượng thực hiện
    executing_agencies: tuple[Agency, ...] = ()
    competent_agencies: tuple[Agency, ...] = ()
    authorized_agencies: tuple[Agency, ...] = ()
    coordinating_agencies: tuple[Agency, ...] = ()
    receiving_address: str = ""
    steps: tuple[Step, ...] = ()
    methods: tuple[Method, ...] = ()
    document_cases: tuple[DocumentCase, ...] = ()
    sub_cases: tuple[SubCase, ...] = ()
    conditions: str = ""
    results: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    legal_text: str = ""  # The legal basis as running text, where the source has no list.
    keywords: tuple[str, ...] = ()
    description: str = ""
    full_online: bool | None = None  # dịch vụ công trực tuyến toàn trình; None = not published
    effective_from: date | None = None
    effective_to: date | None = None
    standing: Standing = Standing.LISTED
    caveats: tuple[Caveat, ...] = ()
    absent: dict[Part, Absent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.code or not self.title:
            raise ValueError("a procedure needs a code and a title")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"{self.code} ends before it begins")

    @property
    def title_only(self) -> bool:
        """Whether it is known that it exists, perhaps for whom and where, and nothing else."""
        return all(part in self.absent for part in Part if part is not Part.AGENCIES)

    def in_force(self, day: date) -> bool:
        """Whether it may be answered as current on that day."""
        return (
            self.standing is Standing.LISTED
            and (self.effective_from is None or self.effective_from <= day)
            and (self.effective_to is None or day <= self.effective_to)
        )
