"""The one way in for messages, whichever channel they come through."""

from collections.abc import Callable
from dataclasses import replace

from gateway.clean import clean
from gateway.contact import ContactReader
from gateway.masking import Masking
from gateway.messages import Incoming
from gateway.signals import Signals
from gateway.store import Along, Store
from gateway.texts import Refusal


class Refused(Exception):
    """The message was not taken; the citizen is told why."""

    def __init__(self, reason: Refusal, *, seconds: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.seconds = seconds  # To wait before the next try.


class Inbox:
    def __init__(
        self,
        store: Store,
        signals: Signals,
        wake: Callable[[], None],
        *,
        masking: Masking,
        sealed_text: str,
        length_limit: int,
    ) -> None:
        """`wake` tells the dialogue that there is work."""
        self._store = store
        self._signals = signals
        self._wake = wake
        self._masking = masking
        self._contacts = ContactReader(masking)
        self._sealed_text = sealed_text
        self._length_limit = length_limit

    async def take(
        self, message: Incoming, *, begin: bool = True, along: Along | None = None
    ) -> int:
        """Clean a message, mask personal data in it and keep it; returns its place in the thread.

        `along` is written with it, or it is not kept either.

        Raises Refused, and UnknownConversation unless it may `begin` one.
        """
        text = clean(message.text)
        message = replace(message, unread=self._contacts.fault(text) or "")
        if not text:
            raise Refused(Refusal.EMPTY)
        if len(text) > self._length_limit:
            raise Refused(Refusal.TOO_LONG)
        sequence = await self._store.accept(
            self._masked(message, text),
            begin=begin,
            sealed=self._sealed(message, text),
            along=along,
        )
        self._wake()
        self._signals.wake(message.conversation)
        return sequence

    def _sealed(self, message: Incoming, text: str) -> Incoming | None:
        """The message for when it answers "how can you be reached": none of its words are kept."""
        contact = self._contacts.read(text)
        if contact is None:
            return None
        return replace(message, text=self._sealed_text, raw={}, contact=contact)

    def _masked(self, message: Incoming, text: str) -> Incoming:
        """Nothing behind this line has seen what was masked."""
        masked = self._masking.mask(text)
        raw = self._masking.mask_event(message.raw)
        return replace(message, text=masked.text, raw=raw, masked=masked.count > 0)
