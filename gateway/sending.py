"""One reply's way out: part by part, each noted before it is sent and after.

What is noted but not known to have arrived is in doubt. Whoever comes upon it waits for its echo,
and only then sends it again; so a process that dies at any moment neither loses nor doubles a part.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.aside import contact_of, showing
from gateway.channels.base import Broken, Channel, Later, Outcome, Part, Sent, Way
from gateway.conversation import Author, Delivery, Mode, may_send
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.outbox_rows import change, ours, settled
from gateway.outcomes import ENDS, WAITS, Rules, Step, Verdict
from gateway.pausing import Pauses
from gateway.rates import Rates
from gateway.store import Clock, now
from gateway.tables import Told, conversation, outbox
from gateway.thread import read_reply

log = structlog.get_logger()

RATE = "rate"
WINDOW = "window"
FINISHED = (Told.SENT, Told.WITHHELD, Told.DEAD)
CALL_SECONDS = 25.0  # Shorter than a lease: who is slow must not be overtaken.


class Sending:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        pauses: Pauses,
        rates: Rates | None,
        rules: Rules,
        *,
        clock: Clock = now,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        self._database = database
        self._channels = channels
        self._metrics = metrics
        self._pauses = pauses
        self._rates = rates
        self._rules = rules
        self._clock = clock
        self._lease = lease

    async def send(self, delivery: Delivery) -> bool:
        """Whether the conversation's next reply may follow. What is left SENDING is to be given
        back by the caller."""
        name, user = delivery.conversation.split(":", 1)
        channel = self._channels.get(name)
        if channel is None:
            return await self._note(_whole(delivery), Later("no_channel"))
        try:
            if channel.echoes:
                return await self._send_in_parts(channel, user, delivery)
            return await self._send_at_once(channel, user, delivery)
        except SQLAlchemyError:
            raise
        except Exception as error:  # A faulty channel must not end the loop.
            log.error("channel.bug", channel=name, error=type(error).__name__)
            return await self._note(_whole(delivery), Later("bug", in_doubt=True))

    async def _send_in_parts(self, channel: Channel, user: str, delivery: Delivery) -> bool:
        while await self._has_leave(channel):
            step = await self._begin(channel, delivery)
            if not isinstance(step, Step):
                return step
            outcome = await self._call(channel, user, step)
            if await self._note(step, outcome):
                return True
            if not isinstance(outcome, Sent) or step.is_notice:
                return False
        return False

    async def _send_at_once(self, channel: Channel, user: str, delivery: Delivery) -> bool:
        """Without a word before: the same again does no harm there."""
        step = _whole(delivery)
        outcome = await self._call(channel, user, step)
        if not isinstance(outcome, Sent):
            return await self._note(step, outcome)
        self._count(delivery, "sent")
        sent = sa.update(outbox).where(ours(delivery)).values(**ENDS, state=Told.SENT)
        await self._database.write(lambda connection: connection.execute(sent))
        return True

    async def _has_leave(self, channel: Channel) -> bool:
        if channel.name in self._pauses.resting():
            return False
        if self._rates is None:
            return True
        seconds = await self._rates.seconds_to_wait_for_provider(channel.name, channel.rate)
        if seconds:
            self._pauses.slow_down(channel.name, RATE, seconds)
        return not seconds

    async def _begin(self, channel: Channel, delivery: Delivery) -> Step | bool:
        """Note what is about to be tried, if it still may be; else whether the next may follow."""

        def work(connection: sa.Connection) -> tuple[Step | None, Verdict | None]:
            row = _locked(connection, delivery)
            if row is None:
                return None, None
            step, verdict = self._next(connection, channel, delivery, row)
            if step:
                moment = self._clock()
                tried = {"tried_part": step.tried, "tried_at": moment}
                lease = {"lease_until": moment + self._lease}
                connection.execute(change(row["id"], **tried, **lease))
            if verdict:
                connection.execute(change(row["id"], **verdict.values))
            return step, verdict

        step, verdict = await self._database.write(work)
        if verdict:
            self._count(delivery, verdict.counted)
        return step or (verdict is not None and verdict.values["state"] in FINISHED)

    def _next(
        self, connection: sa.Connection, channel: Channel, delivery: Delivery, row: sa.RowMapping
    ) -> tuple[Step | None, Verdict | None]:
        author, moment = Author(row["author"]), self._clock()
        if row["tried_part"] and (ends := self._rules.doubt_ends(row["tried_at"])) > moment:
            return None, Verdict({**WAITS, "not_before": ends}, "in_doubt")
        reply = read_reply(row["reply"])
        if reply.shows:
            reply = showing(reply, contact_of(connection, delivery.conversation))
        parts, place = channel.parts(reply), int(row["parts_done"])
        if place >= len(parts):
            return None, Verdict({**ENDS, "state": Told.SENT}, "sent")
        if not may_send(author, Mode(row["mode"])):
            return None, Verdict({**ENDS, "state": Told.WITHHELD}, "withheld")
        way = channel.way(
            # What a program writes in the name of staff says nobody's name.
            by_person=author is Author.STAFF and bool(reply.by),
            since_act=moment - row["acted_at"] if row["acted_at"] else None,
        )
        notice = channel.notice(reply) if way is Way.NOTICE and not row["noticed"] else None
        if way is Way.HOLD or (way is Way.NOTICE and notice is None):
            return None, self._rules.held(row, WINDOW, row["acted_at"])
        part = notice or parts[place]
        is_last = place + 1 == len(parts)
        step = Step(delivery, row["id"], part, place, way, is_last, row["acted_at"])
        return replace(step, was_in_doubt=row["tried_part"] == step.tried), None

    async def _call(self, channel: Channel, user: str, step: Step) -> Outcome:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await channel.send(user, step.part, mark=step.mark, way=step.way)
        except TimeoutError:
            return Later("timeout", in_doubt=True)

    async def _note(self, step: Step, outcome: Outcome) -> bool:
        """What became of it; whether the conversation's next reply may follow."""
        is_unclear = self._is_unclear(step)
        is_down = self._is_down(step, outcome)

        def work(connection: sa.Connection) -> Verdict | None:
            row = _locked(connection, step.delivery)
            if row is None:
                _note_late(connection, step, outcome)
                return None
            verdict = self._rules.after(
                row, step, outcome, at=self._clock(), is_down=is_down, is_unclear=is_unclear
            )
            if verdict.values:
                connection.execute(change(row["id"], **verdict.values))
            return verdict

        verdict = await self._database.write(work)
        if verdict is None:  # Erased, or somebody else's by now.
            return False
        self._count(step.delivery, verdict.counted)
        if not isinstance(outcome, Sent):
            log.warning("outbox.failed", outbox=step.row_id, reason=outcome.reason)
        return verdict.values.get("state") in FINISHED

    def _is_unclear(self, step: Step) -> bool:
        conversation = step.delivery.conversation
        return self._pauses.nothing_worked_since(conversation.split(":", 1)[0], conversation)

    def _is_down(self, step: Step, outcome: Outcome) -> bool:
        """Whether the channel is to be left alone now, for what became of one call."""
        conversation = step.delivery.conversation
        name = conversation.split(":", 1)[0]
        if isinstance(outcome, Broken):
            self._pauses.broken(name, outcome.reason)
            return True
        if isinstance(outcome, Later) and outcome.all_of_them:
            self._pauses.slow_down(name, outcome.reason, outcome.seconds)
            return True
        if isinstance(outcome, Later):
            known = name in self._channels
            return known and self._pauses.is_down(name, conversation, outcome.reason)
        self._pauses.works(name)
        return False

    def _count(self, delivery: Delivery, outcome: str) -> None:
        if outcome:
            channel = delivery.conversation.split(":", 1)[0]
            self._metrics.deliveries.labels(outcome, channel).inc()


def _whole(delivery: Delivery) -> Step:
    return Step(delivery, 0, Part(delivery.reply.text), 0, Way.DIRECT, True, None)


def _locked(connection: sa.Connection, delivery: Delivery) -> sa.RowMapping | None:
    """The reply with what is to be known of its conversation, which does not change meanwhile."""
    name = sa.select(conversation.c.name).where(conversation.c.name == delivery.conversation)
    connection.execute(name.with_for_update())
    row: sa.RowMapping | None = (
        connection.execute(
            sa.select(outbox, conversation.c.mode, conversation.c.acted_at)
            .join(conversation, conversation.c.name == outbox.c.conversation)
            .where(ours(delivery))
            .with_for_update(of=outbox)
        )
        .mappings()
        .first()
    )
    return row


def _note_late(connection: sa.Connection, step: Step, outcome: Outcome) -> None:
    """The lease has run out, but what the provider has it has."""
    tried = sa.select(outbox).where(
        outbox.c.id == step.row_id,
        outbox.c.parts_done == step.place,
        outbox.c.tried_part == step.tried,
    )
    row = connection.execute(tried.with_for_update()).mappings().first()
    if row and isinstance(outcome, Sent) and not step.is_notice:
        values = settled(row, said=step.tried, provider_id=outcome.provider_id)
        connection.execute(change(row["id"], **values))
