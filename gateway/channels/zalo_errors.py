"""What becomes of a reply that Zalo did not take, by its error code (zalo_errors.yml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml

from gateway.channels.base import Broken, Held, Later, Outcome, Refused

TABLE = Path(__file__).with_name("zalo_errors.yml")
OUTCOMES = ("later", "slow", "morning", "held", "refused", "broken", "token")
VIETNAM = timezone(timedelta(hours=7))
MORNING = timedelta(hours=6, minutes=5)


@dataclass(frozen=True)
class Fault:
    """What one code means."""

    outcome: str
    why: str
    seconds: float | None = None
    alarm: bool = False

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"zalo_errors.yml: no such outcome: {self.outcome}")


UNLISTED = Fault("later", "not documented")


def read_faults() -> Mapping[int, Fault]:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {code: Fault(**line) for code, line in table.items()}


def outcome(code: int, fault: Fault, *, now: datetime) -> Outcome:
    """Of every fault but "token", which is mended first."""
    reason = str(code)
    match fault.outcome:
        case "held":
            return Held(reason)
        case "refused":
            return Refused(reason)
        case "broken" | "token":
            return Broken(reason)
        case "slow":
            return Later(reason, fault.seconds, all_of_them=True)
        case "morning":
            return Later(reason, until_morning(now))
        case _:
            return Later(reason, fault.seconds)


def until_morning(now: datetime) -> float:
    """Seconds until 06:05 in Vietnam."""
    here = now.astimezone(VIETNAM)
    morning = here.replace(hour=0, minute=0, second=0, microsecond=0) + MORNING
    if morning <= here:
        morning += timedelta(days=1)
    return (morning - here).total_seconds()
