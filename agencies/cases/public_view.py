"""What whoever holds the code may see of a case: where it stands, nothing about people."""

from collections.abc import Sequence

from agencies.cases.model import Case, Event, EventKind, State
from agencies.client import PublicCase, PublicEvent

# Written by staff to the citizen. What the citizen wrote is theirs, and somebody may look on.
_SHOWN = (EventKind.ASKED, EventKind.ANSWERED, EventKind.DECLINED)


def public_view(case: Case, events: Sequence[Event], *, can_reopen: bool) -> PublicCase:
    answered = case.state in (State.ANSWERED, State.CLOSED) and bool(case.answer)
    return PublicCase(
        code=case.code,
        state=case.state,
        agency=case.agency_name,
        received_at=case.received_at,
        reply_due=case.reply_due,
        forwarded=case.forwarded_at is not None,
        answer=case.answer if answered else "",
        answered_by=case.agency_name if answered else "",
        events=tuple(_event(event) for event in events if event.public),
        can_rate=answered,
        can_reopen=can_reopen,
        question=_last(events, EventKind.ASKED) if case.state is State.WAITING else "",
        declined=_last(events, EventKind.DECLINED) if case.state is State.DECLINED else "",
    )


def _last(events: Sequence[Event], kind: EventKind) -> str:
    return next((event.text for event in reversed(events) if event.kind is kind), "")


def _event(event: Event) -> PublicEvent:
    return PublicEvent(
        at=event.at,
        kind=event.kind,
        agency=event.data.get("to_name") or event.data.get("agency_name") or "",
        text=event.text if event.kind in _SHOWN else "",
    )
