"""A store of cases over the small directory, and a clock the tests set."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Actor, Case
from agencies.cases.store import CaseStore
from agencies.client import CaseContact, CaseDraft, Consent
from agencies.outbox.tables import delivery
from agencies.rules import Rules
from agencies.staff.scope import Scope
from agencies.store import AgencyStore
from vietnamese.workdays import ZONE, WorkCalendar

CLERK = Actor.staff(7, "Nguyễn Thị Mẫu")
HEAD = Actor.staff(8, "Trần Văn Mẫu")
EVERYTHING = Scope.everything()
CALENDAR = WorkCalendar.load()


def vn(text: str) -> datetime:
    """A moment as clocks in Vietnam show it: "2026-11-23 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, text: str) -> None:
        self.at = vn(text)

    def advance(self, **ahead: float) -> None:
        self.at += timedelta(**ahead)


def a_draft(**facts: object) -> CaseDraft:
    values: dict[str, object] = {
        "submission": "form-1",
        "conversation": "portal:abc",
        "channel": "portal",
        "wish": "feedback",
        "text": "Hồ sơ khai sinh của con tôi quá hẹn 6 ngày chưa có kết quả",
        "agency": "so-tu-phap",
        "contact": CaseContact("Lê Thị Bí Mật", "0912345678", "bimat@example.invalid", "Số 1"),
        "consent": Consent("2026-11", vn("2026-11-23 08:59")),
    }
    return CaseDraft(**values | facts)  # type: ignore[arg-type]


def of_another_citizen() -> CaseDraft:
    return a_draft(submission="form-2", conversation="zalo:1", contact=CaseContact())


@pytest.fixture
def clock() -> Clock:
    return Clock(vn("2026-11-23 09:00"))  # A Monday; Tuesday 24 November is a holiday.


@pytest.fixture
def rules() -> Rules:
    return Rules.load()


@pytest.fixture
def make(
    engine: AsyncEngine, clock: Clock, rules: Rules, loaded: AgencyStore
) -> Callable[..., CaseStore]:
    """A store with other rules, or other codes."""

    def make(**changed: object) -> CaseStore:
        own = changed.pop("rules", rules)
        return CaseStore(engine, own, CALENDAR, clock, **changed)  # type: ignore[arg-type]

    return make


@pytest.fixture
def cases(make: Callable[..., CaseStore]) -> CaseStore:
    return make()


@pytest.fixture
async def case(cases: CaseStore) -> Case:
    """A case that was just received by the department of justice."""
    return (await cases.create(a_draft(), agency="so-tu-phap")).case


class Sent:
    """What waits in the outbox."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def __call__(self, **equal: str) -> list[sa.RowMapping]:
        found = sa.select(delivery).order_by(delivery.c.id)
        for name, value in equal.items():
            found = found.where(delivery.c[name] == value)
        async with self._engine.connect() as connection:
            return list((await connection.execute(found)).mappings())


@pytest.fixture
async def sent(engine: AsyncEngine) -> AsyncIterator[Sent]:
    yield Sent(engine)
