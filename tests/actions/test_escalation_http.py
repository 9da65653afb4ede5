"""The port to the agencies over their client, against their real app, and when they are away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.drawer_http import DrawerShut, Handed, HttpDrawer
from actions.escalation import CaseReport, Fate, HandOver, Kind, Matter, Receipt, Refused, Wish
from actions.escalation_http import HttpEscalation
from actions.report_asking import Asking
from actions.testing import FakeDrawer
from agencies.api import create_app
from agencies.cases.room import CaseRoom, open_cases
from agencies.cases.settings import CaseSettings
from agencies.client import AgenciesClient, CaseAttachment, CaseContact, CasesClient
from agencies.database import open_engine, upgrade
from agencies.settings import Settings
from agencies.staff.scope import Scope
from agencies.store import AgencyStore
from knowledge.client import Choice
from tests.agencies.samples import SMALL, directory_of

TOKEN = "t0ken"
CONTACT = CaseContact("Nguyễn Văn An", "0912345678")
PHOTO = CaseAttachment("anh.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 photo")
MATTER = Matter(Wish.FEEDBACK, "Xã hẹn ba lần mà chưa trả giấy khai sinh", None, "")
RECORD = {
    "fields": ["Hộ tịch"],
    "levels": ["commune"],
    "executing_agencies": [{"name": "Ủy ban nhân dân cấp xã", "code": ""}],
}


def a_request(**facts: Any) -> HandOver:
    request = HandOver(
        submission="form-1",
        matter=MATTER,
        agency="",
        category="behaviour",
        dossier_code="",
        conversation="portal:an",
        channel="portal",
        consent_version="2026-11",
        consent_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    )
    return replace(request, **facts)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/agencies.db")
    await upgrade(engine)
    await AgencyStore(engine).replace(directory_of(*SMALL), file="small.yml")
    yield engine
    await engine.dispose()


@pytest.fixture
def room(engine: AsyncEngine) -> CaseRoom:
    return open_cases(engine, CaseSettings(api_token=TOKEN))


@pytest.fixture
async def http(engine: AsyncEngine, room: CaseRoom) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(hotline="1900 0000"), AgencyStore(engine), cases=room)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
        yield http


def records(request: httpx2.Request) -> httpx2.Response:
    known = request.url.path == "/procedures/1.001193"
    return httpx2.Response(200, json=RECORD) if known else httpx2.Response(404)


@pytest.fixture
def knowledge() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.MockTransport(records), base_url="http://knowledge")


@pytest.fixture
def drawer() -> FakeDrawer:
    return FakeDrawer()


@pytest.fixture
def escalation(
    http: httpx2.AsyncClient, knowledge: httpx2.AsyncClient, drawer: FakeDrawer
) -> HttpEscalation:
    return HttpEscalation(CasesClient(http, TOKEN), AgenciesClient(http), knowledge, drawer)


@pytest.fixture
def nobody(knowledge: httpx2.AsyncClient, drawer: FakeDrawer) -> HttpEscalation:
    """Agencies that are down."""

    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse), base_url="http://agencies")
    return HttpEscalation(CasesClient(http), AgenciesClient(http), knowledge, drawer)


async def sent(escalation: HttpEscalation, **facts: Any) -> Receipt:
    routes = await escalation.route(MATTER)
    assert routes is not None
    receipt = await escalation.hand_over(a_request(agency=routes.agencies[0].code, **facts))
    assert isinstance(receipt, Receipt)
    return receipt


async def test_routes_name_agencies_of_the_directory(escalation: HttpEscalation) -> None:
    routes = await escalation.route(replace(MATTER, procedure=Choice("1.001193", "Khai sinh")))

    assert routes is not None
    assert routes.kind is Kind.FEEDBACK
    assert routes.agencies


async def test_a_procedure_without_a_record_does_not_stop_anybody(
    escalation: HttpEscalation,
) -> None:
    assert await escalation.route(replace(MATTER, procedure=Choice("9.9", "Lạ"), place="99001"))


async def test_what_has_its_own_path_is_told_apart(escalation: HttpEscalation) -> None:
    routes = await escalation.route(replace(MATTER, text="Tôi làm đơn tố cáo ông chủ tịch xã"))

    assert routes is not None
    assert routes.kind is Kind.COMPLAINT


async def test_agencies_are_found_by_name(escalation: HttpEscalation) -> None:
    assert await escalation.agencies("so tu phap")
    assert await escalation.agencies("không có cơ quan nào như vậy") == ()


async def test_a_report_becomes_a_case_with_its_contact_and_files(
    escalation: HttpEscalation, room: CaseRoom, drawer: FakeDrawer
) -> None:
    drawer.handed = Handed(CONTACT, (PHOTO,), upto=7)

    receipt = await sent(escalation, contact=("name", "phone"))

    case = await room.cases.case(receipt.reference, Scope.everything())
    assert case is not None
    assert (case.contact_name, case.contact_phone) == ("Nguyễn Văn An", "0912345678")
    assert (case.consent_version, case.text) == ("2026-11", MATTER.text)
    assert (receipt.files, receipt.emptied) == (1, 7)
    assert receipt.reply_due is not None


async def test_the_same_form_twice_is_one_case(escalation: HttpEscalation) -> None:
    first = await sent(escalation)

    assert (await sent(escalation)).reference == first.reference


async def test_a_contact_that_is_gone_is_not_left_out_in_silence(
    escalation: HttpEscalation,
) -> None:
    request = a_request(agency="so-tu-phap", contact=("phone",))

    assert await escalation.hand_over(request) is Refused.CONTACT_GONE


async def test_nothing_is_sent_without_what_is_in_the_drawer(
    escalation: HttpEscalation, drawer: FakeDrawer
) -> None:
    drawer.shut = True

    assert await escalation.hand_over(a_request(agency="so-tu-phap")) is None


async def test_a_program_among_the_files_is_refused(
    escalation: HttpEscalation, drawer: FakeDrawer
) -> None:
    program = CaseAttachment("anh.jpg", "image/jpeg", b"MZ\x90\x00")
    drawer.handed = Handed(CaseContact(), (program,), upto=1)

    assert await escalation.hand_over(a_request(agency="so-tu-phap")) is Refused.FILES


async def test_a_complaint_is_refused_even_where_it_was_not_asked_for_its_route(
    escalation: HttpEscalation,
) -> None:
    matter = replace(MATTER, text="Tôi làm đơn tố cáo ông chủ tịch xã")

    refused = await escalation.hand_over(a_request(agency="so-tu-phap", matter=matter))

    assert refused is Refused.COMPLAINT


async def test_a_case_is_told_by_its_code(escalation: HttpEscalation) -> None:
    receipt = await sent(escalation)

    report = await escalation.case(receipt.reference)

    assert (report.fate, report.agency) == (Fate.DONE, receipt.agency)
    assert report.state in Asking.load().states
    assert not report.can_rate
    assert await escalation.case("PA-0000-0000") == CaseReport(Fate.UNKNOWN)


async def test_what_is_not_answered_can_be_neither_rated_nor_reopened(
    escalation: HttpEscalation,
) -> None:
    code = (await sent(escalation)).reference

    assert await escalation.rate(code, 5, "") is Fate.REFUSED
    assert await escalation.reopen(code, "chưa xong", "form-2") is Fate.REFUSED
    assert await escalation.rate("PA-0000-0000", 5, "") is Fate.UNKNOWN


async def test_down_is_a_value(nobody: HttpEscalation) -> None:
    assert await nobody.route(MATTER) is None
    assert await nobody.agencies("so") is None
    assert await nobody.hand_over(a_request(agency="so-tu-phap")) is None
    assert (await nobody.case("PA-7K2M-09X1")).fate is Fate.DOWN
    assert await nobody.rate("PA-7K2M-09X1", 5, "") is Fate.DOWN
    assert await nobody.reopen("PA-7K2M-09X1", "", "f") is Fate.DOWN


async def test_a_log_says_what_failed_and_nothing_of_the_citizen(
    nobody: HttpEscalation, drawer: FakeDrawer, caplog: pytest.LogCaptureFixture
) -> None:
    drawer.handed = Handed(CONTACT, (), upto=1)

    await nobody.hand_over(a_request(agency="so-tu-phap", contact=("phone",)))

    assert "hand over" in caplog.text
    for private in (CONTACT.phone, CONTACT.name, MATTER.text):
        assert private not in caplog.text


def test_categories_and_consent_are_those_of_the_agencies() -> None:
    rules = yaml.safe_load(Path("agencies/rules.yml").read_text(encoding="utf-8"))

    asking = Asking.load()

    assert [one.code for one in asking.categories] == [one["code"] for one in rules["categories"]]
    assert asking.consent_version == rules["consent"]["version"]


async def test_only_what_was_given_of_a_contact_goes_out(
    escalation: HttpEscalation, room: CaseRoom, drawer: FakeDrawer
) -> None:
    """What lies in the drawer from before, or was refused later, stays there."""
    drawer.handed = Handed(CONTACT, (), upto=7)

    without = await sent(escalation, contact=())
    named = await sent(escalation, contact=("phone",), submission="form-2", conversation="portal:b")

    first = await room.cases.case(without.reference, Scope.everything())
    second = await room.cases.case(named.reference, Scope.everything())
    assert first and second
    assert (first.contact_name, first.contact_phone) == ("", "")
    assert (second.contact_name, second.contact_phone) == ("", CONTACT.phone)


async def test_all_calls_together_take_no_longer_than_the_gateway_waits(
    http: httpx2.AsyncClient, drawer: FakeDrawer
) -> None:
    async def slow(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0.04)
        return httpx2.Response(404)

    records = httpx2.AsyncClient(transport=httpx2.MockTransport(slow), base_url="http://knowledge")
    escalation = HttpEscalation(
        CasesClient(http, TOKEN), AgenciesClient(http), records, drawer, seconds=0.02
    )
    matter = replace(MATTER, procedure=Choice("1.001193", "Khai sinh"))

    assert await escalation.hand_over(a_request(agency="so-tu-phap", matter=matter)) is None
    assert await escalation.route(matter) is None


async def test_what_is_insisted_on_is_taken_and_marked(
    escalation: HttpEscalation, room: CaseRoom
) -> None:
    matter = replace(MATTER, text="Tôi khiếu nại thái độ của nhân viên một cửa")
    routes = await escalation.route(matter)
    assert routes is not None
    request = a_request(agency=routes.agencies[0].code, matter=matter)

    refused = await escalation.hand_over(request)
    receipt = await escalation.hand_over(replace(request, insisted=True))

    assert refused is Refused.COMPLAINT
    assert isinstance(receipt, Receipt)
    case = await room.cases.case(receipt.reference, Scope.everything())
    assert case and case.routing["reads_like"] == "complaint"


async def test_an_agency_is_found_in_the_midst_of_a_sentence(escalation: HttpEscalation) -> None:
    found = await escalation.agencies("không phải, gửi bên sở tư pháp giúp em nhé")

    assert found and found[0].code == "so-tu-phap"


async def test_the_cases_of_a_conversation_and_words_to_them(escalation: HttpEscalation) -> None:
    receipt = await sent(escalation)

    assert await escalation.codes_of("portal:an") == (receipt.reference,)
    assert await escalation.codes_of("portal:binh") == ()
    assert await escalation.write(receipt.reference, "Tôi nộp ngày 3/11", "m1") is Fate.DONE
    assert await escalation.write("PA-0000-0000", "Tôi nộp ngày 3/11", "m2") is Fate.UNKNOWN


async def test_down_is_a_value_for_these_too(nobody: HttpEscalation) -> None:
    assert await nobody.codes_of("portal:an") is None
    assert await nobody.write("PA-0000-0000", "Tôi nộp ngày 3/11", "m1") is Fate.DOWN


class TestDrawer:
    @staticmethod
    def _at(answer: httpx2.Response) -> HttpDrawer:
        transport = httpx2.MockTransport(lambda _: answer)
        return HttpDrawer(httpx2.AsyncClient(transport=transport, base_url="http://gateway"))

    @pytest.mark.parametrize("status", [401, 404, 500])
    async def test_a_drawer_that_cannot_be_opened_is_shut(self, status: int) -> None:
        with pytest.raises(DrawerShut):
            await self._at(httpx2.Response(status)).contents("portal:an")
