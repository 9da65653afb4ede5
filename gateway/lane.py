"""One thread that does one thing after the other, the urgent before the rest."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from queue import PriorityQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

URGENT, USUAL, LAST = range(3)


class Lane:
    def __init__(self, name: str) -> None:
        self._waiting: PriorityQueue[tuple[int, int, Callable[[], None] | None]] = PriorityQueue()
        self._places = count()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._is_begun = False
        self._is_closed = False

    async def run(self, work: Callable[[], T], *, first: bool = False) -> T:
        """What `work` returns or raises. `first` goes before all that waits and is not.

        Raises RuntimeError once it is closed.
        """
        if self._is_closed:
            raise RuntimeError("the lane is closed")
        if not self._is_begun:
            self._is_begun = True
            self._thread.start()
        future: Future[T] = Future()
        place = (URGENT if first else USUAL, next(self._places))
        self._waiting.put((*place, lambda: _fulfil(future, work)))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Wait for all that was given."""
        self._is_closed = True
        if self._is_begun:
            self._waiting.put((LAST, next(self._places), None))
            self._thread.join()

    def _work(self) -> None:
        while task := self._waiting.get()[2]:
            task()


def _fulfil(future: Future[Any], work: Callable[[], Any]) -> None:
    """As an executor does it, which has no order but that of coming."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # It is the caller's.
        future.set_exception(error)
    else:
        future.set_result(result)
