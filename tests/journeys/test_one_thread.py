"""One citizen, one thread: a case is answered where it began, and followed by its code."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from agencies.cases.model import Case, State
from gateway.testing.messenger import FakeMessenger
from gateway.testing.zalo import FakeZalo
from tests.journeys.town import CLERK, Town, eventually, town

HAPPENED = "Bộ phận một cửa phường Phan Đình Phùng hẹn tôi ba lần mà vẫn chưa trả giấy khai sinh"
ANSWER = "Giấy khai sinh đã in xong, mời ông đến nhận tại quầy số 2."
INTENTS = {
    "tôi muốn phản ánh": "feedback_wish",
    "bỏ qua": "deny",
}
CODE = re.compile(r"PA-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, INTENTS) as here:
        yield here


@dataclass(frozen=True)
class Citizen:
    """With one phone."""

    phone: FakeZalo | FakeMessenger
    user: str

    @property
    def read(self) -> list[str]:
        return self.phone.read_by(self.user)

    async def says(self, text: str, until: str) -> str:
        """What they read after saying something, once it has these words."""
        before = len(self.read)
        await self.phone.write(self.user, text)
        return await self.reads(until, before)

    async def presses(self, title: str, until: str) -> str:
        before = len(self.read)
        await self.phone.press(self.user, title)
        return await self.reads(until, before)

    async def reads(self, words: str, before: int = 0) -> str:
        await eventually(lambda: any(words in text for text in self.read[before:]))
        told = "\n".join(self.read[before:])
        assert words in told, f"waited for {words!r}, read: {told}"
        return told

    async def reports(self) -> str:
        """Sends a report in, and reads its code."""
        await self.says("tôi muốn phản ánh", "kể giúp tôi")
        await self.says(HAPPENED, "nơi nhận phù hợp")
        await self.says("Đúng cơ quan này", "số điện thoại hoặc email")
        await self.says("bỏ qua", "Bạn có đồng ý")
        receipt = await self.says("Đồng ý và gửi", "mã theo dõi")
        return CODE.findall(receipt)[0]


@pytest.fixture
def lan(here: Town) -> Citizen:
    return Citizen(here.zalo, "2468455883529197922")


@pytest.fixture
def hoa(here: Town) -> Citizen:
    return Citizen(here.messenger, "6543210987654321")


@pytest.fixture(params=["zalo", "messenger"])
def anyone(request: pytest.FixtureRequest, lan: Citizen, hoa: Citizen) -> Citizen:
    return {"zalo": lan, "messenger": hoa}[request.param]


async def test_a_case_is_answered_where_it_began_and_nowhere_else(
    here: Town, anyone: Citizen, lan: Citizen, hoa: Citizen
) -> None:
    other = hoa if anyone is lan else lan
    await other.says("xin chào", "trợ lý tự động")
    code = await anyone.reports()

    await here.answer(code, ANSWER)
    told = await anyone.reads(ANSWER)

    case = await here.case(code)
    assert case.channel == case.conversation.partition(":")[0]
    assert case.conversation.endswith(f":{anyone.user}")
    assert f"{code} chưa giải quyết" in told  # How to say so, and how to rate it.
    assert "từ 1" in told
    assert ANSWER not in "\n".join(other.read)


async def test_with_its_code_a_case_is_followed_on_any_other_channel(
    here: Town, lan: Citizen, hoa: Citizen
) -> None:
    code = await lan.reports()
    before = await hoa.says(f"phản ánh {code} đến đâu rồi", "đang")
    await here.answer(code, ANSWER)
    await lan.reads(ANSWER)

    on_messenger = await hoa.says(code, ANSWER)
    page = (await here.agencies.get(f"/tracking/{code}")).text

    assert ANSWER not in before
    assert "Phan Đình Phùng" in on_messenger
    assert ANSWER in page
    assert lan.user not in page


async def test_without_the_code_another_citizen_learns_nothing_of_a_case(
    here: Town, lan: Citizen, hoa: Citizen
) -> None:
    code = await lan.reports()
    await here.answer(code, ANSWER)
    await lan.reads(ANSWER)

    await hoa.says("phản ánh của tôi đến đâu rồi", "mã")
    await hoa.says("5", "")
    await hoa.says("chưa giải quyết", "")

    assert code not in "".join(hoa.read)
    assert ANSWER not in "".join(hoa.read)
    assert (await here.case(code)).rating is None
    assert (await here.case(code)).reopened == 0


async def test_who_comes_back_needs_no_code_where_the_case_began(
    here: Town, anyone: Citizen
) -> None:
    code = await anyone.reports()

    told = await anyone.says("phản ánh của tôi đến đâu rồi", code)

    assert "Phan Đình Phùng" in told


@pytest.mark.parametrize(("words", "score"), [("5", 5), ("4/5 nhanh gọn", 4)])
async def test_an_answer_is_rated_by_a_number(
    here: Town, anyone: Citizen, words: str, score: int
) -> None:
    code = await anyone.reports()
    await here.answer(code, ANSWER)
    await anyone.reads(ANSWER)

    await anyone.says(words, f"{score}/5")

    assert (await here.case(code)).rating == score


async def test_an_answer_is_rated_by_its_button(here: Town, anyone: Citizen) -> None:
    code = await anyone.reports()
    await here.answer(code, ANSWER)
    await anyone.reads(ANSWER)

    await anyone.presses("4 điểm", "4/5")

    assert (await here.case(code)).rating == 4


async def test_what_is_not_solved_goes_back_to_the_agency(here: Town, anyone: Citizen) -> None:
    code = await anyone.reports()
    await here.answer(code, ANSWER)
    await anyone.reads(ANSWER)

    await anyone.says("chưa giải quyết", "chưa")
    await anyone.says("Tôi đến quầy số 2 mà vẫn chưa có giấy", code)

    case = await here.case(code)
    assert (case.reopened, case.state) == (1, State.REGISTERED)


async def test_a_case_can_be_rated_and_reopened_from_another_channel_by_its_code(
    here: Town, lan: Citizen, hoa: Citizen
) -> None:
    code = await lan.reports()
    await here.answer(code, ANSWER)
    await lan.reads(ANSWER)

    await hoa.says(f"Tôi chấm 2/5 cho {code}", "2/5")
    await hoa.says(f"{code} chưa giải quyết", "chưa")
    await hoa.says("Tôi đến quầy số 2 mà vẫn chưa có giấy", code)

    case = await here.case(code)
    assert (case.rating, case.reopened) == (2, 1)
    assert case.conversation == f"zalo:{lan.user}"  # The next answer goes there again.


async def test_what_the_agency_asks_is_answered_by_the_next_message(
    here: Town, anyone: Citizen
) -> None:
    code = await anyone.reports()
    case = await here.cases.cases.register(await here.case(code), CLERK)
    assert isinstance(case, Case)
    await here.cases.cases.ask_citizen(case, "Ông nộp hồ sơ ngày nào?", CLERK)
    await anyone.reads("Ông nộp hồ sơ ngày nào?")

    await anyone.says("Tôi nộp hồ sơ hôm mùng 3 tháng 11", "đã gửi tin nhắn của bạn")

    assert (await here.case(code)).state is State.REGISTERED
    said = [one.text for one in await here.cases.cases.events(case.id)]
    assert "Tôi nộp hồ sơ hôm mùng 3 tháng 11" in said


async def test_a_position_names_the_nearest_office_and_is_where_a_report_is_about(
    here: Town, anyone: Citizen, tmp_path: Path
) -> None:
    await anyone.says("tôi muốn phản ánh", "kể giúp tôi")
    before = len(anyone.read)

    await anyone.phone.send_position(anyone.user, 22.1461, 105.8382)
    told = await anyone.reads("kể giúp tôi", before)
    proposed = await anyone.says("Cán bộ một cửa hẹn tôi ba lần", "nơi nhận phù hợp")

    assert "Trung tâm Phục vụ hành chính công phường Bắc Kạn" in told
    assert "phường Bắc Kạn" in proposed
    kept = "".join(line for file in tmp_path.glob("*.db") for line in dumped(file))
    assert anyone.user in kept
    assert "22.1461" not in kept
    assert "105.8382" not in kept


def dumped(file: Path) -> list[str]:
    """Every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
