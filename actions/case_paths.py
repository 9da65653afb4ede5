"""What can be asked and said of a case that was sent: where it is, how good its answer was."""

from dataclasses import replace

from actions.case_codes import beyond_code, find_code
from actions.escalation import CaseReport, Escalation, Fate
from actions.report import Report, Step, submission_of
from actions.report_asking import Asking, day
from actions.report_reading import score_of
from actions.thread import Thread
from actions.turn import Turn

POOR = 2  # Of five: who is so little content is asked what is still unsolved.
FAILED = {
    Fate.UNKNOWN: "utter_case_unknown",
    Fate.DOWN: "utter_case_down",
    Fate.REFUSED: "utter_case_refused",
}


class CasePaths:
    def __init__(self, escalation: Escalation, asking: Asking) -> None:
        self._escalation = escalation
        self._asking = asking

    async def status(self, turn: Turn) -> Thread:
        code = turn.meaning.text or self._last(turn)
        if not self._escalation.takes:
            turn.speaker.say("utter_case_down")
            return turn.thread
        if not code:
            turn.speaker.say("utter_case_which")
            return turn.thread
        case = await self._escalation.case(code)
        if case.fate is not Fate.DONE:
            turn.speaker.say(FAILED[case.fate], code=code)
            return turn.thread
        self._say(turn, code, case)
        return turn.thread

    async def rate(self, turn: Turn) -> Thread:
        code, score = self._code(turn), score_of(turn.message.text)
        fate = await self._escalation.rate(code, score, beyond_score(turn.message.text))
        if fate is not Fate.DONE:
            turn.speaker.say(FAILED[fate], code=code)
        elif score <= POOR:
            turn.speaker.say("utter_case_rated_poorly", buttons=["unsolved"], score=score)
        else:
            turn.speaker.say("utter_case_rated", score=score)
        return self._about(turn, code)

    async def reopen(self, turn: Turn) -> Thread:
        """Ask first what is missing: that is what the agency needs."""
        case = await self._escalation.case(self._code(turn))
        if case.fate is not Fate.DONE or not case.can_reopen:
            fate = case.fate if case.fate is not Fate.DONE else Fate.REFUSED
            turn.speaker.say(FAILED[fate], code=self._code(turn))
            return turn.thread
        report = Report(Step.REASON, case=self._code(turn))
        self._asking.ask(turn.speaker, report)
        turn.speaker.note_asked(self._asking.wants(report))
        return replace(turn.thread.settled(), report=report)

    async def reason(self, turn: Turn) -> Thread:
        """What is still unsolved: the case is open again once the agency has it."""
        report = turn.thread.report
        if report is None:
            return turn.thread
        message = turn.message
        submission = report.submission or submission_of(message.conversation, message.id)
        text = report.text or message.text
        fate = await self._escalation.reopen(report.case, text, submission)
        if fate is Fate.DOWN:
            turn.speaker.say("utter_report_unsent", buttons=["retry", "report_leave"])
            kept = replace(report, text=text, submission=submission)
            turn.speaker.note_asked(self._asking.wants(kept))
            return replace(turn.thread, report=kept)
        if fate is Fate.DONE:
            turn.speaker.say("utter_case_reopened", code=report.case)
        else:
            turn.speaker.say(FAILED[fate], code=report.case)
        return self._about(turn, report.case)

    def _say(self, turn: Turn, code: str, case: CaseReport) -> None:
        state = self._asking.states.get(case.state, case.state)
        turn.speaker.say("utter_case_status", code=code, state=state, agency=case.agency)
        if case.forwarded:
            turn.speaker.say("utter_case_forwarded", agency=case.agency)
        if case.answer:
            by = case.answered_by or case.agency
            turn.speaker.say("utter_case_answer", answer=case.answer, by=by)
            if case.can_rate or case.can_reopen:
                turn.speaker.say("utter_case_rate", code=code)
        elif case.reply_due and case.state in ("received", "registered"):
            turn.speaker.say("utter_case_due", due=day(case.reply_due))

    def _code(self, turn: Turn) -> str:
        return find_code(turn.message.text) or turn.message.answered_case or self._last(turn)

    def _last(self, turn: Turn) -> str:
        report = turn.thread.report
        return turn.message.answered_case or (report.case if report else "")

    def _about(self, turn: Turn, code: str) -> Thread:
        """An open form stays; otherwise this is the case asked about next."""
        report = turn.thread.report
        if report and report.is_open and report.step is not Step.REASON:
            return turn.thread
        return replace(turn.thread, report=Report(Step.DONE, case=code))


def beyond_score(text: str) -> str:
    """A word to the score, as it was written after a colon; "" when there is none.

    >>> beyond_score("Tôi chấm 5/5 cho câu trả lời PA-7K2M-09X1: giải quyết nhanh")
    'giải quyết nhanh'
    """
    return text.partition(":")[2].strip()[:500] if beyond_code(text) else ""
