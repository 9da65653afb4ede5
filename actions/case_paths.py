"""What can be asked and said of a case that was sent: where it is, how good its answer was."""

from dataclasses import replace

from actions.case_codes import find_code
from actions.content import Content
from actions.escalation import CaseReport, Escalation, Fate
from actions.filling import Filling, parked
from actions.report import Report, Step, submission_of
from actions.report_asking import Asking, day
from actions.scores import ScoreReader
from actions.thread import Thread, Waiting
from actions.turn import Turn
from actions.words import Words

POOR = 2  # Of five: who is so little content is asked what is still unsolved.
FAILED = {
    Fate.UNKNOWN: "utter_case_unknown",
    Fate.DOWN: "utter_case_down",
    Fate.REFUSED: "utter_case_refused",
}


class CasePaths:
    def __init__(
        self, escalation: Escalation, asking: Asking, content: Content, words: Words
    ) -> None:
        self._escalation = escalation
        self._asking = asking
        self._content = content
        self._words = words
        self._scores = ScoreReader.load(words)

    async def status(self, turn: Turn) -> Thread:
        if not self._escalation.takes:
            turn.speaker.say("utter_case_down")
            return turn.thread
        code = turn.meaning.text or self._last(turn) or await self._of_conversation(turn)
        if code is None:
            turn.speaker.say("utter_case_down")
            return turn.thread
        if not code:
            turn.speaker.say("utter_case_which")
            return turn.thread
        case = await self._escalation.case(code)
        if case.fate is not Fate.DONE:
            turn.speaker.say(FAILED[case.fate], code=code)
            return turn.thread
        return self._say(turn, code, case)

    async def bad_code(self, turn: Turn) -> Thread:
        turn.speaker.say("utter_case_bad_code", code=turn.meaning.text)
        return turn.thread

    async def rate(self, turn: Turn) -> Thread:
        """`meaning.text` is the case's code."""
        code, said = turn.meaning.text, self._scores.read(turn.message.text)
        if not said:
            return await self.status(turn)
        fate = await self._escalation.rate(code, said.score, said.words)
        if fate is Fate.REFUSED:
            return await self._refused(turn, code)
        if fate is not Fate.DONE:
            turn.speaker.say(FAILED[fate], code=code)
        elif said.score <= POOR:
            turn.speaker.say("utter_case_rated_poorly", buttons=["unsolved"], score=said.score)
        else:
            turn.speaker.say("utter_case_rated", score=said.score)
        return self._about(turn, code)

    async def reopen(self, turn: Turn) -> Thread:
        """Ask first what is missing: that is what the agency needs."""
        code = self._code(turn)
        case = await self._escalation.case(code)
        if case.fate is Fate.DONE and not case.can_reopen:
            return await self._refused(turn, code)
        if case.fate is not Fate.DONE:
            turn.speaker.say(FAILED[case.fate], code=code)
            return turn.thread
        report = Report(Step.REASON, case=code, parked=parked(turn.thread.report))
        return Filling(turn, report, self._asking).at(report)

    async def reason(self, turn: Turn) -> Thread:
        """What is still unsolved: the case is open again once the agency has it."""
        report = turn.thread.report
        if report is None:
            return turn.thread
        filling, message = Filling(turn, report, self._asking), turn.message
        if self._words.says("report_continue", message.text) and report.parked:
            return filling.over()
        again = report.text and self._words.says("retry", message.text)
        if not again and not self._content.tells(message.text):
            return filling.at(replace(report, text=""))
        submission = report.submission or submission_of(message.conversation, message.id)
        text = report.text if again else message.text
        fate = await self._escalation.reopen(report.case, text, submission)
        if fate is Fate.DOWN:
            turn.speaker.say("utter_report_unsent", buttons=["retry", "report_leave"])
            return filling.keep(replace(report, text=text, submission=submission))
        response = FAILED.get(fate, "utter_case_reopened")
        turn.speaker.say(response, code=report.case)
        return filling.over()

    async def _refused(self, turn: Turn, code: str) -> Thread:
        """Before there is an answer they hear where the case is."""
        case = await self._escalation.case(code)
        if case.fate is Fate.DONE and not case.is_answered:
            turn.speaker.say("utter_case_unanswered")
            return self._say(turn, code, case)
        turn.speaker.say(FAILED[Fate.REFUSED], code=code)
        return turn.thread

    def _say(self, turn: Turn, code: str, case: CaseReport) -> Thread:
        state = self._asking.states.get(case.state, case.state)
        turn.speaker.say("utter_case_status", code=code, state=state, agency=case.agency)
        after = self._about(turn, code)
        if case.declined:
            turn.speaker.say("utter_case_declined", reason=case.declined)
            return after
        if case.forwarded:
            turn.speaker.say("utter_case_forwarded", agency=case.agency)
        if case.question:
            asked = "utter_case_question"
            turn.speaker.say(asked, buttons=["reply_more"], question=case.question)
        if case.answer:
            return self._say_answer(turn, code, case, after)
        if case.reply_due and case.state in ("received", "registered"):
            turn.speaker.say("utter_case_due", due=day(case.reply_due))
        return after

    def _say_answer(self, turn: Turn, code: str, case: CaseReport, after: Thread) -> Thread:
        by = case.answered_by or case.agency
        turn.speaker.say("utter_case_answer", answer=case.answer, by=by)
        if not case.can_rate and not case.can_reopen:
            return after
        turn.speaker.say("utter_case_rate", code=code)
        return replace(after, waiting_for=Waiting.RATING)

    async def _of_conversation(self, turn: Turn) -> str | None:
        """The newest that began here: whoever comes back the next day has no code at hand."""
        codes = await self._escalation.codes_of(turn.message.conversation)
        return None if codes is None else next(iter(codes), "")

    def _code(self, turn: Turn) -> str:
        return find_code(turn.message.text) or self._last(turn)

    def _last(self, turn: Turn) -> str:
        """The case whose answer came, or that was spoken of last."""
        report = turn.thread.report
        return turn.message.answered_case or (report.case if report else "")

    def _about(self, turn: Turn, code: str) -> Thread:
        """What is written stays; otherwise this is the case asked about next."""
        report = turn.thread.report
        if report and report.is_open and not report.is_form:
            return turn.thread
        if report and report.step is not Step.DONE:
            return replace(turn.thread, report=replace(report, case=code))
        receipt = report.receipt if report and report.case == code else None
        return replace(turn.thread, report=Report(Step.DONE, case=code, receipt=receipt))
