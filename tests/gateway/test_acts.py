"""What is done about what is no message: greetings, acts, echoes, people, farewells."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.channels.base import Held, Sent
from gateway.conversation import Author, Mode
from gateway.database import open_database
from gateway.events import Had
from gateway.messages import Reply
from gateway.settings import Settings
from gateway.tables import conversation, drawer, errand, event, inbox, metadata, outbox
from gateway.testing import FakeRasa
from tests.gateway.conftest import Clock
from tests.gateway.paper import Post, entry, posting
from tests.gateway.working import TEXTS

NAME = "paper:an"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"agencies_url": "http://127.0.0.1:9"})


@pytest.fixture
async def post(settings: Settings, rasa: FakeRasa, clock: Clock) -> AsyncIterator[Post]:
    async with posting(settings, rasa, clock) as post:
        yield post


async def rows(settings: Settings, table: sa.Table) -> list[dict[str, Any]]:
    database = open_database(settings.database_url)
    chosen = table.select().order_by(*table.primary_key.columns)
    found = await database.read(
        lambda connection: [dict(row) for row in connection.execute(chosen).mappings()]
    )
    await database.close()
    return found


async def row_of(settings: Settings) -> dict[str, Any]:
    [row] = await rows(settings, conversation)
    return row


class TestGreeting:
    async def test_who_follows_is_told_what_this_is_and_what_can_be_asked(
        self, post: Post, settings: Settings
    ) -> None:
        await post.bring(entry("greeted"))
        await post.settled()

        [greeting] = await rows(settings, outbox)
        assert post.shown() == [TEXTS.greeting.text]
        assert "trợ lý tự động" in TEXTS.greeting.text
        assert "1900 0000" in TEXTS.greeting.text
        assert 3 <= len(greeting["reply"]["buttons"]) <= 4
        assert (greeting["author"], post.channel.outcome) == (Author.NOTICE, Sent())

    async def test_once_in_ten_minutes_however_often_they_follow(
        self, post: Post, clock: Clock
    ) -> None:
        for minutes in (0, 0, 9):
            clock.advance(minutes=minutes)
            await post.bring(entry("greeted"), entry("left"))
            await post.settled()
        clock.advance(minutes=11)
        await post.bring(entry("greeted"))
        await post.settled()

        assert post.shown() == [TEXTS.greeting.text] * 2

    async def test_who_was_greeted_is_not_told_again_with_the_first_answer(
        self, post: Post
    ) -> None:
        await post.bring(entry("greeted"))
        await post.write("một")
        await post.answered("một")

        assert post.shown() == [TEXTS.greeting.text, "Bạn hỏi: một"]

    async def test_its_choices_can_be_pressed_twice_and_count_once(
        self, post: Post, rasa: FakeRasa
    ) -> None:
        await post.bring(entry("greeted"))
        await post.settled()
        payload = TEXTS.greeting.buttons[0].payload

        await post.write(payload)
        await post.write(payload)
        await post.answered(payload)
        await post.settled()

        assert rasa.texts == [payload]

    async def test_on_the_portal_the_page_says_it(self, post: Post) -> None:
        response = await post.http.post("/web/v1/messages", json={"text": "một"})
        assert response.status_code == 202
        await post.settled()

        assert all("tự động" not in str(row) for row in await rows(post.parts.settings, outbox))


class TestActs:
    async def test_an_act_opens_the_window_and_lets_go_what_was_held(
        self, post: Post, settings: Settings, clock: Clock
    ) -> None:
        await post.write("một")
        await post.answered("một")
        await post.settled()
        post.channel.outcome = Held("-230")
        [told] = await post.parts.staff.write(NAME, Reply("Kết quả đây."), key="k1")
        await post.parts.outbox.deliver([told])
        before = list(post.shown())
        post.channel.outcome = Sent()

        await post.bring(entry("acted", at=datetime.now(UTC) + timedelta(seconds=5)))
        await post.until(lambda: "Kết quả đây." in post.shown())

        assert "Kết quả đây." not in before
        assert post.shown().count("Kết quả đây.") == 1

    async def test_the_window_is_counted_from_the_last_act_by_the_providers_clock(
        self, post: Post, settings: Settings
    ) -> None:
        moment = datetime.now(UTC) - timedelta(hours=1)
        await post.write("một", at=moment)
        await post.settled()
        await post.write("cũ hơn đến muộn", at=moment - timedelta(hours=1))
        await post.settled()

        assert (await row_of(settings))["acted_at"] == moment

    @pytest.mark.parametrize("kind", ["acted", "left", "unknown"])
    async def test_who_never_wrote_gets_no_conversation_for_it(
        self, post: Post, settings: Settings, kind: str
    ) -> None:
        await post.bring(entry(kind))
        await post.settled()

        assert await rows(settings, conversation) == []
        assert [row["state"] for row in await rows(settings, event)] == [Had.DONE]


class TestPeople:
    async def test_who_writes_in_the_providers_inbox_has_the_conversation(
        self, post: Post, rasa: FakeRasa, settings: Settings
    ) -> None:
        await post.write("một")
        await post.answered("một")

        await post.bring(entry("echo", text="Tôi là Hoa, số 0912345678.", by_person=True))
        await post.settled()
        await post.write("chào chị")
        await post.settled()

        assert rasa.texts == ["một"]
        row = await row_of(settings)
        assert (row["mode"], row["staff_case"]) == (Mode.STAFF, "")
        kept = [one for one in await rows(settings, outbox) if one["author"] == Author.STAFF]
        assert [one["reply"]["text"] for one in kept] == ["Tôi là Hoa, số [số đã che]."]
        assert kept[0]["state"] == "sent"
        assert not any("Hoa" in text for text in post.shown())  # They have it already.

    async def test_once_they_are_silent_for_long_the_bot_answers_and_says_so(
        self, post: Post, clock: Clock
    ) -> None:
        await post.bring(entry("echo", text="Tôi là Hoa.", by_person=True))
        await post.settled()
        clock.advance(minutes=61)
        await post.write("còn ai không")
        await post.answered("còn ai không")

        assert any("Trợ lý tự động tiếp tục" in text for text in post.shown())

    async def test_they_are_heard_once(self, post: Post, settings: Settings) -> None:
        said = entry("echo", text="Tôi là Hoa.", by_person=True)
        for _ in range(3):
            await post.bring(said)
        await post.settled()

        assert len(await rows(settings, outbox)) == 1

    async def test_a_picture_of_theirs_takes_over_too(
        self, post: Post, rasa: FakeRasa, settings: Settings
    ) -> None:
        await post.bring(entry("echo", by_person=True))
        await post.settled()
        await post.write("một")
        await post.settled()

        assert rasa.texts == []
        assert await rows(settings, outbox) == []

    async def test_what_was_said_long_ago_takes_nothing_over(
        self, post: Post, clock: Clock
    ) -> None:
        long_ago = datetime.now(UTC) - timedelta(hours=3)
        await post.bring(entry("echo", text="Tôi là Hoa.", by_person=True, at=long_ago))
        await post.settled()
        await post.write("một")

        await post.answered("một")

    async def test_what_they_wrote_before_they_gave_it_back_takes_nothing_over_again(
        self, post: Post, settings: Settings, clock: Clock
    ) -> None:
        await post.write("một")
        await post.answered("một")
        written = clock()
        clock.advance(minutes=10)
        staff, notice = post.parts.staff, Reply("Báo.")
        await post.parts.outbox.deliver(await staff.take_over(NAME, "Bà Hoa", notice, case="PA-1"))
        clock.advance(minutes=5)
        await post.parts.outbox.deliver(await staff.give_back(NAME, notice, case="PA-1"))

        late = entry("echo", text="Tôi là Hoa.", by_person=True, at=written)
        await post.bring(late)
        await post.settled()
        before = await row_of(settings)
        clock.advance(minutes=1)
        await post.bring(entry("echo", text="Tôi lại vào.", by_person=True, at=clock()))
        await post.settled()

        assert before["mode"] == Mode.BOT
        assert (await row_of(settings))["mode"] == Mode.STAFF
        assert "Tôi là Hoa." in str(await rows(settings, outbox))

    async def test_what_they_wrote_earlier_does_not_make_them_leave_sooner(
        self, post: Post, settings: Settings, clock: Clock
    ) -> None:
        early = clock()
        clock.advance(minutes=55)
        lately = clock()
        for at in (lately, early):
            await post.bring(entry("echo", text="Tôi là Hoa.", by_person=True, at=at))
            await post.settled()

        assert (await row_of(settings))["staff_at"] == lately

    async def test_an_echo_of_a_machine_takes_nothing_over(self, post: Post) -> None:
        await post.bring(entry("echo", text="Bạn hỏi: một"))
        await post.settled()
        await post.write("một")

        await post.answered("một")

    async def test_the_staff_of_a_case_keep_it(self, post: Post, settings: Settings) -> None:
        await post.write("một")
        await post.answered("một")
        await post.settled()
        notice = Reply("Bà Hoa đã vào.")
        told = await post.parts.staff.take_over(NAME, "Bà Hoa", notice, case="PA-1")
        await post.parts.outbox.deliver(told)

        await post.bring(entry("echo", text="Tôi viết từ Zalo.", by_person=True))
        await post.settled()

        row = await row_of(settings)
        assert (row["staff_name"], row["staff_case"]) == ("Bà Hoa", "PA-1")

    async def test_the_bots_hints_do_not_talk_between_them(self, post: Post) -> None:
        await post.bring(entry("echo", text="Gửi tôi ảnh nhé.", by_person=True))
        await post.settled()
        image = [{"kind": "image", "url": "https://a.paper.vn/a.jpg"}, {"kind": "sticker"}]
        await post.bring(entry(attachments=image))
        await post.settled()

        assert post.shown() == []


class TestFarewell:
    async def test_who_withdraws_is_forgotten_and_agencies_are_told(
        self, post: Post, settings: Settings
    ) -> None:
        written = await post.write("tên tôi là Nguyễn Văn An")
        await post.answered("tên tôi là Nguyễn Văn An")
        await post.settled()

        await post.bring(entry("withdrawn"))
        await post.settled()
        for again in (written, written):  # A replay.
            await post.bring(again)
        await post.settled()

        for table in (conversation, inbox, outbox, drawer):
            assert await rows(settings, table) == []
        everything = str([await rows(settings, table) for table in metadata.sorted_tables])
        assert "Nguyễn Văn An" not in everything
        assert [(row["user"], row["raw"]) for row in await rows(settings, event)] == [("", {})] * 2
        [told] = await rows(settings, errand)
        assert (told["path"], told["body"]) == ("/erasures", {"conversation": NAME})

    async def test_another_citizen_is_not(self, post: Post, settings: Settings) -> None:
        await post.write("một", user="binh")
        await post.answered("một", "binh")
        await post.write("một")
        await post.answered("một")

        await post.bring(entry("withdrawn"))
        await post.settled()

        assert [row["name"] for row in await rows(settings, conversation)] == ["paper:binh"]

    async def test_who_writes_again_begins_anew(self, post: Post, rasa: FakeRasa) -> None:
        await post.write("một")
        await post.answered("một")
        await post.bring(entry("withdrawn"))
        await post.settled()

        await post.write("hai")
        await post.answered("hai")

        assert rasa.senders[0] != rasa.senders[1]
        assert post.shown().count(TEXTS.greeting_short.text) == 2
