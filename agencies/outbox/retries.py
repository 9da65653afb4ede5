"""When to try again, and when to give up."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Retries:
    """Doubling, capped, never all at the same moment; given up only after long and often."""

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=30)
    give_up_after: timedelta = timedelta(hours=72)
    fewest: int = 8  # Tries, so that a process that stood still for days gives nothing up.
    spread: float = 0.2

    def delay(self, failures: int, *, at_least: timedelta | None = None) -> timedelta:
        """How long to wait after so many failures; `at_least` is what the other side asked for.

        >>> Retries(spread=0).delay(3)
        datetime.timedelta(seconds=120)
        >>> Retries(spread=0).delay(1000)
        datetime.timedelta(seconds=1800)
        """
        pause = min(self.first * (1 << min(failures - 1, 20)), self.longest)
        jitter = random.uniform(1 - self.spread, 1 + self.spread)  # noqa: S311
        return max(pause * jitter, min(at_least or timedelta(0), self.longest))

    def is_hopeless(self, failures: int, *, since: datetime, now: datetime) -> bool:
        return failures >= self.fewest and now - since >= self.give_up_after
