"""What is done about an event of a provider, by its kind."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gateway.channels.base import Channel, Event, Kind
from gateway.clean import clean
from gateway.conversation import Delivery
from gateway.events import Arrival, Events, finish
from gateway.forgetting import Forgetting
from gateway.hearing import Hearing
from gateway.masking import Masking
from gateway.outbox import Outbox
from gateway.staff import StaffDesk
from gateway.visits import Visits

# Where in an event a position may stand; what a provider calls it, and pictures of it.
PLACES = {"attachments", "coordinates", "latitude", "longitude", "lat", "long", "lng", "text"}


class Acts:
    def __init__(
        self,
        channels: Mapping[str, Channel],
        events: Events,
        hearing: Hearing,
        visits: Visits,
        outbox: Outbox,
        staff: StaffDesk,
        forgetting: Forgetting,
        masking: Masking,
        erased: Callable[[], None],
    ) -> None:
        """`erased` tells the errands that there is one."""
        self._channels = channels
        self._events = events
        self._hearing = hearing
        self._visits = visits
        self._outbox = outbox
        self._staff = staff
        self._forgetting = forgetting
        self._masking = masking
        self._erased = erased

    async def work(self, arrival: Arrival) -> tuple[str, list[Delivery]]:
        """How it ended, and what the caller is to send now.

        Each step leaves nothing behind that doing all of them again would double. Raises Overtaken.
        """
        channel = self._channels[arrival.channel]
        event = replace(channel.read(arrival.raw), user=arrival.user, key=arrival.key)
        raw = self._kept_of(arrival, event)
        match arrival.kind:
            case Kind.MESSAGE:
                return await self._hearing.hear(arrival, event, channel, raw)
            case Kind.GREETED:
                return "greeted", await self._visits.come(arrival, raw)
            case Kind.ACTED:
                await self._visits.acted(arrival, raw)
            case Kind.ECHO:
                return await self._echo(arrival, event, raw), []
            case Kind.WITHDRAWN:
                await self._withdrawn(arrival)
            case _:
                await self._events.finish(arrival, raw)
        return arrival.kind, []

    async def give_up(self, arrival: Arrival) -> list[Delivery]:
        """It is not tried again, and not even read. Raises Overtaken."""
        return await self._visits.give_up(arrival, {})

    def _kept_of(self, arrival: Arrival, event: Event) -> dict[str, Any]:
        """What stays of an event once it is worked: no personal data, and no position."""
        if arrival.kind is Kind.ACTED:  # It may hold what they filled in: nobody's business.
            return {}
        raw = _without_place(arrival.raw) if event.position else arrival.raw
        masked: dict[str, Any] = self._masking.mask_event(raw)
        return masked

    async def _echo(self, arrival: Arrival, event: Event, raw: dict[str, Any]) -> str:
        """Ours settles whether they have it; a person's means that they take over.

        Nothing of a machine's is kept: its words are in the outbox, or their citizen was forgotten
        since.
        """
        if await self._outbox.heard(arrival.channel, event) or not event.by_person:
            await self._events.empty(arrival)
            return "echo"
        await self._staff.wrote_elsewhere(
            arrival.conversation,
            self._masking.mask(clean(event.text)).text,
            key=f"echo:{arrival.channel}:{arrival.key}",
            at=arrival.at,
            along=lambda connection: finish(connection, arrival, raw),
        )
        return "taken_over"

    async def _withdrawn(self, arrival: Arrival) -> None:
        """Finishes the event, too: nothing of it is left."""
        await self._forgetting.erase(arrival.conversation, elsewhere=True)
        self._erased()


def _without_place(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {key: _without_place(value) for key, value in raw.items() if key not in PLACES}
    return [_without_place(value) for value in raw] if isinstance(raw, list) else raw
