"""All that the pages and the API need of cases, made once."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.kinds import Kinds
from agencies.cases.lexicon import Lexicon
from agencies.cases.settings import CaseSettings
from agencies.cases.store import CaseStore, Clock, now
from agencies.rules import FILE, Rules
from vietnamese.workdays import WorkCalendar


@dataclass(frozen=True)
class CaseRoom:
    settings: CaseSettings
    rules: Rules
    calendar: WorkCalendar
    cases: CaseStore
    lexicon: Lexicon
    kinds: Kinds


def open_cases(
    engine: AsyncEngine,
    settings: CaseSettings,
    clock: Clock = now,
    *,
    webhooks: frozenset[str] = frozenset(),
    mail: bool = True,
) -> CaseRoom:
    """Reads the files the settings name. Raises UnreadableRules, and ValueError for the calendar.

    `webhooks` are the codes of agencies that are told over one; `mail`: letters can be sent.
    """
    rules = Rules.load(settings.rules or FILE)
    calendar = WorkCalendar.load(settings.work_calendar)
    return CaseRoom(
        settings=settings,
        rules=rules,
        calendar=calendar,
        cases=CaseStore(engine, rules, calendar, clock, webhooks=webhooks, mail=mail),
        lexicon=Lexicon.load(),
        kinds=Kinds.load(),
    )
