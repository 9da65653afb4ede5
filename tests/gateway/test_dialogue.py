import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
import structlog
from structlog.testing import capture_logs

from gateway.channels.portal import PortalChannel
from gateway.conversation import Author, Delivery, Mode, Turn
from gateway.database import Database
from gateway.dialogue import MAX_ATTEMPTS, Dialogue
from gateway.masking import Masking
from gateway.messages import Reply
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.rasa import Rasa
from gateway.signals import Signals
from gateway.store import Store
from gateway.testing import FakeRasa, Messages
from gateway.texts import Texts
from tests.gateway.conftest import Clock
from tests.gateway.samples import a_message, taken_over, texts

APOLOGY = Texts(hotline="1900 0000", length_limit=2000).apology.text


class Killed(BaseException):
    """The process ends here."""


class DiesBeforeCommit(Store):
    async def finish_turn(
        self,
        turn: Turn,
        replies: Sequence[Reply],
        author: Author = Author.BOT,
        *,
        heard: bool = True,
    ) -> list[Delivery] | None:
        raise Killed


class DiesAfterCommit(Store):
    async def finish_turn(
        self,
        turn: Turn,
        replies: Sequence[Reply],
        author: Author = Author.BOT,
        *,
        heard: bool = True,
    ) -> list[Delivery] | None:
        await super().finish_turn(turn, replies, author, heard=heard)
        raise Killed


def a_dialogue(database: Database, store: Store, rasa: FakeRasa, clock: Clock) -> Dialogue:
    """What one process would build."""
    signals, metrics = Signals(), Metrics()
    outbox = Outbox(database, {"portal": PortalChannel(signals)}, metrics, clock=clock)
    return Dialogue(
        store,
        Rasa(rasa.http(), seconds=1),
        outbox,
        texts=Texts(hotline="1900 0000", length_limit=2000),
        masking=Masking(),
        signals=signals,
        metrics=metrics,
        poll_seconds=0.05,
    )


@pytest.fixture
def dialogue(database: Database, store: Store, rasa: FakeRasa, clock: Clock) -> Dialogue:
    return a_dialogue(database, store, rasa, clock)


async def work_all(dialogue: Dialogue) -> None:
    """Every turn there is, to its end."""
    while True:
        while await dialogue.start_next():
            pass
        if not dialogue.turns:
            return
        await asyncio.wait(dialogue.turns, return_when=asyncio.FIRST_COMPLETED)


async def test_a_question_gets_the_bots_answer(store: Store, dialogue: Dialogue) -> None:
    await store.accept(a_message("lệ phí?"))

    await work_all(dialogue)

    assert await texts(store) == ["lệ phí?", "Bạn hỏi: lệ phí?"]


async def test_turns_of_one_conversation_are_never_at_rasa_together(
    store: Store, dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.seconds = 0.1
    for number in range(3):
        for user in "ab":
            await store.accept(a_message(f"câu {number}", user=user))

    await work_all(dialogue)

    assert rasa.most_at_once[""] == 2
    assert {rasa.most_at_once[sender] for sender in rasa.senders} == {1}
    assert await texts(store, "portal:a", after=3) == [f"Bạn hỏi: câu {n}" for n in range(3)]


async def test_two_workers_keep_one_conversation_in_order(
    database: Database, store: Store, rasa: FakeRasa, clock: Clock
) -> None:
    rasa.seconds = 0.01
    workers = [a_dialogue(database, store, rasa, clock) for _ in range(2)]
    for number in range(5):
        await store.accept(a_message(f"câu {number}"))

    loops = [asyncio.create_task(worker.run()) for worker in workers]
    async with asyncio.timeout(10):
        while (await store.read_thread("portal:an")).pending:
            await asyncio.sleep(0.02)
    for worker in workers:
        await worker.stop(1)
    await asyncio.gather(*loops)

    assert rasa.texts == [f"câu {number}" for number in range(5)]
    assert max(rasa.most_at_once.values()) == 1


@pytest.mark.parametrize("trouble", ["down", "slow", "empty", "broken"])
async def test_every_failure_of_rasa_ends_in_an_apology_and_the_next_message_works(
    store: Store, dialogue: Dialogue, rasa: FakeRasa, trouble: str
) -> None:
    rasa.is_down = trouble == "down"
    rasa.seconds = 2 if trouble == "slow" else 0
    if trouble in ("empty", "broken"):
        rasa.answer = lambda _: [] if trouble == "empty" else [{"text": 3}]
    await store.accept(a_message("một"))
    await work_all(dialogue)

    rasa.is_down, rasa.seconds, rasa.answer = False, 0, FakeRasa().answer
    await store.accept(a_message("hai"))
    await work_all(dialogue)

    assert await texts(store) == ["một", APOLOGY, "hai", "Bạn hỏi: hai"]
    assert "1900 0000" in APOLOGY


async def test_a_bug_of_ours_ends_in_an_apology_too(
    store: Store, dialogue: Dialogue, rasa: FakeRasa
) -> None:
    def bug(_: str) -> Messages:
        raise RuntimeError("câu hỏi bí mật")

    rasa.answer = bug
    await store.accept(a_message("câu hỏi bí mật"))

    with capture_logs() as logs:
        await work_all(dialogue)

    assert await texts(store, after=1) == [APOLOGY]
    assert [log["cause"] for log in logs if log["event"] == "turn.failed"] == ["bug"]
    assert "bí mật" not in str(logs)


async def test_logs_carry_ids_not_contents(store: Store, dialogue: Dialogue) -> None:
    await store.accept(a_message("số căn cước 001099000001"))

    with capture_logs(processors=[structlog.processors.format_exc_info]) as logs:
        await work_all(dialogue)

    assert [log["event"] for log in logs] == ["turn.done"]
    assert "001099000001" not in str(logs)


@pytest.mark.parametrize("text", ["👍👍", "?!…", "…"])
async def test_a_message_without_words_is_answered_without_rasa(
    store: Store, dialogue: Dialogue, rasa: FakeRasa, text: str
) -> None:
    await store.accept(a_message(text))

    await work_all(dialogue)

    [reply] = await texts(store, after=1)
    assert "viết bằng chữ" in reply
    assert rasa.asked == []


async def test_the_bot_is_not_asked_while_the_conversation_waits_for_staff(
    store: Store, dialogue: Dialogue, rasa: FakeRasa
) -> None:
    await store.accept(a_message("một"))
    await work_all(dialogue)
    await store.set_mode("portal:an", Mode.WAITING)

    await store.accept(a_message("hai"))
    await work_all(dialogue)

    [notice] = await texts(store, after=3)
    assert "cán bộ" in notice.lower()
    assert rasa.texts == ["một"]


async def test_an_answer_that_comes_after_staff_took_over_is_not_said(
    store: Store, dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.seconds = 0.1
    await store.accept(a_message("một"))
    await dialogue.start_next()

    await store.set_mode("portal:an", Mode.STAFF)
    await work_all(dialogue)

    assert rasa.texts == ["một"]
    assert await texts(store) == ["một"]


async def test_killed_before_the_commit_the_turn_is_worked_again_and_answered_once(
    database: Database, store: Store, rasa: FakeRasa, clock: Clock
) -> None:
    await store.accept(a_message("một"))
    dying = a_dialogue(database, DiesBeforeCommit(database, clock=clock), rasa, clock)
    await dying.start_next()
    with pytest.raises(Killed):
        await asyncio.gather(*dying.turns)

    restarted = a_dialogue(database, store, rasa, clock)
    await work_all(restarted)
    early = await texts(store)
    clock.advance(seconds=31)
    await work_all(restarted)
    clock.advance(seconds=31)
    await work_all(restarted)

    assert early == ["một"]
    assert rasa.texts == ["một", "một"]
    assert await texts(store) == ["một", "Bạn hỏi: một"]


async def test_killed_after_the_commit_the_reply_is_there_and_not_made_again(
    database: Database, store: Store, rasa: FakeRasa, clock: Clock
) -> None:
    await store.accept(a_message("một"))
    dying = a_dialogue(database, DiesAfterCommit(database, clock=clock), rasa, clock)
    await dying.start_next()
    with pytest.raises(Killed):
        await asyncio.gather(*dying.turns)

    clock.advance(seconds=31)
    await work_all(a_dialogue(database, store, rasa, clock))

    assert rasa.texts == ["một"]
    assert await texts(store) == ["một", "Bạn hỏi: một"]


async def test_a_message_that_kills_every_worker_is_apologised_for_in_the_end(
    database: Database, store: Store, rasa: FakeRasa, clock: Clock
) -> None:
    await store.accept(a_message("độc"))
    for _ in range(MAX_ATTEMPTS):
        dying = a_dialogue(database, DiesBeforeCommit(database, clock=clock), rasa, clock)
        await dying.start_next()
        with pytest.raises(Killed):
            await asyncio.gather(*dying.turns)
        clock.advance(seconds=31)

    await work_all(a_dialogue(database, store, rasa, clock))

    assert len(rasa.asked) == MAX_ATTEMPTS
    assert await texts(store, after=1) == [APOLOGY]


async def test_stopping_waits_for_a_turn_and_gives_back_what_takes_too_long(
    store: Store, dialogue: Dialogue, rasa: FakeRasa
) -> None:
    rasa.seconds = 0.5
    await store.accept(a_message("một"))
    await dialogue.start_next()

    await dialogue.stop(0.05)
    again = await store.claim_turn()

    assert again is not None  # At once: it need not wait for the lease to end.
    assert again.attempts == 1
    assert not await dialogue.start_next()


@pytest.mark.parametrize("text", ["gọi tôi số [số đã che]", "[số đã che]", "..."])
async def test_nothing_but_staff_speaks_while_they_have_the_conversation(
    store: Store,
    dialogue: Dialogue,
    database: Database,
    clock: Clock,
    rasa: FakeRasa,
    text: str,
) -> None:
    await store.accept(a_message("một"))
    await work_all(dialogue)
    await taken_over(database, clock)

    await store.accept(replace(a_message(text), masked="che" in text))
    await work_all(dialogue)

    assert await texts(store, after=3) == [text]
    assert rasa.texts == ["một"]
