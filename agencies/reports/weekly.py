"""The weekly report: what became of cases, by agency and by field, against the week before."""

from dataclasses import dataclass, field
from datetime import date, datetime

from agencies.erasures import DataClass, Erasure
from agencies.reports.week import Week


@dataclass(frozen=True)
class Figures:
    """Of one week. `closed` are answered or declined in it; `overdue` were open at its end."""

    received: int = 0
    forwarded: int = 0
    closed: int = 0
    closed_in_time: int = 0
    overdue: int = 0
    median_hours: float | None = None  # From receipt or reopening to the answer, days off too.
    ratings: int = 0
    satisfaction: float | None = None  # The mean of `ratings`, 1 to 5.
    reopened: int = 0

    @property
    def judged(self) -> int:
        """The n of the share in time."""
        return self.closed + self.overdue

    @property
    def in_time(self) -> float | None:
        """Closed on time / (closed + overdue open)."""
        return self.closed_in_time / self.judged if self.judged else None

    @property
    def empty(self) -> bool:
        return self == Figures()


@dataclass(frozen=True)
class Line:
    """An agency, a field, or a field of an agency. Only lines with enough cases have a rank."""

    key: str
    name: str
    now: Figures
    before: Figures
    rank: int | None = None
    part: str = ""  # The field, where a line is a field of an agency.


@dataclass(frozen=True)
class Bottleneck:
    """A procedure and how many cases of the week were about it."""

    code: str
    title: str
    count: int
    before: int


@dataclass(frozen=True)
class Uncatalogued:
    """Questions about no procedure of the catalogue: what it may lack."""

    count: int = 0
    before: int = 0
    codes: tuple[str, ...] = ()  # Of the cases, for whoever may open them.


@dataclass(frozen=True)
class Report:
    week: Week
    as_of: datetime  # The week's end, or now while it lasts.
    scope: str  # The name of the agency; "" for the whole province.
    minimum: int  # Below so many cases or ratings nothing is ranked and no share is shown.
    total: Figures
    total_before: Figures
    agencies: tuple[Line, ...] = ()
    fields: tuple[Line, ...] = ()
    agency_fields: tuple[Line, ...] = ()
    questions: tuple[Bottleneck, ...] = ()
    feedback: tuple[Bottleneck, ...] = ()
    uncatalogued: Uncatalogued = Uncatalogued()
    working_days: int = 5
    days_off: tuple[tuple[date, str], ...] = ()
    erased: tuple[Erasure, ...] = ()
    kept_for_ever: tuple[DataClass, ...] = field(default=())

    @property
    def complete(self) -> bool:
        return self.as_of >= self.week.end

    def share(self, figures: Figures) -> float | None:
        """The share in time, if there are enough cases to speak of one."""
        return figures.in_time if figures.judged >= self.minimum else None

    def mean(self, figures: Figures) -> float | None:
        """The satisfaction, if enough citizens gave theirs: fewer could be told apart."""
        return figures.satisfaction if figures.ratings >= self.minimum else None
