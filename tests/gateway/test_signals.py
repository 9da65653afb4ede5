import asyncio

from gateway.signals import Signals, wait


async def test_wakes_everyone_in_the_conversation_and_no_one_else() -> None:
    signals = Signals()
    with (
        signals.listen("portal:an") as one,
        signals.listen("portal:an") as two,
        signals.listen("portal:binh") as other,
    ):
        signals.wake("portal:an")

        assert one.is_set()
        assert two.is_set()
        assert not other.is_set()


def test_forgets_who_stopped_listening() -> None:
    signals = Signals()
    with signals.listen("portal:an"):
        assert signals.listeners("portal:an") == 1

    assert signals.listeners("portal:an") == 0


async def test_waits_no_longer_than_told_and_clears_what_it_heard() -> None:
    event = asyncio.Event()
    await wait(event, 0.01)

    event.set()
    await wait(event, 10)

    assert not event.is_set()


async def test_a_wait_that_is_cancelled_as_it_is_woken_stays_cancelled() -> None:
    event = asyncio.Event()
    task = asyncio.create_task(wait(event, 10))
    await asyncio.sleep(0)

    event.set()
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
