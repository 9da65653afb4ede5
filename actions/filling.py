"""One turn of a form: what it was before, and the ways such a turn can end."""

from dataclasses import dataclass, replace

from actions.report import Report, Step
from actions.report_asking import Asking
from actions.speech import Speaker
from actions.thread import Thread
from actions.turn import Turn


@dataclass(frozen=True)
class Filling:
    """`report` is the form as it was before the message."""

    turn: Turn
    report: Report
    asking: Asking

    @property
    def text(self) -> str:
        return self.turn.message.text

    @property
    def intent(self) -> str:
        return self.turn.message.intent

    @property
    def speaker(self) -> Speaker:
        return self.turn.speaker

    def at(self, report: Report) -> Thread:
        """Ask for what the form is at."""
        self.asking.ask(self.speaker, report)
        return self.keep(report)

    def keep(self, report: Report) -> Thread:
        self.speaker.note_asked(self.asking.wants(report))
        return replace(self.turn.thread.settled(), report=report, misunderstood=0)

    def over(self) -> Thread:
        """A word to a case is done with: the form that waited meanwhile is offered again."""
        parked = self.report.parked
        if not parked:
            return self.keep(Report(Step.DONE, case=self.report.case))
        self.speaker.say("utter_report_goes_on", buttons=["report_continue", "report_leave"])
        return self.keep(parked)


def parked(report: Report | None) -> Report | None:
    """What waits while something is asked about a case: an open form, or one that was left."""
    if report is None or report.step is Step.DONE:
        return None
    return report if report.is_form or report.left else report.parked
