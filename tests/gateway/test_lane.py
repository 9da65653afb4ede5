import asyncio
from threading import Event

import pytest

from gateway.lane import Lane


async def test_returns_what_the_work_returns_and_raises_what_it_raises():
    lane = Lane("test")

    assert await lane.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await lane.run(lambda: 1 / 0)

    lane.close()


async def test_the_urgent_goes_before_what_waits_and_the_rest_as_it_came():
    lane, go, done = Lane("test"), Event(), []
    tasks = [asyncio.ensure_future(lane.run(go.wait))]
    tasks += [asyncio.ensure_future(lane.run(lambda n=n: done.append(n))) for n in (1, 2)]
    await asyncio.sleep(0)

    urgent = asyncio.ensure_future(lane.run(lambda: done.append("urgent"), first=True))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks, urgent)

    assert done == ["urgent", 1, 2]
    lane.close()


async def test_what_is_cancelled_while_it_waits_is_not_done():
    lane, go, done = Lane("test"), Event(), []
    busy = asyncio.ensure_future(lane.run(go.wait))
    late = asyncio.ensure_future(lane.run(lambda: done.append(1)))
    await asyncio.sleep(0)

    late.cancel()
    await asyncio.gather(late, return_exceptions=True)
    go.set()
    await busy
    await lane.run(lambda: None)

    assert done == []
    lane.close()


async def test_closing_waits_for_what_was_given():
    lane, done = Lane("test"), []
    task = asyncio.ensure_future(lane.run(lambda: done.append(1)))
    await asyncio.sleep(0)

    await asyncio.to_thread(lane.close)

    assert done == [1]
    await task


async def test_a_closed_lane_takes_nothing():
    lane = Lane("test")
    lane.close()

    with pytest.raises(RuntimeError):
        await lane.run(lambda: 7)


def test_a_lane_that_was_never_used_can_be_closed():
    Lane("test").close()
