"""The one way in for messages, whichever channel they come through."""

from collections.abc import Callable
from dataclasses import replace

from gateway.clean import clean
from gateway.messages import Incoming
from gateway.signals import Signals
from gateway.store import Store
from gateway.texts import Refusal


class Refused(Exception):
    """The message was not taken; the citizen is told why."""

    def __init__(self, reason: Refusal, *, seconds: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.seconds = seconds  # To wait before the next try.


class Inbox:
    def __init__(
        self, store: Store, signals: Signals, wake: Callable[[], None], *, length_limit: int
    ) -> None:
        """`wake` tells the dialogue that there is work."""
        self._store = store
        self._signals = signals
        self._wake = wake
        self._length_limit = length_limit

    async def take(self, message: Incoming, *, begin: bool = True) -> int:
        """Clean and keep a message; returns its place in the thread.

        Raises Refused, and UnknownConversation unless it may `begin` one.
        """
        text = clean(message.text)
        if not text:
            raise Refused(Refusal.EMPTY)
        if len(text) > self._length_limit:
            raise Refused(Refusal.TOO_LONG)
        sequence = await self._store.accept(replace(message, text=text), begin=begin)
        self._wake()
        self._signals.wake(message.conversation)
        return sequence
