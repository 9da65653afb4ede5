"""All that pages, commands and loops need of reports, letters and retention, made once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.reports.reading import Reports
from agencies.reports.settings import ReportSettings
from agencies.retention import Retention, RetentionLoop
from agencies.retention_rules import RetentionRules, RetentionSettings
from vietnamese.workdays import WorkCalendar


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ReportRoom:
    reports: Reports
    retention: Retention
    every_hours: int  # 0: data is erased by command only.
    calendar: WorkCalendar
    clock: Callable[[], datetime]


def open_reports(
    engine: AsyncEngine, calendar: WorkCalendar, clock: Callable[[], datetime] = now
) -> ReportRoom:
    """Reads the settings and the file they name. Raises UnreadableRetention."""
    settings = RetentionSettings()
    rules = RetentionRules.load(settings.retention)
    return ReportRoom(
        reports=Reports(engine, calendar, ReportSettings(), rules, clock),
        retention=Retention(engine, rules, clock),
        every_hours=settings.retention_every_hours,
        calendar=calendar,
        clock=clock,
    )


@asynccontextmanager
async def erasing(room: ReportRoom | None) -> AsyncIterator[None]:
    """Run the loop of retention until the block ends, unless the settings leave it to a command."""
    if room is None or not room.every_hours:
        yield
        return
    loop = RetentionLoop(room.retention, every_hours=room.every_hours)
    task = asyncio.create_task(loop.run())
    try:
        yield
    finally:
        loop.stop()
        await task
