"""What the conversation is about so far, as the tracker's slots keep it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import Restarted, SlotSet

from actions.report import Report, read_report, written
from knowledge.client import Choice

Event = dict[str, Any]

QUESTIONS = {"ask_procedure", "ask_aspect"}
UNCLEAR = {*QUESTIONS, "nlu_fallback"}  # What may be passed on to an agency as a question.
# Intents of messages after which a procedure in focus is what the conversation is about.
ABOUT_PROCEDURES = {*UNCLEAR, "choose", "correct", "go_back", "more", "solved", "not_solved"}
EARLIER = 3  # Questions; what lies further back is another matter.
LONGEST_PAST = 5


class Choosing(StrEnum):
    """What the offered choices are."""

    NOTHING = ""
    PROCEDURE = "procedure"
    CASE = "case"
    PLACE = "place"


class Waiting(StrEnum):
    """What the bot asked for with its last message."""

    NOTHING = ""
    DOSSIER_CODE = "dossier_code"
    HANDOVER = "handover"  # Yes or no to passing the question on.
    RATING = "rating"  # From 1 to 5, of an answer that was just shown.
    RESTART = "restart"  # Whether an open form is to be thrown away.


@dataclass(frozen=True)
class Thread:
    """`pending` is what was asked before it was clear about which procedure, case or place;
    `earlier` are the questions before the latest message, oldest first; `past` the procedures
    in focus before this one, newest last; `more` the parts of an answer not shown yet; `told` the
    parts of the question that waits that were answered at once.
    """

    focus: Choice | None = None
    case: Choice | None = None
    place: str = ""
    choices: tuple[Choice, ...] = ()
    choosing: Choosing = Choosing.NOTHING
    pending: str = ""
    told: tuple[str, ...] = ()
    misunderstood: int = 0
    past: tuple[Choice, ...] = ()
    more: tuple[str, ...] = ()
    waiting_for: Waiting = Waiting.NOTHING
    abused: bool = False
    earlier: tuple[str, ...] = ()
    last_question: str = ""
    last_complaint: str = ""
    fresh: bool = False  # Whether the message before was about the procedure in focus.
    place_name: str = ""
    begun_anew: bool = False  # All that was said is to be forgotten.
    report: Report | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)

    def about(self, procedure: Choice, case: Choice | None = None) -> "Thread":
        """From now on follow-ups are about this procedure; nothing waits any more."""
        same = self.focus is not None and self.focus.code == procedure.code
        left = self if same else self.leaving(keep=tuple(p for p in self.past if p != procedure))
        return replace(left.settled(), focus=procedure, case=case or (self.case if same else None))

    def asking(self, choices: Sequence[Choice], choosing: Choosing, question: str) -> "Thread":
        """The question waits until one of these is chosen."""
        return replace(self, choices=tuple(choices), choosing=choosing, pending=question)

    def settled(self) -> "Thread":
        """Nothing waits any more; a procedure in focus stays."""
        return replace(self, choices=(), choosing=Choosing.NOTHING, pending="", told=(), more=())

    def leaving(self, keep: tuple[Choice, ...] | None = None) -> "Thread":
        """Nothing is in focus; the citizen can go back to what was."""
        past = self.past if keep is None else keep
        if self.focus:
            past = (*(one for one in past if one.code != self.focus.code), self.focus)
        return replace(self.settled(), focus=None, case=None, past=past[-LONGEST_PAST:])

    def dropping(self) -> "Thread":
        """What was in focus was a mistake: it is not gone back to."""
        return replace(self.settled(), focus=None, case=None)

    def back_to(self, place: int) -> "Thread":
        """One of the past procedures is in focus again, and those before it are its past."""
        earlier = replace(self.settled(), past=self.past[:place])
        return replace(earlier, focus=self.past[place], case=None)

    def slots(self) -> dict[str, Any]:
        return {
            "procedure_code": self.focus.code if self.focus else None,
            "procedure_title": self.focus.title if self.focus else None,
            "case": self.case.code if self.case else None,
            "case_title": self.case.title if self.case else None,
            "place": self.place or None,
            "place_name": self.place_name or None,
            "choices": _written(self.choices),
            "choosing": self.choosing.value or None,
            "pending_question": self.pending or None,
            "told": list(self.told) or None,
            "misunderstood": self.misunderstood or None,
            "past": _written(self.past),
            "more": list(self.more) or None,
            "waiting_for": self.waiting_for.value or None,
            "abused": self.abused or None,
            "report": written(self.report),
        }


def read_thread(tracker: Tracker) -> Thread:
    """Read the slots of this conversation."""
    slot = tracker.get_slot
    focus = slot("procedure_code")
    case = slot("case")
    questions = _asked(tracker.events, QUESTIONS)
    return Thread(
        focus=Choice(focus, slot("procedure_title") or "") if focus else None,
        case=Choice(case, slot("case_title") or "") if case else None,
        place=slot("place") or "",
        place_name=slot("place_name") or "",
        choices=_read(slot("choices")),
        choosing=Choosing(slot("choosing") or ""),
        pending=slot("pending_question") or "",
        told=tuple(slot("told") or ()),
        misunderstood=slot("misunderstood") or 0,
        past=_read(slot("past")),
        more=tuple(slot("more") or ()),
        waiting_for=Waiting(slot("waiting_for") or ""),
        abused=bool(slot("abused")),
        earlier=questions[-EARLIER:],
        report=read_report(slot("report")),
        last_question=next(iter(_asked(tracker.events, UNCLEAR)[-1:]), ""),
        last_complaint=next(iter(_asked(tracker.events, {"complaint"})[-1:]), ""),
        fresh=_before(tracker.events) in ABOUT_PROCEDURES,
    )


def silence(tracker: Tracker) -> float:
    """Seconds between the latest message and the one before it; 0 for the first."""
    times = [event["timestamp"] for event in tracker.events if event["event"] == "user"]
    return float(times[-1] - times[-2]) if len(times) > 1 else 0.0


def spoke_last(tracker: Tracker) -> bool:
    """Whether the message before the latest was answered by an action, not by Rasa's own words."""
    heard = [at for at, event in enumerate(tracker.events) if event["event"] == "user"]
    before = tracker.events[: heard[-1]] if heard else tracker.events
    silent = ("action_listen", "action_go_on", None)
    names = [
        event["name"]
        for event in before
        if event["event"] == "action" and event["name"] not in silent
    ]
    return not names or not names[-1].startswith("utter_")


def slot_events(before: Thread, after: Thread) -> list[Event]:
    """What has changed, for the tracker."""
    if after.begun_anew:
        return [Restarted()]
    old = before.slots()
    return [SlotSet(name, value) for name, value in after.slots().items() if old[name] != value]


def _asked(events: Iterable[Event], intents: set[str]) -> tuple[str, ...]:
    """Messages of these intents before the latest one, since the conversation began anew."""
    texts: list[str] = []
    latest = ""
    for event in events:
        if event["event"] == "restart":
            texts, latest = [], ""
        elif event["event"] == "user":
            texts += [latest] if latest else []
            latest = (event.get("text") or "") if _intent(event) in intents else ""
    return tuple(texts)


def _before(events: Iterable[Event]) -> str:
    """The intent of the message before the latest."""
    intents = [_intent(event) for event in events if event["event"] == "user"]
    return intents[-2] if len(intents) > 1 else ""


def _intent(event: Event) -> str:
    name: str = event.get("parse_data", {}).get("intent", {}).get("name") or ""
    return name


def _read(choices: Iterable[dict[str, str]] | None) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in choices or ())


def _written(choices: Iterable[Choice]) -> list[dict[str, str]] | None:
    return [{"code": choice.code, "title": choice.title} for choice in choices] or None
