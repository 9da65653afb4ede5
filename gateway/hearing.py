"""What a citizen sent through a provider: words, a button, files, a position."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from gateway.channels.base import Channel, Event
from gateway.conversation import Delivery
from gateway.events import Arrival, Events
from gateway.given import GivenFiles
from gateway.inbox import Inbox, Refused
from gateway.messages import Incoming, Reply
from gateway.nearby import Nearby
from gateway.rates import Rates
from gateway.standing import Standing, Standings
from gateway.texts import Given, Refusal, Texts
from gateway.visits import Notice, Visits

FILES = ("image", "file")
ALIKE = {"gif": "sticker"}
BURST = timedelta(minutes=1)  # Within it nobody is told the same twice.


class Hearing:
    def __init__(
        self,
        events: Events,
        visits: Visits,
        standings: Standings,
        inbox: Inbox,
        given: GivenFiles,
        nearby: Nearby,
        rates: Rates,
        texts: Texts,
    ) -> None:
        self._events = events
        self._visits = visits
        self._standings = standings
        self._inbox = inbox
        self._given = given
        self._nearby = nearby
        self._rates = rates
        self._texts = texts

    async def hear(
        self, arrival: Arrival, event: Event, channel: Channel, raw: dict[str, Any]
    ) -> tuple[str, list[Delivery]]:
        """How it ended, and what the caller is to send now. Of the event `raw` is kept.

        Raises Overtaken.
        """
        seconds = await self._rates.seconds_to_wait_for_session(arrival.conversation)
        if seconds:
            hurry = Reply(self._texts.refusal(Refusal.TOO_MANY, seconds=seconds))
            told = await self._visits.come(arrival, raw, [Notice("hurry", hurry, BURST)])
            return "too_many", told
        standing = await self._standings.of(arrival, channel, event.text)
        if standing.twice:
            await self._events.finish(arrival, raw)
            return "twice", []
        notices = await self._files(arrival, event, channel, standing)
        text, about = await self._place(event, standing)
        notices += about
        if text or not (notices or event.attachments or event.position):
            return await self._take(arrival, text, notices, raw)
        notices += self._hints(event, standing)
        return "beside", await self._visits.come(arrival, raw, notices)

    async def _take(
        self, arrival: Arrival, text: str, notices: Sequence[Notice], raw: dict[str, Any]
    ) -> tuple[str, list[Delivery]]:
        """The words, and what is said before their answer."""
        told: list[Delivery] = []
        message = Incoming(arrival.channel, arrival.user, text, message_id=arrival.key)
        along = self._visits.beginning(arrival, raw, notices, told)
        try:
            await self._inbox.take(message, along=along)
        except Refused as refused:
            why = Reply(self._texts.refusal(refused.reason, seconds=refused.seconds))
            notices = [*notices, Notice("refused", why)]
            return "refused", await self._visits.come(arrival, raw, notices)
        return "taken", told

    async def _files(
        self, arrival: Arrival, event: Event, channel: Channel, standing: Standing
    ) -> list[Notice]:
        files = [one for one in event.attachments if one.kind in FILES]
        if not files:
            return []
        if not standing.asks:
            # A person who reads along sees it; the bot does not say that it cannot use it.
            reply = self._texts.given({Given.NOT_ASKED: len(files)})
            return [] if standing.by_person else [Notice("not_asked", reply, BURST)]
        ends = await self._given.keep(arrival, channel, files)
        return [Notice("given", self._texts.given(ends))]

    async def _place(self, event: Event, standing: Standing) -> tuple[str, list[Notice]]:
        """What they say by their position, and the office that is next to it."""
        if event.position is None:
            return standing.meant, []
        office = await self._nearby.office(event.position)
        if office is None:
            hint = Notice("hint:place", self._texts.hints["place"], BURST)
            return standing.meant, [] if standing.by_person else [hint]
        text = standing.meant or self._texts.place_said(office)
        return text, [Notice("office", self._texts.nearest_office(office))]

    def _hints(self, event: Event, standing: Standing) -> list[Notice]:
        """What to send instead of what cannot be understood."""
        if standing.by_person:
            return []
        kinds = (one.kind for one in event.attachments if one.kind not in FILES)
        known = (ALIKE.get(kind, kind) for kind in kinds)
        hints = dict.fromkeys(kind if kind in self._texts.hints else "other" for kind in known)
        return [Notice(f"hint:{kind}", self._texts.hints[kind], BURST) for kind in hints]
