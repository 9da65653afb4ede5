"""Wakes what waits in this process, so that nobody waits for the next look at the database."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Signals:
    """Events by conversation. Losing one costs a poll, never a message."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, conversation: str) -> None:
        for event in self._listeners.get(conversation, ()):
            event.set()

    def listeners(self, conversation: str) -> int:
        return len(self._listeners.get(conversation, ()))

    @contextmanager
    def listen(self, conversation: str) -> Iterator[asyncio.Event]:
        """An event that is set when something happens in the conversation."""
        event = asyncio.Event()
        self._listeners[conversation].add(event)
        try:
            yield event
        finally:
            self._listeners[conversation].discard(event)
            if not self._listeners[conversation]:
                del self._listeners[conversation]


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, at most so long; the event is cleared."""
    # Not wait_for: before Python 3.12 it can swallow a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
