"""How a conversation stands when something comes: what a number means, what was tapped twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.channels.base import Channel
from gateway.channels.showing import Words
from gateway.clean import clean
from gateway.conversation import Author, Mode
from gateway.database import Database
from gateway.events import Arrival
from gateway.masking import Masking
from gateway.messages import Reply
from gateway.store import Clock, named, now
from gateway.tables import Told, event, inbox, outbox
from gateway.thread import read_reply

TAPPED_TWICE = timedelta(seconds=10)
LAST_REPLIES = 10


@dataclass(frozen=True)
class Standing:
    meant: str  # What the citizen says: the choice, where they typed its number.
    twice: bool = False  # A button that they pressed already.
    asks: str = ""  # What an open form awaits.
    by_person: bool = False  # Somebody talks with them in the provider's own inbox.


@dataclass(frozen=True)
class _Said:
    reply: Reply
    author: str
    at: datetime
    shown: bool


class Standings:
    def __init__(
        self,
        database: Database,
        masking: Masking,
        words: Words,
        *,
        clock: Clock = now,
        staff_patience: timedelta = timedelta(hours=1),
    ) -> None:
        """`words` are those around replies, with buttons of their own."""
        self._database = database
        self._masking = masking
        self._words = words
        self._clock = clock
        self._staff_patience = staff_patience

    async def of(self, arrival: Arrival, channel: Channel, text: str) -> Standing:
        """`text` is what came with the arrival."""
        return await self._database.read(
            lambda connection: self._read(connection, arrival, channel, text)
        )

    def _read(
        self, connection: sa.Connection, arrival: Arrival, channel: Channel, text: str
    ) -> Standing:
        row = connection.execute(named(arrival.conversation)).mappings().first()
        if row is None or not text.strip():
            return Standing(
                text, asks=row["asks"] if row else "", by_person=self._is_by_person(row)
            )
        said = [_said(one) for one in connection.execute(_last_replies(arrival)).mappings()]
        earlier = [(body, at) for body, at in connection.execute(taken_with(arrival))]
        staff = row["mode"] == Mode.STAFF
        return Standing(
            text if staff else chosen(text, said, channel),
            twice=self._is_twice(arrival, text, said, earlier),
            asks=row["asks"],
            by_person=self._is_by_person(row),
        )

    def _is_by_person(self, row: sa.RowMapping | None) -> bool:
        if row is None or row["mode"] != Mode.STAFF or row["staff_case"] or not row["staff_at"]:
            return False
        return bool(row["staff_at"] + self._staff_patience > self._clock())

    def _is_twice(
        self,
        arrival: Arrival,
        text: str,
        said: Sequence[_Said],
        earlier: Sequence[tuple[dict[str, Any], datetime]],
    ) -> bool:
        """The same button of the same reply: where it was offered anew, it is another choice."""
        taps = [at for body, at in earlier if body["text"] == self._masking.mask(clean(text)).text]
        offers = [
            one.at
            for one in said
            if one.at <= arrival.received_at
            and clean(text) in map(clean, payloads(one.reply, self._words))
        ]
        return bool(taps and offers) and max(offers) <= max(taps)


def chosen(text: str, said: Sequence[_Said], channel: Channel) -> str:
    """What a number stands for in the last reply that left a choice; else the text itself."""
    number = text.strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= 2):
        return text
    for one in said:
        if not one.shown:
            continue
        if one.author == Author.STAFF and one.reply.answers_case:
            return text  # It rates that.
        if one.reply.buttons:
            choices = channel.choices(one.reply)
            place = int(number) - 1
            return choices[place].payload if 0 <= place < len(choices) else text
    return text


def payloads(reply: Reply, words: Words) -> Iterator[str]:
    """What its buttons say, with those that apps are shown below it."""
    yield from (button.payload for button in reply.buttons)
    if reply.rateable:
        yield from (button.payload for button in words.rate_buttons)
    if reply.answers_case and reply.case:
        for button in (*words.score_buttons, words.unsolved):
            yield button.payload.format(code=reply.case)


def _said(row: sa.RowMapping) -> _Said:
    shown = row["state"] == Told.SENT or bool(row["parts_done"] or row["tried_part"])
    return _Said(read_reply(row["reply"]), row["author"], row["written_at"], shown)


def _last_replies(arrival: Arrival) -> sa.Select[Any]:
    """The newest first."""
    chosen = sa.select(outbox).where(outbox.c.conversation == arrival.conversation)
    return chosen.order_by(outbox.c.sequence.desc()).limit(LAST_REPLIES)


def taken_with(arrival: Arrival) -> sa.Select[Any]:
    """What was taken of this citizen at about the same time, and when it came."""
    kept = sa.and_(
        inbox.c.channel == event.c.channel,
        inbox.c.event_key == event.c.user + ":" + event.c.event_key,
    )
    return (
        sa.select(inbox.c.body, event.c.received_at)
        .join(inbox, kept)
        .where(inbox.c.conversation == arrival.conversation, event.c.id != arrival.id)
        .where(event.c.channel == arrival.channel, event.c.user == arrival.user)
        .where(event.c.at.between(arrival.at - TAPPED_TWICE, arrival.at + TAPPED_TWICE))
    )
