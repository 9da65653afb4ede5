"""Which marks a case bears in the queue: late, nearly late, waiting. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from agencies.cases.model import OPEN, State

SOON_DAYS = 1  # Due today or on the next working day.


class Mark(StrEnum):
    OVERDUE = "overdue"  # No answer in time.
    SOON = "soon"
    REGISTER_LATE = "register_late"  # Not in the register in time.
    FORWARD_LATE = "forward_late"  # Not sent to its agency in time.
    WAITING = "waiting"  # For the citizen: no time runs.


class Dated(Protocol):
    @property
    def state(self) -> State: ...
    @property
    def register_due(self) -> datetime: ...
    @property
    def forward_due(self) -> datetime: ...
    @property
    def reply_due(self) -> datetime: ...
    @property
    def forwarded_at(self) -> datetime | None: ...


def marks(case: Dated, *, now: datetime, soon: datetime) -> tuple[Mark, ...]:
    """The worst first."""
    if case.state not in OPEN:
        return ()
    if case.state is State.WAITING:
        return (Mark.WAITING,)
    found = []
    if case.reply_due < now:
        found.append(Mark.OVERDUE)
    elif case.reply_due < soon:
        found.append(Mark.SOON)
    if case.state is State.RECEIVED and case.register_due < now:
        found.append(Mark.REGISTER_LATE)
    if case.forwarded_at is None and case.forward_due < now:
        found.append(Mark.FORWARD_LATE)
    return tuple(found)
