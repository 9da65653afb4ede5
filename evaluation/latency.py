"""How long a citizen waits: the same questions asked by one and by several people at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

Ask = Callable[[int, str], Awaitable[bool]]  # Who asks, what; whether an answer came.


@dataclass(frozen=True)
class Timing:
    """Seconds of one run; failed turns are counted and not timed."""

    at_once: int
    turns: int
    failed: int
    p50: float
    p95: float
    per_second: float


async def measure(ask: Ask, questions: Sequence[str], *, at_once: int, turns: int) -> Timing:
    """Let `at_once` people ask `turns` questions in all, each waiting for the answer."""
    seconds: list[float] = []
    failed = 0
    start = perf_counter()

    async def person(number: int) -> None:
        nonlocal failed
        for turn in range(number, turns, at_once):
            began = perf_counter()
            if await ask(number, questions[turn % len(questions)]):
                seconds.append(perf_counter() - began)
            else:
                failed += 1

    await asyncio.gather(*(person(number) for number in range(at_once)))
    took = perf_counter() - start
    return Timing(
        at_once=at_once,
        turns=turns,
        failed=failed,
        p50=percentile(seconds, 0.5),
        p95=percentile(seconds, 0.95),
        per_second=len(seconds) / took,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed; 0 without values.

    >>> percentile([3, 1, 2], 0.5)
    2
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
