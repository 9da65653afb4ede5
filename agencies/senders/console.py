"""The console: an agency has what lies in its own queue, if anybody looks there."""

from typing import Protocol

from agencies.outbox.writing import Purpose
from agencies.senders.base import Later, Outcome, Parcel, Refused, Sent, Skipped


class Readers(Protocol):
    """agencies.staff.readers.Readers, as far as this needs it."""

    async def of_cases(self, agency_code: str) -> bool: ...

    async def of_deliveries(self) -> bool: ...


class ConsoleSender:
    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def send(self, parcel: Parcel) -> Outcome:
        """True only when the case lies where the parcel says and an account there shows it."""
        case = parcel.case
        if parcel.purpose == Purpose.FORWARD and case is None:
            return Refused("nothing to show")
        if case and parcel.purpose == Purpose.FORWARD and case.agency_code != parcel.recipient:
            return Refused("the case lies with another agency")
        if await self._is_read(parcel):
            return Sent(f"console:{parcel.key}")
        # A forward or a digest is a promise that somebody was told, so it waits for an account;
        # a reminder is shown with its case anyway.
        waits = parcel.purpose in (Purpose.FORWARD, Purpose.DIGEST) and not parcel.forwarded
        return (Later if waits else Skipped)("nobody has an account here")

    async def close(self) -> None:
        pass

    async def _is_read(self, parcel: Parcel) -> bool:
        if parcel.purpose == Purpose.DIGEST:
            return await self._readers.of_deliveries()
        return await self._readers.of_cases(parcel.recipient)
