"""The console: an agency has what lies in its own queue, so there is nothing to carry."""

from agencies.outbox.writing import Purpose
from agencies.senders.base import Outcome, Parcel, Refused, Sent


class ConsoleSender:
    async def send(self, parcel: Parcel) -> Outcome:
        """True only when the case lies where the parcel says."""
        case = parcel.case
        if parcel.purpose == Purpose.FORWARD and case is None:
            return Refused("nothing to show")
        if case and parcel.purpose == Purpose.FORWARD and case.agency_code != parcel.recipient:
            return Refused("the case lies with another agency")
        return Sent(f"console:{parcel.key}")

    async def close(self) -> None:
        pass
