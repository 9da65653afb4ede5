"""What a citizen sends through a provider: words, numbers, taps, files, a position."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from gateway.database import open_database
from gateway.fetching import fetching_client
from gateway.settings import Settings
from gateway.tables import drawer
from gateway.testing import FakeRasa, Messages
from tests.gateway.conftest import Clock
from tests.gateway.paper import Post, entry, posting
from tests.gateway.test_arrivals import OFFICE, PLACE
from tests.gateway.test_filetypes import JPEG, PDF
from tests.gateway.working import TEXTS

FILES: dict[str, bytes] = {
    "a.jpg": JPEG,
    "b.pdf": PDF,
    "program.jpg": b"MZ\x90\x00 renamed",
    "page.pdf": b"<html><script>",
    "large.jpg": JPEG.ljust(3_000_000, b"0"),
}


def bot(text: str) -> Messages:
    """Offers choices, opens a form, or says what it was asked."""
    choices = {"chọn": ["Một việc", "Việc hai"], "tiếp": ["tiếp", "thôi"]}.get(text)
    if choices:
        buttons = [{"title": choice, "payload": f"{choice}"} for choice in choices]
        return [{"text": f"Bạn hỏi: {text}", "buttons": buttons}]
    asks = {"phản ánh": "files", "xong": ""}.get(text)
    form = [] if asks is None else [{"custom": {"asks": asks}}]
    return [{"text": f"Bạn hỏi: {text}"}, *form]


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(bot)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    changes = {"file_bytes": 2**20, "agencies_url": "http://agencies", "agencies_token": "t"}
    return settings.model_copy(update=changes)


class World:
    """Hosts of files, and the agencies."""

    def __init__(self) -> None:
        self.office: httpx2.Response | None = httpx2.Response(200, json=OFFICE)
        self.asked: list[httpx2.Request] = []

    def file(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        name = request.url.path.strip("/")
        return httpx2.Response(200, content=FILES[name]) if name in FILES else httpx2.Response(404)

    def agencies(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self.office is None:
            raise httpx2.ConnectError("down")
        return self.office


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def post(
    settings: Settings, rasa: FakeRasa, clock: Clock, world: World
) -> AsyncIterator[Post]:
    files = fetching_client(httpx2.MockTransport(world.file))
    agencies = httpx2.AsyncClient(
        transport=httpx2.MockTransport(world.agencies), base_url="http://agencies"
    )
    async with posting(settings, rasa, clock, files=files, agencies=agencies) as post:
        yield post


async def kept(settings: Settings) -> list[str]:
    database = open_database(settings.database_url)
    chosen = sa.select(drawer.c.name).order_by(drawer.c.id)
    names = await database.read(lambda connection: list(connection.scalars(chosen)))
    await database.close()
    return names


def attached(*names: str, kind: str = "file") -> list[dict[str, str]]:
    return [{"kind": kind, "url": f"https://files.paper.vn/{name}", "name": name} for name in names]


class TestWords:
    async def test_the_first_answer_comes_after_the_word_that_it_is_a_machine(
        self, post: Post
    ) -> None:
        await post.write("một")
        await post.answered("một")
        await post.write("hai")
        await post.answered("hai")

        assert post.shown() == [TEXTS.greeting_short.text, "Bạn hỏi: một", "Bạn hỏi: hai"]

    async def test_after_a_lapse_of_a_day_it_is_said_again(self, post: Post, clock: Clock) -> None:
        for hours in (0, 23, 25):
            clock.advance(hours=hours)
            await post.write(f"sau {hours}")
            await post.answered(f"sau {hours}")

        assert post.shown().count(TEXTS.greeting_short.text) == 2
        assert post.shown()[-2:] == [TEXTS.greeting_short.text, "Bạn hỏi: sau 25"]

    async def test_what_is_too_long_is_refused_in_the_chat(self, post: Post) -> None:
        await post.write("dài" * 1000)
        await post.until(lambda: len(post.shown()) == 2)

        assert "2000 ký tự" in post.shown()[-1]

    async def test_what_holds_nothing_is_refused_in_the_chat(self, post: Post) -> None:
        await post.write("\u200b")
        await post.until(lambda: len(post.shown()) == 2)

        assert "chưa có nội dung" in post.shown()[-1]

    async def test_who_writes_too_fast_is_told_once_a_minute(
        self, settings: Settings, rasa: FakeRasa, clock: Clock
    ) -> None:
        hurried = settings.model_copy(update={"rate_per_session": "2/minute"})
        async with posting(hurried, rasa, clock) as post:
            await post.bring(*(entry(text=f"câu {number}") for number in range(6)))
            await post.until(lambda: len(post.shown()) >= 4)
            await post.settled()

            assert rasa.texts == ["câu 0", "câu 1"]
            assert len([text for text in post.shown() if "quá nhanh" in text]) == 1


class TestNumbers:
    async def test_a_number_stands_for_the_choice(self, post: Post, rasa: FakeRasa) -> None:
        await post.write("chọn")
        await post.answered("chọn")

        await post.write(" 2 ")
        await post.answered("Việc hai")

        assert rasa.texts == ["chọn", "Việc hai"]

    @pytest.mark.parametrize("text", ["3", "0", "2 nhé", "số 1", "²", "٢", "1 2"])
    async def test_anything_else_stands_for_itself(self, post: Post, text: str) -> None:
        await post.write("chọn")
        await post.answered("chọn")

        await post.write(text)

        await post.answered(text)

    async def test_the_last_choices_count(self, post: Post, rasa: FakeRasa) -> None:
        for text in ("chọn", "tiếp", "gì đó"):
            await post.write(text)
            await post.answered(text)

        await post.write("2")

        await post.answered("thôi")


class TestTaps:
    async def test_a_button_tapped_twice_is_one_choice(self, post: Post, rasa: FakeRasa) -> None:
        await post.write("chọn")
        await post.answered("chọn")

        await post.write("Một việc")
        await post.write("Một việc")
        await post.write("sau đó")
        await post.answered("sau đó")

        assert rasa.texts == ["chọn", "Một việc", "sau đó"]

    async def test_later_it_is_another_choice(self, post: Post, rasa: FakeRasa) -> None:
        await post.write("chọn")
        await post.answered("chọn")
        moment = datetime.now(UTC)

        await post.write("Một việc", at=moment)
        await post.write("Một việc", at=moment + timedelta(seconds=11))
        await post.until(lambda: rasa.texts.count("Một việc") == 2)

    async def test_where_it_was_offered_anew_it_is_another_choice(
        self, post: Post, rasa: FakeRasa
    ) -> None:
        for _ in range(3):
            await post.write("tiếp")
            await post.until(lambda: "Bạn hỏi: tiếp" in post.shown())
            await post.settled()

        assert rasa.texts == ["tiếp"] * 3

    async def test_the_same_words_twice_are_two_messages(self, post: Post, rasa: FakeRasa) -> None:
        for _ in range(2):
            await post.write("alo")
        await post.until(lambda: rasa.texts == ["alo", "alo"])

    async def test_two_citizens_may_tap_the_same(self, post: Post, rasa: FakeRasa) -> None:
        for user in ("an", "binh"):
            await post.write("chọn", user=user)
            await post.answered("chọn", user)
            await post.write("Một việc", user=user)
            await post.answered("Một việc", user)


class TestFiles:
    @pytest.fixture(autouse=True)
    async def _in_a_form(self, post: Post) -> None:
        await post.write("phản ánh")
        await post.answered("phản ánh")
        await post.settled()

    async def test_a_file_is_kept_while_a_form_is_open(
        self, post: Post, settings: Settings
    ) -> None:
        await post.bring(entry(attachments=attached("a.jpg", kind="image")))
        await post.until(lambda: len(post.shown()) == 3)

        assert await kept(settings) == ["a.jpg"]
        assert post.shown()[-1] == "Tôi đã nhận 1 tệp và sẽ gửi kèm nội dung bạn đang viết."

    async def test_words_that_came_with_it_are_answered(
        self, post: Post, settings: Settings
    ) -> None:
        await post.write("ổ gà trước cổng", attachments=attached("a.jpg", "b.pdf"))
        await post.answered("ổ gà trước cổng")

        assert await kept(settings) == ["a.jpg", "b.pdf"]
        assert post.shown()[-2].startswith("Tôi đã nhận 2 tệp")

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("program.jpg", "không phải ảnh"),
            ("page.pdf", "không phải ảnh"),
            ("large.jpg", "lớn quá 1 MB"),
            ("gone.jpg", "chưa tải về được"),
        ],
    )
    async def test_what_cannot_be_kept_is_said(
        self, post: Post, settings: Settings, name: str, why: str
    ) -> None:
        await post.bring(entry(attachments=attached(name)))
        await post.until(lambda: len(post.shown()) == 3)

        assert why in post.shown()[-1]
        assert await kept(settings) == []

    async def test_nobody_but_the_providers_hosts_is_asked(
        self, post: Post, settings: Settings, world: World
    ) -> None:
        evil = [{"kind": "image", "url": "https://evilpaper.vn/a.jpg"}]
        await post.bring(entry(attachments=evil))
        await post.until(lambda: len(post.shown()) == 3)

        assert "chưa tải về được" in post.shown()[-1]
        assert world.asked == []

    async def test_each_end_is_told_of_in_one_message(self, post: Post, settings: Settings) -> None:
        await post.bring(entry(attachments=attached("a.jpg", "program.jpg", "b.pdf", "gone")))
        await post.until(lambda: len(post.shown()) == 3)

        assert len(post.shown()[-1].split("\n")) == 3
        assert await kept(settings) == ["a.jpg", "b.pdf"]

    async def test_a_sixth_file_is_not_kept(self, post: Post, settings: Settings) -> None:
        await post.bring(entry(attachments=attached(*["a.jpg"] * 7)))
        await post.until(lambda: len(post.shown()) == 3)

        assert "2 tệp sau không được nhận" in post.shown()[-1]
        assert len(await kept(settings)) == 5

    async def test_nothing_is_fetched_while_no_form_is_open(
        self, post: Post, settings: Settings, world: World
    ) -> None:
        await post.write("xong")
        await post.answered("xong")
        await post.settled()

        for _ in range(3):  # A burst.
            await post.bring(entry(attachments=attached("a.jpg", kind="image")))
        await post.settled()

        assert await kept(settings) == []
        assert world.asked == []
        assert len([text for text in post.shown() if "chưa cần tệp" in text]) == 1

    async def test_a_file_with_any_name_gets_a_plain_one(
        self, post: Post, settings: Settings
    ) -> None:
        named: dict[str, Any] = {**attached("b.pdf")[0], "name": "../../etc/passwd.exe\x00"}
        await post.bring(entry(attachments=[named]))
        await post.until(lambda: len(post.shown()) == 3)

        assert await kept(settings) == ["passwd.exe.pdf"]


class TestHints:
    @pytest.mark.parametrize(
        ("kind", "hint"),
        [
            ("audio", "audio"),
            ("video", "video"),
            ("sticker", "sticker"),
            ("gif", "sticker"),
            ("business_card", "other"),
            ("x" * 300 + "\x00", "other"),
        ],
    )
    async def test_what_cannot_be_understood_gets_a_hint(
        self, post: Post, kind: str, hint: str
    ) -> None:
        await post.bring(entry(attachments=[{"kind": kind}]))
        await post.until(lambda: len(post.shown()) == 2)

        assert post.shown() == [TEXTS.greeting_short.text, TEXTS.hints[hint].text]

    async def test_a_burst_gets_one_hint(self, post: Post, clock: Clock) -> None:
        sticker = [{"kind": "sticker"}]
        for _ in range(4):
            await post.bring(entry(attachments=sticker))
        await post.settled()
        clock.advance(minutes=2)
        await post.bring(entry(attachments=sticker))
        await post.settled()

        assert post.shown().count(TEXTS.hints["sticker"].text) == 2

    async def test_beside_words_there_is_none(self, post: Post) -> None:
        await post.write("một", attachments=[{"kind": "sticker"}])
        await post.answered("một")

        assert TEXTS.hints["sticker"].text not in post.shown()


class TestPosition:
    async def test_it_names_the_office_and_goes_on_as_if_the_place_was_typed(
        self, post: Post, world: World
    ) -> None:
        await post.bring(entry(place=PLACE))
        await post.answered("Tôi ở Phường Hoa Lư, Tỉnh Ninh Bình")

        office = post.shown()[1]
        assert "Trung tâm Phục vụ hành chính công phường Hoa Lư" in office
        assert "1,2 km" in office
        assert "Giờ làm việc: thứ hai" in office
        [asked] = world.asked
        assert asked.url.path == "/offices/nearest"
        assert dict(asked.url.params) == {"latitude": "20.25", "longitude": "105.97"}

    async def test_without_an_address_none_is_told(self, post: Post, world: World) -> None:
        world.office = httpx2.Response(200, json={**OFFICE, "address": "", "hours": ""})

        await post.bring(entry(place=PLACE))
        await post.answered("Tôi ở Phường Hoa Lư, Tỉnh Ninh Bình")

        assert "Địa chỉ" not in post.shown()[1]
        assert "Giờ" not in post.shown()[1]

    @pytest.mark.parametrize(
        "answer",
        [
            httpx2.Response(404, json={"detail": "none is near"}),
            httpx2.Response(401),
            httpx2.Response(500, text="<html>"),
            httpx2.Response(200, json={"office": "?"}),
            httpx2.Response(200, text="[]"),
            None,
        ],
    )
    async def test_where_nobody_knows_an_office_the_name_of_the_ward_is_asked_for(
        self, post: Post, world: World, rasa: FakeRasa, answer: httpx2.Response | None
    ) -> None:
        world.office = answer

        with capture_logs() as logs:
            await post.bring(entry(place=PLACE))
            await post.until(lambda: TEXTS.hints["place"].text in post.shown())

        assert rasa.texts == []
        assert "20.25" not in str(logs)

    async def test_words_that_came_with_it_are_what_is_said(self, post: Post) -> None:
        await post.write("khai sinh nộp ở đâu", place=PLACE)
        await post.answered("khai sinh nộp ở đâu")

        assert "Bộ phận một cửa gần bạn" in post.shown()[1]
