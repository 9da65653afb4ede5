"""Channels that are left alone for a while: their account is at fault, or all of them must wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gateway.metrics import Metrics
from gateway.store import Clock, now

log = structlog.get_logger()

BROKEN, LONGEST_BROKEN = timedelta(minutes=1), timedelta(minutes=10)
FAILING, LONGEST_FAILING = timedelta(seconds=5), timedelta(minutes=1)
STRIKES = 3  # Conversations that failed with no success between: not the messages are at fault.


@dataclass
class _Rest:
    until: datetime
    length: timedelta
    longest: timedelta
    reason: str


class Pauses:
    """Of this process. After a pause one finds out whether it works again, until it does."""

    def __init__(self, metrics: Metrics, *, clock: Clock = now) -> None:
        self._metrics = metrics
        self._clock = clock
        self._rests: dict[str, _Rest] = {}
        self._strikes: dict[str, set[str]] = {}

    def resting(self) -> frozenset[str]:
        moment = self._clock()
        return frozenset(name for name, rest in self._rests.items() if rest.until > moment)

    def reason(self, name: str) -> str:
        """Why it was paused last; "" once it works."""
        rest = self._rests.get(name)
        return rest.reason if rest else ""

    def broken(self, name: str, reason: str) -> None:
        """Until a person has mended it."""
        self._rest(name, reason, BROKEN, LONGEST_BROKEN)
        log.error("channel.broken", channel=name, reason=reason)

    def slow_down(self, name: str, reason: str, seconds: float | None) -> None:
        """For so long, or longer each time where nobody says how long."""
        if seconds is None:
            self._rest(name, reason, FAILING, LONGEST_FAILING)
        else:
            length = timedelta(seconds=seconds)
            self._rest(name, reason, length, length)

    def nothing_worked_since(self, name: str, conversation: str) -> bool:
        """Since this conversation failed last: nobody knows whether the channel works."""
        return conversation in self._strikes.get(name, ())

    def is_down(self, name: str, conversation: str, reason: str) -> bool:
        """After a failure: whether it is the channel that fails, which then is paused.

        One conversation alone never is: where nobody else writes, its reply would cost no attempt
        and stay in the way of those behind it.
        """
        failed = self._strikes.setdefault(name, set())
        failed.add(conversation)
        if len(failed) < STRIKES:
            return False
        self._rest(name, reason, FAILING, LONGEST_FAILING)
        return True

    def works(self, name: str) -> None:
        """What was under way when a pause began does not end it."""
        self._strikes.pop(name, None)
        rest = self._rests.get(name)
        if rest and rest.until <= self._clock():
            self._end(name, rest)
            log.info("channel.works", channel=name)

    def _rest(self, name: str, reason: str, first: timedelta, longest: timedelta) -> None:
        """Calls that were under way together make one pause."""
        moment, before, length = self._clock(), self._rests.get(name), first
        if before and before.until > moment:
            return
        if before:
            self._end(name, before)
            length = min(before.length * 2, longest) if before.longest == longest else first
        self._rests[name] = _Rest(moment + length, length, longest, reason)
        self._metrics.paused.labels(name, reason).set(1)
        log.warning("channel.paused", channel=name, reason=reason, seconds=length.total_seconds())

    def _end(self, name: str, rest: _Rest) -> None:
        del self._rests[name]
        self._metrics.paused.labels(name, rest.reason).set(0)
