"""What the bot does with questions for the catalogue, and with the thread through them."""

from dataclasses import replace

from actions.choices import ChoiceReader
from actions.ends import finish, lost
from actions.inquiry import LOST, TELLS, Inquiry
from actions.thread import Choosing, Thread
from actions.turn import Turn
from actions.words import Words
from knowledge.client import Answer, AnswerStatus, Aspect
from vietnamese.words import syllables

MOST_COMPARED = 3


class CataloguePaths:
    def __init__(self, inquiry: Inquiry, reader: ChoiceReader, words: Words) -> None:
        self._inquiry = inquiry
        self._reader = reader
        self._words = words

    async def ask(self, turn: Turn) -> Thread:
        follows = turn.message.intent == "ask_aspect"
        found = await self._inquiry.ask(turn.meaning.text, turn.thread, follows=follows)
        return finish(found, turn)

    async def pick(self, turn: Turn) -> Thread:
        choice = turn.meaning.choice
        if choice is None:
            turn.speaker.say("utter_no_such_choice", count=len(turn.thread.choices))
            return _again(turn)
        return finish(await self._inquiry.chosen(choice, turn.meaning.text, turn.thread), turn)

    async def all_cases(self, turn: Turn) -> Thread:
        return finish(await self._inquiry.all_cases(turn.thread), turn)

    async def unsure(self, turn: Turn) -> Thread:
        """Cannot choose: a procedure is found by more words, a place by asking somebody."""
        if turn.thread.choosing is Choosing.PLACE:
            turn.speaker.say("utter_place_unknown")
            return turn.thread.settled()
        turn.speaker.say("utter_unsure_which")
        return turn.thread

    async def yes(self, turn: Turn) -> Thread:
        if turn.thread.choices:
            return _again(turn)
        turn.speaker.say("utter_affirm")
        return turn.thread

    async def no(self, turn: Turn) -> Thread:
        """None of the offered, or not the procedure that was answered about."""
        if turn.thread.choosing is Choosing.PLACE:
            return await self.unsure(turn)
        turn.speaker.say("utter_choices_refused" if turn.thread.choices else "utter_deny")
        if not turn.thread.choices and not turn.thread.focus:
            return turn.thread
        return lost(turn.thread.dropping(), turn.speaker)

    async def correct(self, turn: Turn) -> Thread:
        """Not that, but this; what only refuses in more words says nothing to search for."""
        found = await self._inquiry.corrected(turn.meaning.text, turn.thread)
        if found.answer.status in LOST and turn.message.intent == "deny":
            return await self.no(turn)
        return finish(found, turn)

    async def back(self, turn: Turn) -> Thread:
        """To the procedure before this one, or to the one that is named."""
        past = turn.thread.past
        rest = self._words.beyond("back", turn.meaning.text)
        pick = self._reader.pick(rest, past) if rest and past else None
        if pick and pick.place is not None:
            return _back_at(turn, turn.thread.back_to(pick.place))
        at = turn.thread.back_to(len(past) - 1) if past else turn.thread.settled()
        if rest:
            found = await self._inquiry.ask(rest, at)
            if _asks_something(found.answer, at):
                return finish(found, turn)
        return _back_at(turn, at if past else turn.thread)

    async def compare(self, turn: Turn) -> Thread:
        """Side by side; words that name nothing to compare may still be a question."""
        codes = self._compared(turn)
        if len(codes) < 2 and not self._words.beyond("compare", turn.meaning.text):
            turn.speaker.say("utter_compare_which")
            return turn.thread
        found = await self._inquiry.compared(turn.meaning.text, codes, turn.thread)
        if found.answer.status is AnswerStatus.ANSWERED:
            return replace(finish(found, turn), pending="")
        if found.answer.status not in LOST:
            return finish(found, turn)
        found = await self._inquiry.ask(turn.meaning.text, turn.thread)
        if found.answer.status in TELLS:
            return finish(found, turn)
        turn.speaker.say("utter_compare_which")
        return turn.thread

    def _compared(self, turn: Turn) -> tuple[str, ...]:
        """The offered procedures that are pointed at, or the last ones talked about."""
        thread, text = turn.thread, turn.meaning.text
        if thread.choosing is Choosing.PROCEDURE:
            numbers = [int(word) for word in syllables(text) if word.isdecimal()]
            named = [thread.codes[n - 1] for n in numbers if 0 < n <= len(thread.codes)]
            return tuple(named if len(named) > 1 else thread.codes)[:MOST_COMPARED]
        talked_about = [*reversed(thread.past)]
        if thread.focus:
            talked_about.insert(0, thread.focus)
        count = MOST_COMPARED if self._words.mentions("several", text) else 2
        return tuple(choice.code for choice in talked_about[:count])

    async def more(self, turn: Turn) -> Thread:
        """The rest of the last answer; without one, what else can be asked."""
        thread = turn.thread
        if thread.more:
            return replace(thread, more=turn.speaker.more(thread.more, thread.focus))
        if not self._words.says("more", turn.meaning.text):
            found = await self._inquiry.ask(turn.meaning.text, thread)
            if _asks_something(found.answer, thread):
                return finish(found, turn)
        if thread.focus:
            turn.speaker.ask_on("utter_no_more_of", title=thread.focus.title)
        else:
            turn.speaker.say("utter_no_more")
        return thread


def _back_at(turn: Turn, thread: Thread) -> Thread:
    if turn.thread.past and thread.focus:
        turn.speaker.ask_on("utter_back", title=thread.focus.title)
    else:
        turn.speaker.say("utter_nothing_before")
    return thread


def _asks_something(answer: Answer, thread: Thread) -> bool:
    """Whether words were a question after all: of a part, or of another procedure."""
    other = answer.procedure is not None and answer.procedure != thread.focus
    return answer.status in TELLS and (other or answer.aspects != (Aspect.OVERVIEW,))


def _again(turn: Turn) -> Thread:
    title = turn.thread.focus.title if turn.thread.focus else ""
    turn.speaker.offer(turn.thread.choices, turn.thread.choosing, title=title)
    return turn.thread
