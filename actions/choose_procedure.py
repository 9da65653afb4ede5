"""Take the citizen's choice after "which one do you mean": a number, a place, yes or no."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_procedure import events_after, reply
from actions.choices import Pick
from actions.inquiry import Inquiry
from actions.speech import offer, say
from actions.thread import Event, leave_procedure, read_thread


class ChooseProcedure(Action):
    def __init__(self, inquiry: Inquiry, *, hotline: str) -> None:
        self._inquiry = inquiry
        self._hotline = hotline

    def name(self) -> str:
        return "action_choose_procedure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        text = tracker.latest_message["text"] or ""
        if not read_thread(tracker).choices and self._inquiry.reader.points(text):
            dispatcher.utter_message(response="utter_nothing_to_choose")
            return []
        return await reply(self._inquiry, dispatcher, tracker, hotline=self._hotline)


class ConfirmChoice(Action):
    """Yes: the procedure, if only one was offered."""

    def __init__(self, inquiry: Inquiry, *, hotline: str) -> None:
        self._inquiry = inquiry
        self._hotline = hotline

    def name(self) -> str:
        return "action_confirm_choice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        thread = read_thread(tracker)
        if not thread.choices:
            dispatcher.utter_message(response="utter_affirm")
            return []
        if len(thread.choices) > 1:
            offer(dispatcher, thread.choices)
            return []
        found = await self._inquiry.chosen(thread.choices[0], Pick(0), thread)
        say(dispatcher, found.answer, hotline=self._hotline)
        return events_after(found)


class RefuseChoices(Action):
    """No: none of the offered procedures, or not the one that was answered about."""

    def __init__(self, *, hotline: str) -> None:
        self._hotline = hotline

    def name(self) -> str:
        return "action_refuse_choices"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        offered = read_thread(tracker).choices
        response = "utter_choices_refused" if offered else "utter_deny"
        dispatcher.utter_message(response=response, hotline=self._hotline)
        return leave_procedure()
