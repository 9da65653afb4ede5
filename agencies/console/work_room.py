"""Everything the pages about cases work with, built once and handed to them."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.room import CaseRoom
from agencies.cases.store import CaseStore
from agencies.console.colleagues import Colleagues
from agencies.console.export import MOST_EXPORTED
from agencies.console.filed import Filed
from agencies.console.procedures import Procedures
from agencies.console.pulse import Pulse
from agencies.console.queue import Queue
from agencies.console.ready_answers import ReadyAnswers
from agencies.console.settings import ConsoleSettings
from agencies.console.views import Views
from agencies.rules import Rules
from agencies.senders.settings import LineSettings
from agencies.staff.sessions import Clock
from agencies.store import AgencyStore
from gateway.client import StaffLine


@dataclass(frozen=True)
class WorkRoom:
    engine: AsyncEngine
    clock: Clock
    rules: Rules
    cases: CaseStore
    agencies: AgencyStore
    queue: Queue
    filed: Filed
    views: Views
    ready: ReadyAnswers
    colleagues: Colleagues
    pulse: Pulse
    procedures: Procedures
    line: StaffLine | None  # None: no token is set, so no conversation is shown.
    most_exported: int = MOST_EXPORTED

    async def close(self) -> None:
        await self.procedures.close()
        if self.line:
            await self.line.close()


def open_work_room(
    store: AgencyStore,
    cases: CaseRoom,
    settings: ConsoleSettings,
    *,
    clock: Clock,
    procedures: Procedures | None = None,
    line: StaffLine | None = None,
) -> WorkRoom:
    engine = store.engine
    gateway = LineSettings()
    if line is None and gateway.token:
        line = StaffLine.at(gateway.url, gateway.token.get_secret_value())
    return WorkRoom(
        engine=engine,
        clock=clock,
        rules=cases.rules,
        cases=cases.cases,
        agencies=store,
        queue=Queue(engine, cases.calendar, clock),
        filed=Filed(engine),
        views=Views(engine, clock),
        ready=ReadyAnswers(engine, clock),
        colleagues=Colleagues(engine),
        pulse=Pulse(engine, seconds=settings.live_seconds),
        procedures=procedures or Procedures.at(settings.knowledge_url),
        line=line,
    )
