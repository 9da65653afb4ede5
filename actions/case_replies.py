"""Words of a citizen to a case: to what its agency asked, or something more."""

from dataclasses import replace

from actions.case_codes import find_code
from actions.content import Content
from actions.escalation import Escalation, Fate
from actions.filling import Filling, parked
from actions.report import Report, Step, submission_of
from actions.report_asking import Asking
from actions.report_reading import ASIDE, POLITE
from actions.thread import Thread
from actions.turn import Turn
from actions.words import Words

FAILED = {
    Fate.UNKNOWN: "utter_case_unknown",
    Fate.REFUSED: "utter_case_closed",
}


class CaseReplies:
    """Nothing that reads like something else is sent before it was confirmed."""

    def __init__(
        self, escalation: Escalation, asking: Asking, content: Content, words: Words
    ) -> None:
        self._escalation = escalation
        self._asking = asking
        self._content = content
        self._words = words

    async def asked(self, turn: Turn) -> Thread:
        """The first message after the agency's question."""
        filling = self._begun(turn, turn.message.asked_case)
        if turn.message.intent in POLITE and not self._content.tells(filling.text):
            return filling.at(filling.report)
        report = replace(filling.report, text=filling.text)
        if filling.report.parked or self._reads_otherwise(turn):
            return filling.at(report)
        return await self._send(filling, report)

    async def more(self, turn: Turn) -> Thread:
        """They want to add something."""
        last = turn.thread.report
        code = find_code(turn.message.text) or turn.message.asked_case
        code = code or turn.message.answered_case or (last.case if last else "")
        if not code:
            turn.speaker.say("utter_case_which")
            return turn.thread
        filling = self._begun(turn, code)
        return filling.at(filling.report)

    async def reply(self, turn: Turn) -> Thread:
        """At the step: the words, or yes or no to sending them."""
        report = turn.thread.report
        if report is None:
            return turn.thread
        filling = Filling(turn, report, self._asking)
        if self._words.says("report_continue", filling.text):
            return filling.over() if report.parked else filling.at(report)
        if report.text and self._agrees(filling):
            return await self._send(filling, report)
        if report.text and self._refuses(filling):
            filling.speaker.say("utter_case_word_left")
            return filling.over()
        if self._words.is_button(filling.text):
            return filling.at(report)
        told = replace(report, text=filling.text)
        return filling.at(told) if report.text else await self._send(filling, told)

    def _begun(self, turn: Turn, code: str) -> Filling:
        message = turn.message
        submission = submission_of(message.conversation, message.id)
        before = parked(turn.thread.report)
        report = Report(Step.REPLY, submission=submission, case=code, parked=before)
        return Filling(turn, report, self._asking)

    def _reads_otherwise(self, turn: Turn) -> bool:
        """Like a question about a procedure, or a command."""
        text = turn.message.text
        asks = turn.message.intent in ASIDE and self._words.frames("asks", text)
        return asks or self._words.says("report_leave", text) or turn.message.intent == "restart"

    def _agrees(self, filling: Filling) -> bool:
        kinds = ("reply_send", "report_yes", "retry")
        says = any(self._words.says(kind, filling.text) for kind in kinds)
        return says or filling.intent == "affirm"

    def _refuses(self, filling: Filling) -> bool:
        kinds = ("reply_drop", "report_refuse")
        return any(self._words.says(kind, filling.text) for kind in kinds)

    async def _send(self, filling: Filling, report: Report) -> Thread:
        fate = await self._escalation.write(report.case, report.text, report.submission)
        if fate is Fate.DOWN:
            filling.speaker.say("utter_report_unsent", buttons=["retry", "report_leave"])
            return filling.keep(report)
        if fate is Fate.DONE:
            filling.speaker.say("utter_case_written", buttons=["reply_more"], code=report.case)
        else:
            filling.speaker.say(FAILED[fate], code=report.case)
        return replace(filling, report=report).over()
