"""The console over a few cases, with a conversation and a catalogue that tests set."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.api import create_app
from agencies.cases.model import Case
from agencies.cases.room import CaseRoom, open_cases
from agencies.cases.settings import CaseSettings
from agencies.cases.store import CaseStore
from agencies.client import CaseAttachment, CaseContact, CaseDraft, CaseProcedure, Consent
from agencies.console.procedures import Procedures
from agencies.console.settings import ConsoleSettings
from agencies.console.work_room import WorkRoom, open_work_room
from agencies.reports.room import open_reports
from agencies.rules import Approval
from agencies.settings import Settings
from agencies.staff.room import StaffRoom, open_room
from agencies.staff.settings import StaffSettings
from agencies.staff.tables import audit
from agencies.store import AgencyStore
from gateway.client import (
    ConversationGone,
    Part,
    StaffLineDown,
    StaffMessage,
    StaffView,
    Taken,
)
from tests.agencies.cases.conftest import Clock, vn

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
RECORD: dict[str, Any] = {
    "code": "1.001193",
    "title": "Đăng ký khai sinh",
    "decision": "1/QĐ",
    "executing_agencies": [{"name": "Ủy ban nhân dân cấp xã", "code": ""}],
    "fields": ["Hộ tịch"],
    "document_cases": [{"name": "", "documents": [{"name": "Tờ khai"}]}],
    "methods": [
        {"channel": "direct", "time": {"kind": "duration", "value": "1.0", "unit": "working_day"}}
    ],
    "conditions": "",
    "results": ["Giấy khai sinh"],
    "source": {"kind": "x", "captured": "2026-10", "url": "javascript:alert(1)"},
}


@dataclass
class FakeConversation:
    """What was said in it, and which case's staff have it."""

    said: list[StaffMessage] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    owner: str = ""
    staff_name: str = ""


@dataclass
class FakeLine:
    """gateway.client.StaffLine: each name a conversation, of which each case sees its part.
    `trouble` is raised instead."""

    clock: Clock
    rooms: dict[str, FakeConversation] = field(default_factory=dict)
    trouble: Exception | None = None

    def room(self, conversation: str) -> FakeConversation:
        if self.trouble:
            raise self.trouble
        return self.rooms.setdefault(conversation, FakeConversation())

    def say(
        self,
        conversation: str,
        text: str,
        *,
        sender: str = "citizen",
        by: str = "",
        case: str = "",
        delivery: str = "sent",
    ) -> None:
        room = self.room(conversation)
        at = self.clock().isoformat()
        # While staff talk, what the citizen says is theirs.
        case = case or room.owner
        said = StaffMessage(len(room.said) + 1, sender, text, by, case, at, delivery)
        room.said.append(said)

    async def read(self, conversation: str, part: Part) -> StaffView:
        room = self.room(conversation)
        mine = tuple(said for said in room.said if _is_of(said, part))
        if room.owner not in ("", part.case_code):
            return StaffView("taken", "", mine)
        return StaffView("staff" if room.owner else "bot", room.staff_name, mine)

    async def take_over(self, conversation: str, author_name: str, part: Part) -> StaffView | Taken:
        return await self._change(conversation, author_name, part, part.case_code)

    async def give_back(self, conversation: str, author_name: str, part: Part) -> StaffView | Taken:
        return await self._change(conversation, "", part, "")

    async def _change(
        self, conversation: str, staff_name: str, part: Part, owner: str
    ) -> StaffView | Taken:
        room = self.room(conversation)
        if room.owner not in ("", part.case_code):
            return Taken()
        room.owner, room.staff_name = owner, staff_name
        return await self.read(conversation, part)

    async def write(
        self, conversation: str, text: str, *, key: str, author_name: str, case_code: str
    ) -> str | Taken:
        room = self.room(conversation)
        if room.owner not in ("", case_code):
            return Taken()
        if key not in room.keys:
            room.keys.add(key)
            self.say(conversation, text, sender="staff", by=author_name, case=case_code)
        return "sent"

    async def close(self) -> None: ...


def _is_of(said: StaffMessage, part: Part) -> bool:
    at = datetime.fromisoformat(said.at)
    before = at <= part.until and (part.since is None or at > part.since)
    return said.case == part.case_code or (not said.case and before)


@pytest.fixture
def clock() -> Clock:
    return Clock(vn("2026-11-23 09:00"))


@pytest.fixture
def line(clock: Clock) -> FakeLine:
    return FakeLine(clock)


@pytest.fixture
def by_another() -> bool:
    """Whether another than its writer has to approve an answer."""
    return False


@pytest.fixture
def case_room(engine: AsyncEngine, clock: Clock, by_another: bool) -> CaseRoom:
    room = open_cases(engine, CaseSettings(), clock)
    approval = Approval(by_another=by_another, source="test")
    rules = room.rules.model_copy(update={"approval": approval})
    return replace(room, rules=rules, cases=CaseStore(engine, rules, room.calendar, clock))


@pytest.fixture
def staff_room(engine: AsyncEngine, clock: Clock) -> StaffRoom:
    return open_room(engine, StaffSettings(), clock=clock)


@pytest.fixture
def catalogue() -> dict[str, Any]:
    """What the knowledge service knows; a status instead of a record is its answer."""
    return {"1.001193": RECORD}


@pytest.fixture
def live_seconds() -> float:
    return 0.05


@pytest.fixture
def work(
    loaded: AgencyStore,
    case_room: CaseRoom,
    clock: Clock,
    line: FakeLine,
    catalogue: dict[str, Any],
    live_seconds: float,
) -> WorkRoom:
    def answer(request: httpx2.Request) -> httpx2.Response:
        found = catalogue.get(request.url.path.removeprefix("/procedures/"), 404)
        if isinstance(found, int):
            return httpx2.Response(found)
        return httpx2.Response(200, json=found)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://knowledge")
    return open_work_room(
        loaded,
        case_room,
        ConsoleSettings(live_seconds=live_seconds),
        clock=clock,
        procedures=Procedures(http),
        line=line,  # type: ignore[arg-type]
    )


@pytest.fixture
def app(
    loaded: AgencyStore, case_room: CaseRoom, staff_room: StaffRoom, work: WorkRoom, clock: Clock
) -> FastAPI:
    reports = open_reports(loaded.engine, case_room.calendar, clock)
    return create_app(
        Settings(), loaded, staff=staff_room, cases=case_room, work=work, reports=reports
    )


MakeCase = Callable[..., Awaitable[Case]]


@pytest.fixture
def make_case(case_room: CaseRoom, loaded: AgencyStore) -> MakeCase:
    """A case at an agency; each call is another citizen's."""
    made = 0

    async def make(agency: str = "so-tu-phap", text: str = "", **facts: Any) -> Case:
        nonlocal made
        made += 1
        values: dict[str, Any] = {
            "submission": f"form-{made}",
            "conversation": f"portal:{made}",
            "channel": "portal",
            "wish": "feedback",
            "text": text or f"Hồ sơ khai sinh số {made} quá hẹn chưa có kết quả",
            "agency": agency,
            "procedure": CaseProcedure("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
            "contact": CaseContact(f"Lê Bí Mật {made}", f"091234567{made}", "", "Số 1"),
            "consent": Consent("2026-11", vn("2026-11-23 08:59")),
        }
        draft = CaseDraft(**values | facts)
        routing = {
            "proposed": [{"agency": agency, "score": 5.0, "reasons": ["procedure", "place"]}],
            "confirmed": agency,
        }
        return (await case_room.cases.create(draft, agency=agency, routing=routing)).case

    return make


def picture(name: str = "anh.png", content: bytes = PNG) -> CaseAttachment:
    return CaseAttachment(name, "image/png", content)


async def audited(engine: AsyncEngine) -> list[tuple[str, str]]:
    """Action and object of each entry of the audit."""
    query = sa.select(audit.c.action, audit.c.object_id).order_by(audit.c.id)
    async with engine.connect() as connection:
        return [(row.action, row.object_id) for row in await connection.execute(query)]


GONE = ConversationGone("gone")
DOWN = StaffLineDown("down")
