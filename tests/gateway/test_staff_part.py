"""Staff of a case see its part of a conversation, and talk in it one case at a time."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from gateway.client import GatewayClient, Part, StaffLine, StaffView, Taken
from gateway.settings import Settings
from gateway.testing import FakeRasa, StreamingTransport
from tests.gateway.conftest import Clock
from tests.gateway.test_staff_api import OTHERS, OURS, TOKEN, UNTIL, begun, line_with, shown


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"staff_token": TOKEN})


@pytest.fixture
async def line(app: FastAPI) -> AsyncIterator[StaffLine]:
    line = line_with(app, TOKEN)
    yield line
    await line.close()


@pytest.fixture
async def name(citizen: GatewayClient, http: httpx2.AsyncClient) -> str:
    return await begun(citizen, http)


async def texts_of(line: StaffLine, name: str, part: Part) -> list[str]:
    return [message.text for message in (await line.read(name, part)).messages]


class TestPart:
    async def test_what_was_said_between_the_cases_is_each_its_own(
        self, name: str, citizen: GatewayClient, line: StaffLine, clock: Clock
    ) -> None:
        await citizen.ask("chuyện thứ nhất")
        first = clock()
        clock.advance(minutes=1)
        await citizen.ask("chuyện thứ hai")
        second = clock()
        clock.advance(minutes=1)
        await citizen.ask("chuyện sau cùng")

        of_first = await texts_of(line, name, Part("PA-1", first))
        of_second = await texts_of(line, name, Part("PA-2", second, since=first))

        assert "chuyện thứ nhất" in of_first
        assert "chuyện thứ hai" in of_second
        assert "chuyện thứ hai" not in of_first
        assert "chuyện thứ nhất" not in of_second
        assert "chuyện sau cùng" not in of_first + of_second

    async def test_what_names_a_case_is_only_that_cases_whenever_it_is_said(
        self, name: str, line: StaffLine, clock: Clock
    ) -> None:
        received = clock()
        clock.advance(days=3)

        await line.write(name, "Trả lời.", key="d1", case_code="PA-1", purpose="answer")

        assert "Trả lời." in await texts_of(line, name, Part("PA-1", received))
        assert "Trả lời." not in await texts_of(line, name, OTHERS)

    async def test_what_is_said_during_a_takeover_belongs_to_its_case(
        self, name: str, citizen: GatewayClient, line: StaffLine, clock: Clock
    ) -> None:
        part = Part("PA-1", clock())
        clock.advance(minutes=1)
        await line.take_over(name, "Bà Hoa", part)
        await citizen.ask("điều tôi kể riêng")
        await line.give_back(name, "Bà Hoa", part)
        await citizen.ask("chuyện khác hẳn")

        ours, others = await texts_of(line, name, part), await texts_of(line, name, OTHERS)

        assert "điều tôi kể riêng" in ours
        assert "chuyện khác hẳn" not in ours
        assert "điều tôi kể riêng" not in others
        assert not any("Bà Hoa" in text for text in others)

    @pytest.mark.parametrize("params", [{}, {"case_code": "PA-1"}, {"until": UNTIL.isoformat()}])
    async def test_nobody_sees_it_without_saying_for_which_case(
        self, app: FastAPI, name: str, params: dict[str, str]
    ) -> None:
        async with httpx2.AsyncClient(
            transport=StreamingTransport(app), base_url="http://gateway"
        ) as staff:
            answer = await staff.get(
                f"/staff/v1/conversations/{name}",
                params=params,
                headers={"Authorization": f"Bearer {TOKEN}"},
            )

        assert answer.status_code == 422


class TestTaken:
    @pytest.fixture(autouse=True)
    async def _taken(self, name: str, line: StaffLine) -> None:
        await line.take_over(name, "Bà Hoa", OURS)

    async def test_the_staff_of_another_case_neither_take_it_nor_end_it_nor_talk(
        self, name: str, citizen: GatewayClient, line: StaffLine
    ) -> None:
        answers = (
            await line.take_over(name, "Ông Ba", OTHERS),
            await line.give_back(name, "Ông Ba", OTHERS),
            await line.write(name, "Chào.", key="d1", case_code="PA-2"),
        )

        view = await line.read(name, OTHERS)
        assert answers == (Taken(), Taken(), Taken())
        assert (await line.read(name, OURS)).staff_name == "Bà Hoa"
        assert (view.mode, view.staff_name) == ("taken", "")
        assert ("staff", "Chào.") not in await shown(citizen)

    async def test_an_answer_of_another_case_is_delivered_all_the_same(
        self, name: str, citizen: GatewayClient, line: StaffLine
    ) -> None:
        told = await line.write(name, "Xong.", key="d1", case_code="PA-2", purpose="answer")

        assert told == "sent"
        assert ("staff", "Xong.") in await shown(citizen)

    async def test_a_colleague_takes_it_over_for_the_same_case(
        self, name: str, line: StaffLine
    ) -> None:
        view = await line.take_over(name, "Ông Tư", OURS)

        assert isinstance(view, StaffView)
        assert view.staff_name == "Ông Tư"

    async def test_taking_it_again_keeps_it_and_silence_lets_others_in(
        self, name: str, line: StaffLine, clock: Clock
    ) -> None:
        clock.advance(minutes=50)
        await line.take_over(name, "Bà Hoa", OURS)
        clock.advance(minutes=50)
        kept = await line.take_over(name, "Ông Ba", OTHERS)
        clock.advance(minutes=11)

        silent = await line.read(name, OURS)
        let_in = await line.take_over(name, "Ông Ba", OTHERS)

        assert kept == Taken()
        assert silent.mode == "bot"
        assert isinstance(let_in, StaffView)
        assert let_in.staff_name == "Ông Ba"


class TestQuestion:
    @pytest.fixture(autouse=True)
    async def _asked(self, name: str, line: StaffLine) -> None:
        await line.write(name, "Ở thôn nào?", key="q", case_code="PA-1", purpose="question")

    async def test_the_next_words_say_that_they_follow_it(
        self, citizen: GatewayClient, rasa: FakeRasa
    ) -> None:
        await citizen.ask("thôn 3")
        await citizen.ask("cảm ơn")

        carried = [asked["metadata"].get("asked_case") for asked in rasa.asked]
        assert carried == [None, "PA-1", None]

    async def test_words_that_rasa_did_not_get_leave_it_open(
        self, citizen: GatewayClient, rasa: FakeRasa
    ) -> None:
        rasa.is_down = True
        await citizen.ask("thôn 3")
        rasa.is_down = False

        await citizen.ask("thôn 3")

        assert rasa.asked[-1]["metadata"]["asked_case"] == "PA-1"

    @pytest.mark.parametrize(
        ("case", "purpose", "still"),
        [("PA-1", "status", True), ("PA-1", "answer", False), ("PA-2", "status", False)],
    )
    async def test_another_cases_message_or_the_answer_closes_it(
        self,
        name: str,
        citizen: GatewayClient,
        line: StaffLine,
        rasa: FakeRasa,
        case: str,
        purpose: str,
        still: bool,
    ) -> None:
        await line.write(name, "Tin khác.", key="s", case_code=case, purpose=purpose)

        await citizen.ask("thôn 3")

        assert ("asked_case" in rasa.asked[-1]["metadata"]) is still

    async def test_it_is_closed_when_it_was_talked_about(
        self, name: str, citizen: GatewayClient, line: StaffLine, rasa: FakeRasa
    ) -> None:
        await line.take_over(name, "Bà Hoa", OURS)
        await citizen.ask("thôn 3")
        await line.give_back(name, "Bà Hoa", OURS)

        await citizen.ask("lệ phí khai sinh?")

        assert "asked_case" not in rasa.asked[-1]["metadata"]


class TestAnswer:
    @pytest.fixture(autouse=True)
    async def _answered(self, name: str, line: StaffLine) -> None:
        await line.write(name, "Đã sửa.", key="a", case_code="PA-1", purpose="answer", rate=True)

    async def test_it_can_be_rated_until_the_day_after_the_citizen_is_back(
        self, citizen: GatewayClient, rasa: FakeRasa, clock: Clock
    ) -> None:
        clock.advance(days=4)
        await citizen.ask("cảm ơn")
        await citizen.ask("5")
        clock.advance(hours=25)
        await citizen.ask("5")

        carried = [asked["metadata"].get("answered_case") for asked in rasa.asked]
        assert carried == [None, "PA-1", "PA-1", None]

    async def test_once_rated_it_is_no_longer_meant(
        self, citizen: GatewayClient, rasa: FakeRasa
    ) -> None:
        rasa.answer = lambda _: [{"text": "Cảm ơn."}, {"custom": {"rated": True}}]
        await citizen.ask("5")

        await citizen.ask("3")

        assert "answered_case" not in rasa.asked[-1]["metadata"]
