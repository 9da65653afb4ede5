import asyncio

from evaluation.latency import measure


async def test_each_person_waits_for_their_answer() -> None:
    asking: set[int] = set()
    most = 0

    async def ask(person: int, question: str) -> bool:
        nonlocal most
        assert person not in asking
        asking.add(person)
        most = max(most, len(asking))
        await asyncio.sleep(0.001)
        asking.remove(person)
        return question != "bad"

    timing = await measure(ask, ["good", "good", "bad"], at_once=3, turns=12)

    assert most == 3
    assert (timing.turns, timing.failed) == (12, 4)
    assert 0 < timing.p50 <= timing.p95
