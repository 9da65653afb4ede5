"""How an answer ends a turn: what is said, what is remembered, and what when nothing was found."""

from collections.abc import Collection
from dataclasses import replace

from actions.inquiry import LOST, Found
from actions.meaning import Message
from actions.speech import ASKING, Speaker
from actions.thread import Choosing, Thread, Waiting
from actions.turn import Turn
from knowledge.client import Answer, AnswerStatus

TOO_MANY = 2  # Messages in a row that were not understood: a person or an agency is offered.
NAMING = {"ask_procedure", "correct"}  # Intents of messages that say what they are about.


def finish(found: Found, turn: Turn) -> Thread:
    """Say an answer; returns what the conversation remembers of it."""
    answer = untold(found.answer, turn.thread.told)
    rest = turn.speaker.answer(answer)
    status = answer.status
    if status is AnswerStatus.ERROR_SEARCH:
        return turn.thread  # The next try finds everything as it was.
    told = tuple(section.aspect for section in answer.sections) if status in ASKING else ()
    after = replace(remembered(found, turn.message), more=rest, told=told)
    if status in LOST and not answer.place:  # Who only says where they are was understood.
        names_something = turn.message.intent in NAMING
        missing = names_something and status is AnswerStatus.UNANSWERED_NO_MATCH
        return lost(after, turn.speaker, at_once=missing)
    return after if status in ASKING else replace(after, misunderstood=0)


def untold(answer: Answer, told: Collection[str]) -> Answer:
    """The answer without parts that stood beside the question which case or place is meant."""
    rest = tuple(section for section in answer.sections if section.aspect not in told)
    return replace(answer, sections=rest or answer.sections)


def remembered(found: Found, message: Message) -> Thread:
    """What the conversation is about after an answer."""
    answer, thread = found.answer, found.thread
    if answer.place:
        thread = replace(thread, place=answer.place.code, place_name=answer.place.title)
    asked = ASKING.get(answer.status)
    if answer.procedure and (asked or not answer.choices):
        thread = thread.about(answer.procedure, answer.case)
        return thread.asking(answer.choices, asked, found.question) if asked else thread
    if answer.choices:
        return thread.leaving().asking(answer.choices, Choosing.PROCEDURE, found.question)
    if answer.status is AnswerStatus.UNANSWERED_NO_PROCEDURE:
        pending = found.thread.pending if answer.place else found.question
        return replace(thread.settled(), pending=pending)
    return thread.leaving() if message.intent in NAMING else thread.settled()


def lost(thread: Thread, speaker: Speaker, *, at_once: bool = False) -> Thread:
    """Not understood, or not in the catalogue: nobody is left standing there."""
    count = thread.misunderstood + 1
    if count < TOO_MANY and not at_once:
        return replace(thread, misunderstood=count)
    return replace(offer_handover(thread, speaker), misunderstood=count)


def offer_handover(thread: Thread, speaker: Speaker) -> Thread:
    """Offer to pass the question on."""
    speaker.say("utter_offer_handover", buttons=["ask_agency", "ask_person"])
    return replace(thread, waiting_for=Waiting.HANDOVER)
