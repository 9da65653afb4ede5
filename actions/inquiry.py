"""From a citizen's words to an answer, with what was asked before in mind."""

from dataclasses import dataclass

from actions.choices import ChoiceReader, Pick
from actions.thread import Thread
from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Knowledge

LONGEST = 2_000  # Characters the knowledge service takes.
TELLS = {
    AnswerStatus.ANSWERED,
    AnswerStatus.ANSWERED_PARTLY,
    AnswerStatus.UNANSWERED_NOT_IN_FORCE,
}


@dataclass(frozen=True)
class Found:
    """An answer, and the question it answers or still waits to."""

    answer: Answer
    question: str


@dataclass(frozen=True)
class Inquiry:
    """Asks the catalogue on behalf of one conversation."""

    knowledge: Knowledge
    reader: ChoiceReader

    def misses(self, text: str, thread: Thread) -> bool:
        """Whether a message points at an entry that the offered list does not have."""
        pick = self.reader.pick(text, thread.choices) if thread.choices else None
        return pick is not None and pick.place is None

    async def ask(self, text: str, thread: Thread) -> Found:
        """Answer a message that may be a question, a follow-up or a choice in words."""
        if not thread.choices:
            return await self._question(text, thread)
        pick = self.reader.pick(text, thread.choices)
        if pick is not None and pick.place is not None:
            return await self.chosen(thread.choices[pick.place], pick, thread)
        return await self._beside_choices(text, thread)

    async def chosen(self, choice: Choice, pick: Pick, thread: Thread) -> Found:
        """Answer what was asked before, and what was added, for the chosen procedure."""
        question = _joined(thread.pending, pick.rest)
        answer = await self.knowledge.answer(question, focus=choice.code, among=[choice.code])
        if answer.status not in TELLS and answer.status is not AnswerStatus.ERROR_SEARCH:
            # The words fit the chosen title badly; the citizen has chosen it all the same.
            answer = await self.knowledge.answer("", focus=choice.code)
        return Found(answer, question)

    async def _question(self, text: str, thread: Thread) -> Found:
        text = text[-LONGEST:]
        answer = await self.knowledge.answer(text, focus=thread.focus, earlier=thread.earlier)
        if thread.pending and answer.procedure and answer.aspects == (Aspect.OVERVIEW,):
            # "mất bao lâu?" - "về thủ tục nào?" - "đăng ký kết hôn": the time is what was asked.
            return await self.chosen(answer.procedure, Pick(0, text), thread)
        waits = answer.status is AnswerStatus.CLARIFY_PROCEDURE
        return Found(answer, _joined(thread.pending, text) if waits else text)

    async def _beside_choices(self, text: str, thread: Thread) -> Found:
        """Words that point at no entry: something new, or a detail that decides between them."""
        text = text[-LONGEST:]
        answer = await self.knowledge.answer(text)
        both = _joined(thread.pending, text)
        meant = _meant(answer, thread)
        if meant:
            return await self.chosen(meant, Pick(0, text), thread)
        if answer.procedure or answer.status in (
            AnswerStatus.CLARIFY_PROCEDURE,
            AnswerStatus.ERROR_SEARCH,
        ):
            return Found(answer, text)
        return Found(await self.knowledge.answer(both, among=thread.codes), both)


def _meant(answer: Answer, thread: Thread) -> Choice | None:
    """The offered procedure that the whole catalogue holds to be meant by some words alone."""
    found = (answer.procedure,) if answer.procedure else answer.choices
    offered = [choice.code for choice in found if choice.code in thread.codes]
    if len(offered) != 1 or offered[0] != found[0].code:
        return None
    return thread.choices[thread.codes.index(offered[0])]


def _joined(before: str, after: str) -> str:
    """Both texts, the later one whole: the question usually stands at the end.

    >>> _joined("bao lâu", "khai sinh")
    'bao lâu khai sinh'
    """
    return f"{before} {after}".strip()[-LONGEST:]
