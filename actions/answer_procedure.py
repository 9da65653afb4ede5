"""Answer a question about a procedure from the catalogue."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.inquiry import Found, Inquiry
from actions.speech import offer, say
from actions.thread import (
    Event,
    drop_question,
    keep_procedure,
    keep_question,
    leave_procedure,
    read_thread,
)
from knowledge.client import AnswerStatus


class AnswerProcedure(Action):
    def __init__(self, inquiry: Inquiry, *, hotline: str) -> None:
        self._inquiry = inquiry
        self._hotline = hotline

    def name(self) -> str:
        return "action_answer_procedure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        return await reply(self._inquiry, dispatcher, tracker, hotline=self._hotline)


async def reply(
    inquiry: Inquiry, dispatcher: CollectingDispatcher, tracker: Tracker, *, hotline: str
) -> list[Event]:
    """Answer the latest message, whatever Rasa takes it for: a question or a choice."""
    thread, text = read_thread(tracker), tracker.latest_message["text"] or ""
    if inquiry.misses(text, thread):
        dispatcher.utter_message(response="utter_no_such_choice", count=len(thread.choices))
        offer(dispatcher, thread.choices)
        return []
    found = await inquiry.ask(text, thread)
    say(dispatcher, found.answer, hotline=hotline)
    new_subject = tracker.latest_message["intent"]["name"] == "ask_procedure"
    if new_subject and found.answer.status is AnswerStatus.UNANSWERED_NO_MATCH:
        return leave_procedure()
    return events_after(found)


def events_after(found: Found) -> list[Event]:
    """What the conversation remembers of an answer."""
    answer = found.answer
    if answer.procedure and not answer.choices:
        return keep_procedure(answer.procedure)
    if answer.choices or answer.status is AnswerStatus.UNANSWERED_NO_PROCEDURE:
        return keep_question(found.question, answer.choices)
    if answer.status is AnswerStatus.ERROR_SEARCH:
        return []  # The next try finds everything as it was.
    return drop_question()
