"""When the clock has something to do about a case next: warn, tell, go on, close."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agencies.cases.deadlines import Deadlines
from agencies.cases.model import Case, State
from agencies.rules import Rules

_SECOND = timedelta(seconds=1)  # A deadline is passed when its last second is.


def next_look(
    case: Case, rules: Rules, deadlines: Deadlines, *, after: datetime | None = None
) -> datetime | None:
    """The first such moment, also one that has passed; None when time changes nothing any more.

    `after` is the moment at which all that was due had been done.
    """
    moments = _moments(case, rules, deadlines)
    return min((moment for moment in moments if after is None or moment > after), default=None)


def share_due(case: Case, rules: Rules, deadlines: Deadlines, now: datetime) -> int:
    """The highest share of the time that is over and was not told yet; 0 for none."""
    if not runs(case):
        return 0
    passed = [
        share
        for share in rules.warnings.shares
        if share > case.warned
        and now >= deadlines.share_moment(case.counted_from, case.reply_due, share)
    ]
    return max(passed, default=0)


def overdue(case: Case, now: datetime) -> bool:
    return runs(case) and now > case.reply_due


def runs(case: Case) -> bool:
    """Whether the time for the answer is running."""
    return case.state in (State.RECEIVED, State.REGISTERED)


def _moments(case: Case, rules: Rules, deadlines: Deadlines) -> Iterator[datetime]:
    if case.state is State.RECEIVED:
        yield case.register_due + _SECOND
    if case.open and case.forwarded_at is None:
        yield case.forward_due + _SECOND
    if case.state is State.WAITING and case.waiting_since:
        yield deadlines.after(case.waiting_since, rules.waiting.days) + _SECOND
    if case.state is State.ANSWERED and case.answered_at:
        yield deadlines.after(case.answered_at, rules.reopening.days) + _SECOND
    if runs(case):
        if case.overdue_told is None:
            yield case.reply_due + _SECOND
        for share in rules.warnings.shares:
            if share > case.warned:
                yield deadlines.share_moment(case.counted_from, case.reply_due, share)
