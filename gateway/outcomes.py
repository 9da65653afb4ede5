"""What the end of a call makes of a reply's row. Only rules: nothing is read or written here."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.channels.base import Broken, Held, Later, Outcome, Part, Refused, Sent, Way
from gateway.conversation import Author, Delivery
from gateway.outbox_rows import MAX_ATTEMPTS, NOTICE, WELL, fingerprint, settled
from gateway.tables import Told

WAITS = {"state": Told.WAITING, "lease": None, "lease_until": None}
ENDS = {"lease": None, "lease_until": None, "tried_part": ""}
REASON_LENGTH = 100
FIRST_DELAY = 2.0
LONGEST_DELAY = 600.0
OUTAGE = timedelta(minutes=90)  # Where nothing else works either, order is kept for so long.


@dataclass(frozen=True)
class Step:
    """One call for one reply: a part of it, or the notice that it is there."""

    delivery: Delivery
    row_id: int
    part: Part
    place: int
    way: Way
    is_last: bool
    acted_at: datetime | None  # As it was when the way was chosen.
    was_in_doubt: bool = False  # An earlier try of it may have arrived.

    @property
    def is_notice(self) -> bool:
        return self.way is Way.NOTICE

    @property
    def mark(self) -> str:
        return f"{self.row_id}.{NOTICE if self.is_notice else self.place}"

    @property
    def tried(self) -> str:
        """What `tried_part` holds while this is under way."""
        said = fingerprint(self.part.text)
        return f"{NOTICE}:{said}" if self.is_notice else said


@dataclass(frozen=True)
class Verdict:
    """Changes to the row, and what is counted; the reply goes on if it was not put off."""

    values: dict[str, Any]
    counted: str = ""


@dataclass(frozen=True)
class Rules:
    """`echo`: so long a part in doubt waits for its echo; if it was tried before this process
    `began`, an echo may have found nobody listening and comes again, so it has `missed` from then
    on. `patience`: so long a reply may fail."""

    echo: timedelta
    missed: timedelta
    patience: timedelta
    began: datetime

    def doubt_ends(self, tried_at: datetime) -> datetime:
        if tried_at < self.began:
            return max(tried_at + self.echo, self.began + self.missed)
        return tried_at + self.echo

    def held(self, row: sa.RowMapping, reason: str, acted_at: datetime | None) -> Verdict:
        """Until the next act of the citizen; `acted_at` is the one it was judged by."""
        if row["acted_at"] != acted_at:  # They have acted meanwhile.
            return Verdict({**WAITS, "tried_part": ""}, "put_off")
        return Verdict({**ENDS, "state": Told.HELD, "reason": reason[:REASON_LENGTH]}, "held")

    def after(
        self,
        row: sa.RowMapping,
        step: Step,
        outcome: Outcome,
        *,
        at: datetime,
        is_down: bool,
        is_unclear: bool = False,
    ) -> Verdict:
        """`is_down`: the whole channel pauses, so that this costs no attempt. `is_unclear`: it may
        be the channel, so that what comes after it in its conversation waits longer."""
        if isinstance(outcome, Sent) or _is_settled(row, step):
            return self._notified(row, step) if step.is_notice else _sent(row, step, outcome)
        if isinstance(outcome, Held):
            return self.held(row, outcome.reason, step.acted_at)
        if isinstance(outcome, Refused):
            dead = {**ENDS, "state": Told.DEAD, "reason": outcome.reason[:REASON_LENGTH]}
            return Verdict(dead, _death(row))
        if isinstance(outcome, Broken):
            waits = {**WAITS, **_doubt_of(step), "reason": outcome.reason[:REASON_LENGTH]}
            return Verdict(waits, "paused")
        is_down = is_down or outcome.all_of_them
        attempts = int(row["attempts"]) + (not is_down)
        if is_unclear and (row["failing_since"] or at) + OUTAGE > at:
            attempts = min(attempts, MAX_ATTEMPTS - 1)  # What comes after it waits on.
        values = {"attempts": attempts, **({} if outcome.in_doubt else _doubt_of(step))}
        return self._later(row, outcome, values, at=at, is_down=is_down)

    def _notified(self, row: sa.RowMapping, step: Step) -> Verdict:
        held = self.held(row, NOTICE, step.acted_at)
        return Verdict({**held.values, "noticed": True}, "noticed")

    def _later(
        self,
        row: sa.RowMapping,
        later: Later,
        values: dict[str, Any],
        *,
        at: datetime,
        is_down: bool,
    ) -> Verdict:
        wait = timedelta() if is_down else delay(values["attempts"])
        wait = max(wait, timedelta(seconds=later.seconds or 0))
        if later.in_doubt:
            wait = max(wait, self.doubt_ends(row["tried_at"] or at) - at)
        reason = later.reason[:REASON_LENGTH]
        values = {**WAITS, **values, "reason": reason, "not_before": at + wait}
        if later.all_of_them:
            return Verdict(values, "paused")
        since = row["failing_since"] or at
        values["failing_since"] = since
        if since + self.patience <= at:
            return Verdict({**values, **ENDS, "state": Told.DEAD}, _death(row))
        return Verdict(values, "paused" if is_down else "failed")


def _doubt_of(step: Step) -> dict[str, str]:
    """That a later try certainly did not arrive says nothing of the one before."""
    return {} if step.was_in_doubt else {"tried_part": ""}


def _is_settled(row: sa.RowMapping, step: Step) -> bool:
    """Its echo came before the answer."""
    if step.row_id != row["id"]:  # No part of it was tried.
        return False
    return bool(row["noticed"] if step.is_notice else row["parts_done"] > step.place)


def _sent(row: sa.RowMapping, step: Step, outcome: Outcome) -> Verdict:
    values: dict[str, Any] = {}
    if row["parts_done"] == step.place:
        provider_id = outcome.provider_id if isinstance(outcome, Sent) else ""
        values = settled(row, said=step.tried, provider_id=provider_id)
    if step.is_last:
        return Verdict({**values, **ENDS, **WELL, "state": Told.SENT}, "sent")
    return Verdict(values)


def _death(row: sa.RowMapping) -> str:
    return "dead_of_staff" if row["author"] == Author.STAFF else "dead"


def delay(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, capped, never all at the same moment."""
    seconds = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311
