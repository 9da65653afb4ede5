"""What becomes of a reply that Messenger did not take, by its error code (messenger_errors.yml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from gateway.channels.base import Broken, Held, Later, Outcome, Refused
from gateway.channels.messenger_client import Problem

TABLE = Path(__file__).with_name("messenger_errors.yml")
OUTCOMES = ("later", "slow", "held", "refused", "broken")
PAUSE = 60.0  # Of a Page that is too fast, where Meta does not say for how long.
SERVER_FAULT = 500
TOO_FAST = 429
UNAUTHORISED = 401


@dataclass(frozen=True)
class Fault:
    """What one code means."""

    outcome: str
    why: str

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"messenger_errors.yml: no such outcome: {self.outcome}")


def read_faults() -> Mapping[str, Fault]:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {code: Fault(**line) for code, line in table.items()}


def outcome(problem: Problem, faults: Mapping[str, Fault]) -> Outcome:
    """Of a call that was answered; the reason is the code, never the words."""
    if problem.code is None:
        return _of_status(problem)
    reason = _reason(problem)
    code, subcode = problem.code, problem.subcode
    names = (f"{code}/{subcode}", f"/{subcode}", f"{code}", f"/{code}")
    fault = next((faults[name] for name in names if name in faults), None)
    if fault is None:
        transient = problem.is_transient or problem.status >= SERVER_FAULT
        return Later(reason, problem.seconds) if transient else Refused(reason)
    match fault.outcome:
        case "held":
            return Held(reason)
        case "refused":
            return Refused(reason)
        case "broken":
            return Broken(reason)
        case "slow":
            return Later(reason, problem.seconds or PAUSE, all_of_them=True)
        case _:
            return Later(reason, problem.seconds)


def _of_status(problem: Problem) -> Outcome:
    """Something in between answered: it may have given up on Meta, which took the message."""
    reason = f"http_{problem.status}"
    if problem.status == TOO_FAST:
        return Later(reason, problem.seconds or PAUSE, all_of_them=True)
    if problem.status == UNAUTHORISED:
        return Broken(reason)
    if problem.status >= SERVER_FAULT:
        return Later(reason, problem.seconds, in_doubt=True)
    return Refused(reason)


def _reason(problem: Problem) -> str:
    return f"{problem.code}/{problem.subcode}" if problem.subcode else f"{problem.code}"
