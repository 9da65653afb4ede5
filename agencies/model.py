"""The agencies that answer citizens, as the rest of this package sees them."""

import math
from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Kind(StrEnum):
    """What sort of body it is; routing treats each sort differently."""

    COMMITTEE = "committee"  # Ủy ban nhân dân
    OFFICE = "office"  # Văn phòng Ủy ban nhân dân
    DEPARTMENT = "department"  # sở, phòng chuyên môn
    SECTOR = "sector"  # ngành dọc: công an, thuế, bảo hiểm xã hội
    ONE_STOP = "one_stop"  # Trung tâm Phục vụ hành chính công
    TRIAGE = "triage"  # takes what has no owner


class Level(StrEnum):
    """The tier of government it belongs to (cấp); the district tier ended in 2025."""

    PROVINCE = "province"
    COMMUNE = "commune"


class ContactState(StrEnum):
    """Whether somebody has checked that the agency reads what is sent to its contact."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    INACTIVE = "inactive"


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True)
class Unit:
    """An administrative unit (đơn vị hành chính): two digits a province, five a commune."""

    code: str
    name: str


@dataclass(frozen=True)
class Contact:
    """How to reach an agency; `fictional` marks an example nobody answers."""

    state: ContactState
    email: str = ""
    phone: str = ""
    address: str = ""
    fictional: bool = False

    def __post_init__(self) -> None:
        if self.state is ContactState.CONFIRMED and not (self.email or self.phone):
            raise ValueError("a confirmed contact needs an e-mail address or a phone number")


@dataclass(frozen=True)
class Opening:
    """Hours in which the counter is open (giờ làm việc) on each of `days`."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"opens at {self.opens:%H:%M} and closes at {self.closes:%H:%M}")


@dataclass(frozen=True)
class Location:
    """Where its counter stands (tọa độ): degrees, WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and math.isfinite(self.longitude)):
            raise ValueError("location: latitude and longitude are numbers of degrees")


@dataclass(frozen=True)
class Agency:
    """A body that receives applications and feedback (cơ quan).

    `fields` are the catalogue's fields (lĩnh vực) it answers for, within `area`; `other_names` are
    the names people use, old ones too. Raises ValueError when the facts cannot all be true.
    """

    code: str
    name: str
    kind: Kind
    level: Level
    area: tuple[Unit, ...]
    contact: Contact
    parent: str | None = None
    other_names: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    opening_hours: tuple[Opening, ...] = ()
    successor: str | None = None  # The code of the agency that took over its work.
    location: Location | None = None

    def __post_init__(self) -> None:
        if self.parent == self.code:
            raise ValueError("an agency cannot be its own parent")
        if self.successor == self.code:
            raise ValueError("an agency cannot be its own successor")
