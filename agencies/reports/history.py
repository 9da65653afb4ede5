"""One case over time: its periods, each from its receipt or reopening to its answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agencies.cases.citizen_steps import DISSOLVED
from agencies.cases.model import EventKind

ENDINGS = (EventKind.ANSWERED, EventKind.DECLINED, EventKind.CLOSED)
# What of a case's history the report reads.
READ = (
    *ENDINGS,
    EventKind.REOPENED,
    EventKind.FORWARDED,
    EventKind.RATED,
    EventKind.ASKED,
    EventKind.CITIZEN_WROTE,
    EventKind.WARNED,
    EventKind.TRANSFERRED,
)


@dataclass(frozen=True)
class Moment:
    """An event of a case; `due`, `score` and what it was about (or why) where it has them."""

    at: datetime
    kind: EventKind
    due: datetime | None = None
    score: int | None = None
    about: str = ""

    @property
    def starts_the_clock(self) -> bool:
        """Whether the time runs after it, if it stood still (clockwork and staff_steps say so)."""
        if self.kind is EventKind.WARNED:
            return self.about == "waiting"
        if self.kind is EventKind.TRANSFERRED:
            return self.about != DISSOLVED
        return self.kind in (EventKind.CITIZEN_WROTE, EventKind.REOPENED)


@dataclass(frozen=True)
class Period:
    """From receipt or reopening on; `ended` is the answer, None while there is none."""

    started: datetime
    due: datetime
    ended: datetime | None = None

    @property
    def in_time(self) -> bool:
        return self.ended is not None and self.ended <= self.due

    @property
    def hours(self) -> float | None:
        return (self.ended - self.started).total_seconds() / 3600 if self.ended else None


@dataclass(frozen=True)
class CaseHistory:
    """What figures need of a case: nothing personal. `agency` is who does its work now."""

    id: int
    code: str
    agency: int
    field: str
    wish: str
    procedure_code: str
    procedure_title: str
    received_at: datetime
    reply_due: datetime  # As it is now: of the last period.
    moments: tuple[Moment, ...] = ()  # The oldest first.

    def periods(self) -> Iterator[Period]:
        started: datetime | None = self.received_at
        for moment in self.moments:
            if moment.kind in ENDINGS and started:
                yield Period(started, moment.due or self.reply_due, moment.at)
                started = None
            elif moment.kind is EventKind.REOPENED:
                started = moment.at
        if started:
            yield Period(started, self.reply_due)

    def overdue(self, at: datetime) -> bool:
        """Whether it was open at that moment, its time was over, and nobody waited for the citizen.

        While the citizen is asked for something the time stands still.
        """
        running = [
            period
            for period in self.periods()
            if period.started <= at and (period.ended is None or period.ended > at)
        ]
        return any(period.due < at for period in running) and not self._waiting(at)

    def _waiting(self, at: datetime) -> bool:
        waits = False
        for moment in self.moments:
            if moment.at <= at:
                asked = moment.kind is EventKind.ASKED
                waits = asked or (waits and not moment.starts_the_clock)
        return waits
