"""From a citizen's words to an answer, with what was talked about before in mind."""

from dataclasses import dataclass, replace

from actions.choices import ChoiceReader
from actions.thread import Choosing, Thread
from knowledge.client import ALL_CASES, Answer, AnswerStatus, Aspect, Choice, Knowledge

MOST_OFFERED = 5
STILL = 2  # Of what was offered before.
LONGEST = 2_000  # Characters the knowledge service takes.
TELLS = {
    AnswerStatus.ANSWERED,
    AnswerStatus.ANSWERED_PARTLY,
    AnswerStatus.UNANSWERED_NOT_IN_FORCE,
}
NARROWS = {AnswerStatus.CLARIFY_CASE, AnswerStatus.CLARIFY_PLACE}  # Of a procedure that is clear.
UNSURE = {AnswerStatus.CLARIFY_PROCEDURE, AnswerStatus.UNANSWERED_NO_MATCH}
LOST = {AnswerStatus.UNANSWERED_NO_MATCH, AnswerStatus.UNANSWERED_NO_PROCEDURE}


@dataclass(frozen=True)
class Found:
    """An answer, the question it answers or that still waits, and the thread it was found in."""

    answer: Answer
    question: str
    thread: Thread


@dataclass(frozen=True)
class Inquiry:
    """Asks the catalogue on behalf of one conversation."""

    knowledge: Knowledge
    reader: ChoiceReader

    async def ask(self, text: str, thread: Thread, *, follows: bool = False) -> Found:
        """Answer a message that points at no choice: a question, a follow-up or a detail.

        `follows` tells that it seems to go on about the procedure in focus.
        """
        if thread.choosing is Choosing.PROCEDURE:
            return await self._beside_procedures(text, thread)
        if thread.choosing is not Choosing.NOTHING:
            return await self._beside_cases(text, thread)
        return await self._question(text, thread, follows=follows)

    async def chosen(self, choice: Choice, rest: str, thread: Thread) -> Found:
        """Answer what was asked before, and what was added, for a chosen procedure, case, place."""
        if thread.choosing is Choosing.CASE:
            return await self._pending(rest, replace(thread, case=choice))
        if thread.choosing is Choosing.PLACE:
            at = replace(thread, place=choice.code, place_name=choice.title)
            return await self._pending(rest, at)
        return await self._of(choice, rest, thread)

    async def all_cases(self, thread: Thread) -> Found:
        """Answer what was asked before for every case."""
        return await self._pending("", replace(thread, case=Choice(ALL_CASES, "")))

    async def corrected(self, text: str, thread: Thread) -> Found:
        """Search anew: what was in focus was a mistake. The part that was asked stays asked."""
        answer = await self._answer(text, thread.dropping())
        if answer.status is AnswerStatus.UNANSWERED_NO_PROCEDURE and thread.focus:
            return await self._question(text, thread.settled())  # Another part of the same.
        asked = thread.pending or (thread.earlier[-1] if thread.earlier else "")
        return await self._with_what_was_asked(answer, text, asked, thread.dropping())

    async def compared(self, text: str, codes: tuple[str, ...], thread: Thread) -> Found:
        """Put procedures side by side."""
        answer = await self.knowledge.compare(text[-LONGEST:], codes=codes)
        return Found(answer, text, thread)

    async def _question(self, text: str, thread: Thread, *, follows: bool = False) -> Found:
        answer = await self._answer(text, thread, earlier=thread.earlier)
        if follows and thread.focus and answer.status in UNSURE:
            of_focus = await self._answer(text, thread, among=(thread.focus.code,))
            answer = of_focus if _asks_a_part(of_focus) else answer
        return await self._with_what_was_asked(answer, text, thread.pending, thread)

    async def _with_what_was_asked(
        self, answer: Answer, text: str, asked: str, thread: Thread
    ) -> Found:
        """ "mất bao lâu?" - "về thủ tục nào?" - "đăng ký kết hôn": the time is what was asked."""
        if asked and answer.procedure and answer.aspects == (Aspect.OVERVIEW,):
            return await self._of(answer.procedure, text, replace(thread, pending=asked))
        waits = answer.status is AnswerStatus.CLARIFY_PROCEDURE
        return Found(answer, _joined(asked, text) if waits else text, thread)

    async def _of(self, procedure: Choice, rest: str, thread: Thread) -> Found:
        question = _joined(thread.pending, rest)
        same = thread.focus is not None and thread.focus.code == procedure.code
        at = thread if same else replace(thread, focus=procedure, case=None)
        answer = await self._answer(question, at, among=(procedure.code,))
        if answer.status in LOST or answer.status is AnswerStatus.CLARIFY_PROCEDURE:
            # The words fit the chosen title badly; the citizen has chosen it all the same.
            answer = await self._answer("", at)
        return Found(answer, question, thread)

    async def _pending(self, rest: str, thread: Thread) -> Found:
        if thread.focus:
            return await self._of(thread.focus, rest, thread)
        return await self._question(_joined(thread.pending, rest), thread)

    async def _beside_procedures(self, text: str, thread: Thread) -> Found:
        """Words that point at no entry: something new, or a detail that decides between them."""
        answer = await self._answer(text, replace(thread, focus=None, case=None))
        meant = _meant(answer, thread)
        if meant:
            return await self._of(meant, text, thread)
        if answer.procedure or answer.status is AnswerStatus.ERROR_SEARCH:
            return Found(answer, text, thread)
        if answer.status is AnswerStatus.CLARIFY_PROCEDURE:
            return await self._unclear_beside(answer, text, thread)
        both = _joined(thread.pending, text)
        at = replace(thread, focus=None, case=None)
        return Found(await self._answer(both, at, among=thread.codes), both, thread)

    async def _unclear_beside(self, answer: Answer, text: str, thread: Thread) -> Found:
        """Words that may be a detail or something new: what was offered stays on the list."""
        both = _joined(thread.pending, text)
        together = await self._answer(both, replace(thread, focus=None, case=None))
        meant = _meant(together, thread) if together.procedure else None
        if meant:
            return await self._of(meant, text, thread)
        still = [choice for choice in together.choices if choice.code in thread.codes][:STILL]
        if not still or answer.family or together.family:  # Siblings are named by what differs.
            return Found(answer, text, thread)
        choices = tuple(dict.fromkeys([*still, *answer.choices]))[:MOST_OFFERED]
        return Found(replace(answer, choices=choices), both, thread)

    async def _beside_cases(self, text: str, thread: Thread) -> Found:
        """A new question, or a detail of the one that waits, answered for all cases then."""
        answer = await self._answer(text, thread, earlier=thread.earlier)
        other = answer.procedure and answer.procedure != thread.focus
        if other or _asks_a_part(answer) or answer.status is AnswerStatus.ERROR_SEARCH:
            return Found(answer, text, thread)
        near = self.reader.nearest(text, thread.choices, of=_title(thread))
        if near:
            return await self.chosen(near, text, thread)
        if answer.status is AnswerStatus.CLARIFY_PROCEDURE:
            return Found(answer, text, thread)
        found = await self._pending(text, thread)
        if found.answer.status is AnswerStatus.CLARIFY_CASE:
            return await self.all_cases(thread)
        return found

    async def _answer(
        self,
        text: str,
        thread: Thread,
        *,
        among: tuple[str, ...] = (),
        earlier: tuple[str, ...] = (),
    ) -> Answer:
        return await self.knowledge.answer(
            text[-LONGEST:],
            focus=thread.focus.code if thread.focus else None,
            case=thread.case.code if thread.case else "",
            place=thread.place,
            among=among,
            earlier=tuple(each[-LONGEST:] for each in earlier),
        )


def _title(thread: Thread) -> str:
    return thread.focus.title if thread.focus else ""


def _asks_a_part(answer: Answer) -> bool:
    """Whether a procedure is clear, and something particular was asked of it."""
    return answer.status in TELLS | NARROWS and answer.aspects != (Aspect.OVERVIEW,)


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
