"""What the conversation is about so far, as the tracker's slots keep it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from knowledge.client import Choice

Event = dict[str, Any]

QUESTIONS = {"ask_procedure", "ask_aspect"}
EARLIER = 3  # Questions; what lies further back is another matter.


@dataclass(frozen=True)
class Thread:
    """`pending` is what was asked before it was clear about which procedure; `earlier` are the
    questions before the latest message, oldest first.
    """

    focus: str | None = None
    pending: str = ""
    choices: tuple[Choice, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)


def read_thread(tracker: Tracker) -> Thread:
    """Read the slots of this conversation."""
    return Thread(
        focus=tracker.get_slot("procedure_code"),
        pending=tracker.get_slot("pending_question") or "",
        choices=tuple(Choice(**choice) for choice in tracker.get_slot("choices") or ()),
        earlier=_questions(tracker.events)[:-1][-EARLIER:],
    )


def _questions(events: Iterable[Event]) -> tuple[str, ...]:
    """What was asked about procedures since the conversation began, or began again."""
    asked: list[str] = []
    for event in events:
        if event["event"] == "restart":
            asked.clear()
        elif event["event"] == "user" and _intent(event) in QUESTIONS:
            asked.append(event.get("text") or "")
    return tuple(asked)


def _intent(event: Event) -> str:
    name: str = event.get("parse_data", {}).get("intent", {}).get("name") or ""
    return name


def keep_procedure(procedure: Choice) -> list[Event]:
    """From now on follow-ups are about this procedure."""
    return [
        SlotSet("procedure_code", procedure.code),
        SlotSet("procedure_title", procedure.title),
        SlotSet("choices", None),
        SlotSet("pending_question", None),
    ]


def keep_question(question: str, choices: Sequence[Choice] = ()) -> list[Event]:
    """The question waits for the procedure it is about; the one talked about before is left."""
    offered = [{"code": choice.code, "title": choice.title} for choice in choices]
    return [
        SlotSet("procedure_code", None),
        SlotSet("procedure_title", None),
        SlotSet("choices", offered or None),
        SlotSet("pending_question", question),
    ]


def drop_question() -> list[Event]:
    """Nothing waits any more; a procedure in focus stays."""
    return [SlotSet("choices", None), SlotSet("pending_question", None)]


def leave_procedure() -> list[Event]:
    """The subject has changed to one the catalogue does not know: nothing is in focus."""
    return [SlotSet("procedure_code", None), SlotSet("procedure_title", None), *drop_question()]
