"""Whatever happens to a worker or in it: nothing lost, nothing doubled, nobody without a reply."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from gateway.arrivals import MAX_ATTEMPTS, Arrivals
from gateway.database import Database
from gateway.events import Events
from gateway.outbox_rows import fingerprint
from gateway.store import now
from gateway.tables import conversation, drawer, errand, event, inbox, outbox
from gateway.texts import Refusal
from tests.gateway.conftest import Clock
from tests.gateway.paper import PaperChannel, entry
from tests.gateway.test_filetypes import JPEG
from tests.gateway.working import TEXTS, Handle, Killed, Steps, drain, worker

OFFICE = {
    "area": "Phường Hoa Lư, Tỉnh Ninh Bình",
    "office": "Trung tâm Phục vụ hành chính công phường Hoa Lư",
    "address": "Số 1 đường Tràng An",
    "hours": "thứ hai đến thứ sáu: 7:30–11:30, 13:30–17:00",
    "kilometres": 1.24,
}


@pytest.fixture
def channel() -> PaperChannel:
    return PaperChannel()


async def bring(database: Database, clock: Clock, *entries: dict[str, Any]) -> None:
    events = [PaperChannel().read(raw) for raw in entries]
    await Events(database, clock=clock).keep("paper", events)


async def said(database: Database) -> list[str]:
    """What was taken as citizens' words, in their order."""
    chosen = sa.select(inbox.c.body).order_by(inbox.c.conversation, inbox.c.sequence)
    return [body["text"] for (body,) in await _all(database, chosen)]


async def told(database: Database) -> list[str]:
    chosen = sa.select(outbox.c.reply).order_by(outbox.c.conversation, outbox.c.sequence)
    return [reply["text"] for (reply,) in await _all(database, chosen)]


async def states(database: Database) -> list[str]:
    return [state for (state,) in await _all(database, sa.select(event.c.state).order_by("id"))]


async def count(database: Database, table: sa.Table) -> int:
    return len(await _all(database, sa.select(table)))


async def _all(database: Database, chosen: sa.Select[Any]) -> list[Any]:
    return await database.read(lambda connection: list(connection.execute(chosen).all()))


async def open_form(database: Database, *, user: str = "an") -> None:
    """The bot asks for a file."""
    asks = sa.update(conversation).where(conversation.c.name == f"paper:{user}")
    await database.write(lambda connection: connection.execute(asks.values(asks="files")))


def a_photograph(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, content=JPEG)


def an_office(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json=OFFICE)


@dataclass(frozen=True)
class Story:
    """What comes, and what must have come of it however often the worker dies."""

    entries: tuple[dict[str, Any], ...]
    said: list[str]
    told: list[str]
    drawer: int = 0
    errands: int = 0
    conversations: int = 1


IMAGE = [{"kind": "image", "url": "https://a.paper.vn/a.jpg", "name": "ảnh.jpg"}]
PLACE = {"coordinates": [20.25, 105.97]}
PLACED = [
    TEXTS.greeting_short.text,
    "Bộ phận một cửa gần bạn nhất (khoảng 1,2 km): "
    "Trung tâm Phục vụ hành chính công phường Hoa Lư.\n"
    "Địa chỉ: Số 1 đường Tràng An.\n"
    "Giờ làm việc: thứ hai đến thứ sáu: 7:30–11:30, 13:30–17:00.",
]
STORIES = {
    "words": Story(
        (entry(text="một"), entry(text="hai")), ["một", "hai"], [TEXTS.greeting_short.text]
    ),
    "follow": Story((entry("greeted"), entry("greeted")), [], [TEXTS.greeting.text]),
    "sticker": Story(
        (entry(attachments=[{"kind": "sticker"}]),),
        [],
        [TEXTS.greeting_short.text, TEXTS.hints["sticker"].text],
    ),
    "position": Story((entry(place=PLACE),), ["Tôi ở Phường Hoa Lư, Tỉnh Ninh Bình"], PLACED),
    "takeover": Story((entry("echo", text="Tôi là Hoa.", by_person=True),), [], ["Tôi là Hoa."]),
    "too long": Story(
        (entry(text="dài" * 900),),
        [],
        [
            TEXTS.greeting_short.text,
            TEXTS.refusal(Refusal.TOO_LONG),
        ],
    ),
    "withdrawal": Story(
        (entry(text="một"), entry("withdrawn")), [], [], errands=1, conversations=0
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(
    database: Database, clock: Clock, name: str
) -> None:
    story = STORIES[name]

    def a_worker(steps: Steps) -> Arrivals:
        return worker(
            database, PaperChannel(), clock, steps=steps, agencies=an_office, tell_erasures=True
        )

    for kill_at in range(1, 60):
        await empty(database)
        await bring(database, clock, *story.entries)
        steps = Steps(kill_at)
        died = await dies(a_worker(steps))
        clock.advance(seconds=61)  # Another worker takes over when its lease has run out.
        await drain(a_worker(Steps()))

        assert await said(database) == story.said, kill_at
        assert await told(database) == story.told, kill_at
        assert set(await states(database)) == {"done"}, kill_at
        assert await count(database, errand) == story.errands, kill_at
        assert await count(database, conversation) == story.conversations, kill_at
        if not died:
            break
    assert not died
    assert kill_at > 4


async def test_a_file_is_kept_once_however_often_the_worker_dies(
    database: Database, clock: Clock
) -> None:
    def a_worker(steps: Steps) -> Arrivals:
        return worker(database, PaperChannel(), clock, steps=steps, files=a_photograph)

    for kill_at in range(1, 60):
        await empty(database)
        await bring(database, clock, entry(text="một"))
        await drain(a_worker(Steps()))
        await open_form(database)
        await bring(database, clock, entry(text="kèm ảnh", attachments=IMAGE))
        died = await dies(a_worker(Steps(kill_at)))
        clock.advance(seconds=61)
        await drain(a_worker(Steps()))

        assert await count(database, drawer) == 1, kill_at
        assert await said(database) == ["một", "kèm ảnh"]
        assert await told(database) == [
            TEXTS.greeting_short.text,
            "Tôi đã nhận 1 tệp và sẽ gửi kèm nội dung bạn đang viết.",
        ]
        if not died:
            break
    assert kill_at > 4


async def dies(arrivals: Arrivals) -> bool:
    try:
        await drain(arrivals)
    except Killed:
        return True
    return False


async def empty(database: Database) -> None:
    def work(connection: sa.Connection) -> None:
        for table in (event, inbox, outbox, drawer, errand, conversation):
            connection.execute(sa.delete(table))

    await database.write(work)


async def test_two_workers_share_the_work_and_keep_each_citizens_order(
    database: Database, clock: Clock
) -> None:
    for number in range(5):
        await bring(database, clock, *(entry(user=user, text=f"{user}{number}") for user in "abcd"))

    await asyncio.gather(*(drain(worker(database, PaperChannel(), clock)) for _ in range(3)))
    await drain(worker(database, PaperChannel(), clock))

    assert await said(database) == [f"{user}{number}" for user in "abcd" for number in range(5)]


async def test_what_comes_in_another_order_is_worked_by_the_providers_clock(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    moment = now()
    late, early = (
        entry(text=text, at=moment + timedelta(seconds=s)) for text, s in (("hai", 2), ("một", 1))
    )

    await bring(database, clock, late, early)
    await drain(worker(database, channel, clock))

    assert await said(database) == ["một", "hai"]


def faulty(
    fault: Exception, times: int = 99, *, only: str = "hỏng"
) -> Callable[[dict[str, Any]], None]:
    left = [times]

    def reading(raw: dict[str, Any]) -> None:
        if raw.get("text") == only and left[0]:
            left[0] -= 1
            raise fault

    return reading


async def again(arrivals: Arrivals, clock: Clock, times: int) -> None:
    for _ in range(times):
        await drain(arrivals)
        clock.advance(seconds=3600)


async def test_a_fault_that_passes_costs_the_citizen_nothing(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    await bring(database, clock, entry(text="hỏng"), entry(text="hai"))
    channel.reading = faulty(ValueError(), MAX_ATTEMPTS - 1)

    await again(worker(database, channel, clock), clock, MAX_ATTEMPTS)

    assert await said(database) == ["hỏng", "hai"]
    assert TEXTS.apology.text not in await told(database)


async def test_who_cannot_be_understood_at_all_gets_an_apology_and_their_next_words_an_answer(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    await bring(database, clock, entry(text="hỏng"), entry(text="hai"))
    arrivals = worker(database, channel, clock)
    channel.reading = faulty(ValueError("hỏng nặng"), MAX_ATTEMPTS)

    with capture_logs() as logs:
        await again(arrivals, clock, MAX_ATTEMPTS + 1)

    assert await states(database) == ["failed", "done"]
    assert await said(database) == ["hai"]
    assert (await told(database)).count(TEXTS.apology.text) == 1
    assert "hỏng" not in str(logs)
    assert [one["log_level"] for one in logs if one["event"] == "event.given_up"] == ["error"]


async def test_what_takes_its_worker_down_each_time_is_given_up(
    database: Database, clock: Clock
) -> None:
    await bring(database, clock, entry(text="một"))
    for _ in range(MAX_ATTEMPTS):
        assert await dies(worker(database, PaperChannel(), clock, steps=Steps(3)))
        clock.advance(seconds=61)

    await drain(worker(database, PaperChannel(), clock))

    assert await states(database) == ["failed"]
    assert TEXTS.apology.text in await told(database)


async def test_who_wants_to_be_forgotten_is_never_given_up(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    await bring(database, clock, entry(text="một"))
    await drain(worker(database, channel, clock))
    await bring(database, clock, entry("withdrawn", text="hỏng"))
    channel.reading = faulty(ValueError(), 12)

    await again(worker(database, channel, clock), clock, 13)

    assert await count(database, conversation) == 0
    assert await states(database) == ["done", "done"]


async def test_a_database_that_is_away_is_nobodys_fault(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    await bring(database, clock, entry(text="hỏng"))
    channel.reading = faulty(OperationalError("away", {}, Exception()), 20)

    await again(worker(database, channel, clock), clock, 21)

    assert await said(database) == ["hỏng"]
    assert TEXTS.apology.text not in await told(database)


async def test_a_worker_that_is_stopped_hands_its_event_back_at_once(
    database: Database, clock: Clock
) -> None:
    await bring(database, clock, entry(text="một"))
    await drain(worker(database, PaperChannel(), clock))
    await open_form(database)
    await bring(database, clock, entry(text="hai", attachments=IMAGE))
    reached = asyncio.Event()

    async def slow(_: httpx2.Request) -> httpx2.Response:
        reached.set()
        await asyncio.sleep(60)
        return httpx2.Response(200, content=JPEG)

    slow_handle: Handle = slow  # type: ignore[assignment]
    stopped = worker(database, PaperChannel(), clock, files=slow_handle)
    await stopped.start_next()
    await reached.wait()
    await stopped.stop(0.1)
    await drain(worker(database, PaperChannel(), clock, files=a_photograph))

    assert await said(database) == ["một", "hai"]
    assert await count(database, drawer) == 1


async def test_what_is_claimed_while_it_is_told_to_stop_is_handed_back(
    database: Database, clock: Clock
) -> None:
    await bring(database, clock, entry(text="một"))
    stopped = worker(database, PaperChannel(), clock)

    started, _ = await asyncio.gather(stopped.start_next(), stopped.stop(1.0))
    before = await said(database)
    await drain(worker(database, PaperChannel(), clock))

    assert (started, stopped.tasks, before) == (0, set(), [])
    assert await said(database) == ["một"]


async def test_a_slow_citizen_holds_up_no_other(database: Database, clock: Clock) -> None:
    await bring(database, clock, entry(text="một"))
    await drain(worker(database, PaperChannel(), clock))
    await open_form(database)
    await bring(database, clock, entry(attachments=IMAGE), entry(user="binh", text="của Bình"))
    free = asyncio.Event()

    async def slow(_: httpx2.Request) -> httpx2.Response:
        await free.wait()
        return httpx2.Response(200, content=JPEG)

    slow_handle: Handle = slow  # type: ignore[assignment]
    arrivals = worker(database, PaperChannel(), clock, files=slow_handle)
    await arrivals.start_next()
    async with asyncio.timeout(5):
        while "của Bình" not in await said(database):
            await asyncio.sleep(0.02)
    free.set()
    await asyncio.gather(*arrivals.tasks)

    assert await count(database, drawer) == 1


async def test_nothing_is_left_of_a_position_once_it_is_worked(
    database: Database, clock: Clock, channel: PaperChannel
) -> None:
    with capture_logs() as logs:
        await bring(database, clock, entry(place=PLACE))
        await drain(worker(database, channel, clock, agencies=an_office))

    tables = (event, inbox, outbox, conversation)
    kept = str([await _all(database, sa.select(table)) for table in tables])
    for trace in ("20.25", "105.97"):
        assert trace not in kept
        assert trace not in str(logs)


async def raws(database: Database) -> list[dict[str, Any]]:
    return [raw for (raw,) in await _all(database, sa.select(event.c.raw).order_by("id"))]


class TestWhatIsKept:
    async def test_of_words_that_are_sealed_the_event_has_none_either(
        self, database: Database, channel: PaperChannel, clock: Clock
    ) -> None:
        await bring(database, clock, entry(text="tôi muốn phản ánh"))
        await drain(worker(database, channel, clock))
        asks = sa.update(conversation).values(asks="contact")
        await database.write(lambda connection: connection.execute(asks))

        contact = "Nguyễn Văn An, 12 phố Trần Phú, 0912345678"
        await bring(database, clock, entry(text=contact))
        await drain(worker(database, channel, clock))

        first, sealed = await raws(database)
        assert first["text"] == "tôi muốn phản ánh"
        assert sealed == {}
        assert await said(database) == ["tôi muốn phản ánh", TEXTS.sealed]

    async def test_of_a_contact_for_which_they_wrote_too_fast_the_event_has_none_either(
        self, database: Database, channel: PaperChannel, clock: Clock
    ) -> None:
        quick = worker(database, channel, clock, rate="1/minute")
        await bring(database, clock, entry(text="tôi muốn phản ánh"))
        await drain(quick)
        asks = sa.update(conversation).values(asks="contact")
        await database.write(lambda connection: connection.execute(asks))

        await bring(database, clock, entry(text="Nguyễn Văn An, 12 phố Trần Phú, 0912345678"))
        await drain(quick)

        assert (await raws(database))[1] == {}

    async def test_of_an_echo_of_ours_nothing_is(self, database: Database, clock: Clock) -> None:
        channel = EchoingPaper()
        await bring(database, clock, entry(text="một"))
        arrivals = worker(database, channel, clock)
        await drain(arrivals)
        await _has_said(database, "Bạn tên Nguyễn Văn An", clock)

        await bring(database, clock, entry("echo", text="Bạn tên Nguyễn Văn An", by_person=True))
        await drain(arrivals)

        found = sa.select(event.c.user, event.c.raw).where(event.c.kind == "echo")
        assert [tuple(row) for row in await _all(database, found)] == [("", {})]

    async def test_an_echo_of_ours_that_comes_after_an_erasure_brings_nothing_back(
        self, database: Database, channel: PaperChannel, clock: Clock
    ) -> None:
        arrivals = worker(database, channel, clock)
        await bring(database, clock, entry(text="một"), entry("withdrawn"))
        await drain(arrivals)

        await bring(database, clock, entry("echo", text="Hồ sơ của ông Nguyễn Văn An"))
        await drain(arrivals)

        found = sa.select(event.c.user, event.c.raw)
        assert [tuple(row) for row in await _all(database, found)] == [("", {})] * 3
        assert await count(database, conversation) == 0


async def test_who_withdraws_after_their_words_had_their_time_is_erased_by_agencies_too(
    database: Database, channel: PaperChannel, clock: Clock
) -> None:
    arrivals = worker(database, channel, clock, tell_erasures=True)
    await bring(database, clock, entry("withdrawn"))

    await drain(arrivals)

    told = await _all(database, sa.select(errand.c.path, errand.c.body))
    assert [tuple(row) for row in told] == [("/erasures", {"conversation": "paper:an"})]


class EchoingPaper(PaperChannel):
    echoes = True


async def _has_said(database: Database, text: str, clock: Clock) -> None:
    """The outbox's last row was sent in these words."""
    said = [{"id": "", "part": fingerprint(text)}]
    sent = sa.update(outbox).values(state="sent", tried_at=clock(), said=said)
    await database.write(lambda connection: connection.execute(sent))
