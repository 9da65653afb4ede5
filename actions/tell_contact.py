"""Say where to turn with what this bot does not do."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.thread import Event

# Each has a response of its own in the domain.
INTENTS = ("out_of_scope", "dossier_status", "feedback_wish", "human_wish", "complaint")


class TellContact(Action):
    def __init__(self, *, hotline: str) -> None:
        self._hotline = hotline

    def name(self) -> str:
        return "action_tell_contact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        intent = tracker.latest_message["intent"]["name"]
        if intent not in INTENTS:
            raise ValueError(f"no contact is known for the intent {intent!r}")
        dispatcher.utter_message(response=f"utter_{intent}", hotline=self._hotline)
        return []
