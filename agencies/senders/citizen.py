"""The citizen, through the gateway: in the conversation in which the case began."""

from typing import Protocol

import httpx2

from agencies.senders.base import HELD, Later, Outcome, Parcel, Refused, Sent
from gateway.client import ConversationGone, StaffLineDown, Taken

PECULIAR = {400, 409, 413, 422}  # About this message, whatever the state of the gateway.
INTERNAL_ERROR = 500


class Line(Protocol):
    """gateway.client.StaffLine, as far as this needs it."""

    async def write(
        self,
        conversation: str,
        text: str,
        *,
        key: str,
        author_name: str = "",
        case_code: str = "",
        rate: bool = False,
        purpose: str = "",
    ) -> str | Taken: ...

    async def close(self) -> None: ...


class CitizenSender:
    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, parcel: Parcel) -> Outcome:
        """Sent once the citizen's channel has it, or the gateway keeps it for when they come back;
        asked again until then, which with the same key writes nothing twice."""
        if not parcel.recipient:
            return Refused("the conversation was erased")
        payload = parcel.payload
        text = str(payload.get("text", ""))
        if not text:  # Never our words to agencies in its stead.
            return Refused("the words were erased")
        try:
            delivery = await self._line.write(
                parcel.recipient,
                text,
                key=parcel.key,
                author_name=str(payload.get("author_name", "")),
                case_code=str(payload.get("case_code", "")),
                rate=bool(payload.get("rate", False)),
                purpose=parcel.purpose.value,
            )
        except ConversationGone:
            return Refused("the conversation is gone")
        except StaffLineDown as error:
            return _outcome(error)
        if isinstance(delivery, Taken):
            return Later("the staff of another case have the conversation", everyone=False)
        return _fate(delivery, parcel.key)

    async def close(self) -> None:
        await self._line.close()


def _fate(delivery: str, key: str) -> Outcome:
    if delivery == "sent":
        return Sent(f"gateway:{key}")
    if delivery == "held":
        return Sent(f"{HELD}gateway:{key}")
    if delivery == "dead":
        return Refused("gateway: given up")
    return Later("gateway: on its way", everyone=False)


def _outcome(error: StaffLineDown) -> Outcome:
    """A message it cannot take must not stop all the others; a gateway that is away does."""
    cause = error.__cause__
    status = cause.response.status_code if isinstance(cause, httpx2.HTTPStatusError) else 0
    if status in PECULIAR:
        return Refused(f"gateway: {status}")
    return Later(f"gateway: {status or 'no answer'}", everyone=status != INTERNAL_ERROR)
