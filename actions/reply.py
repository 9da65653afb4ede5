"""Rasa's door to the actions: each reads the message in its state and takes the path it means.

There is one such action for each kind of message Rasa tells apart. They do the same: the intent is
a hint, and which action Rasa runs follows from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.meaning import Meaning, Message, Move
from actions.other_paths import Path
from actions.report_asking import Asking
from actions.speech import Speaker
from actions.thread import Event, Thread, Waiting, read_thread, silence, slot_events, spoke_last
from actions.turn import Turn
from actions.words import Words

NAMES = (
    "action_answer_procedure",
    "action_choose_procedure",
    "action_confirm_choice",
    "action_refuse_choices",
    "action_correct",
    "action_go_back",
    "action_compare",
    "action_show_more",
    "action_rate_answer",
    "action_dossier_status",
    "action_escalate",
    "action_help",
    "action_say_goodbye",
    "action_calm_down",
    "action_tell_contact",
    "action_restart",
)
# After words that Rasa says itself: they may have been an answer in an open form, too.
GOING_ON = "action_go_on"

Read = Callable[[Message, Thread], Meaning | None]


@dataclass(frozen=True)
class Manner:
    """How the bot speaks and how long it remembers."""

    hotline: str
    focus_minutes: float = 60
    answer_length: int = 1_500  # Characters of one message; the rest comes on "more".


class Reply(Action):
    def __init__(
        self,
        name: str,
        read: Read,
        paths: Mapping[Move, Path],
        *,
        words: Words,
        asking: Asking,
        manner: Manner,
    ) -> None:
        self._name = name
        self._read = read
        self._paths = paths
        self._words = words
        self._asking = asking
        self._manner = manner

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        kept = read_thread(tracker)
        thread = self._remembered(kept, tracker)
        message = read_message(tracker)
        meaning = self._read(message, thread)
        if meaning is None:
            return []
        speaker = self._speaker(dispatcher)
        turn = Turn(message, meaning, replace(thread, waiting_for=Waiting.NOTHING), speaker)
        after = await self._paths[meaning.move](turn)
        self._remind(turn, after)
        code = after.focus.code if after.focus else ""
        speaker.note(speaker.status or meaning.move.name.lower(), code)
        return slot_events(kept, after)

    def _remind(self, turn: Turn, after: Thread) -> None:
        """A question among the answers of a form: the form is offered again."""
        report, before = after.report, turn.thread.report
        if not report or not before or not report.is_open or turn.filled_in:
            return
        if replace(report, case=before.case) == before:  # Which case was spoken of is no matter.
            turn.speaker.say("utter_report_goes_on", buttons=["report_continue", "report_leave"])
            turn.speaker.note_asked(self._asking.wants(report))

    def _remembered(self, thread: Thread, tracker: Tracker) -> Thread:
        """Without what lies too far back; a question of the bot's must be the last it said."""
        if silence(tracker) > self._manner.focus_minutes * 60:
            return Thread(report=thread.report)  # What was written is not lost.
        return thread if spoke_last(tracker) else replace(thread, waiting_for=Waiting.NOTHING)

    def _speaker(self, dispatcher: CollectingDispatcher) -> Speaker:
        manner = self._manner
        return Speaker(
            dispatcher, self._words, hotline=manner.hotline, longest=manner.answer_length
        )


def read_message(tracker: Tracker) -> Message:
    """The latest message; the gateway says in `metadata` which conversation it belongs to."""
    latest = tracker.latest_message
    metadata = latest.get("metadata") or {}
    return Message(
        text=latest.get("text") or "",
        intent=latest["intent"]["name"],
        confidence=latest["intent"].get("confidence", 1.0),
        conversation=metadata.get("conversation") or "",
        id=metadata.get("message_id") or "",
        channel=tracker.get_latest_input_channel() or "",
        sealed=tuple(metadata.get("sealed") or ()),
        answered_case=metadata.get("answered_case") or "",
        asked_case=metadata.get("asked_case") or "",
    )
