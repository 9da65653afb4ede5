"""Which agency: the one proposed, one of a list, or one that the citizen names."""

from collections.abc import Sequence
from dataclasses import replace

from actions.choices import ChoiceReader
from actions.content import TELLING, Content
from actions.escalation import Escalation
from actions.filling import Filling
from actions.report import Report
from actions.report_telling import Telling
from actions.thread import Thread
from actions.words import Words
from knowledge.client import Choice
from vietnamese.words import syllables

SHORT = 8  # Syllables of a refusal ("không phải xã này"); what happened is told at length.


class Addressing:
    def __init__(
        self,
        escalation: Escalation,
        telling: Telling,
        content: Content,
        *,
        choices: ChoiceReader,
        words: Words,
    ) -> None:
        self._escalation = escalation
        self._telling = telling
        self._content = content
        self._choices = choices
        self._words = words

    async def __call__(self, filling: Filling) -> Thread:
        report, text = filling.report, filling.text
        if report.proposed and self._words.says("report_yes", text):
            return _with(filling, report.offered[0])
        if self._words.says("report_other", text):
            return _by_name(filling)
        pick = self._choices.pick(text, report.offered) if report.offered else None
        if pick and pick.place is not None and not pick.rest:
            return _with(filling, report.offered[pick.place])
        if pick and pick.place is None:
            return _by_name(filling)
        if self._words.is_button(text):
            return filling.at(report)
        found = await self._escalation.agencies(text)
        if found is None:
            filling.speaker.say("utter_report_down", buttons=["retry", "report_leave"])
            return filling.keep(report)
        return self._named(filling, found) if found else self._nothing_named(filling)

    def _named(self, filling: Filling, found: tuple[Choice, ...]) -> Thread:
        """It is offered, not taken; what else was told is not lost."""
        report = replace(filling.report, offered=found, proposed=len(found) == 1)
        longer = len(syllables(filling.text)) - _longest(found)
        if longer > TELLING and self._content.tells(filling.text, TELLING):
            return self._telling.add(filling, report)
        return filling.at(report)

    def _nothing_named(self, filling: Filling) -> Thread:
        report, text = filling.report, filling.text
        if len(syllables(text)) <= SHORT and self._words.mentions("another", text):
            return _by_name(filling)
        if self._content.tells(text, TELLING):
            return self._telling.add(filling, report)
        if filling.intent == "deny":
            return _by_name(filling)
        if filling.intent == "affirm" and report.proposed:
            return _with(filling, report.offered[0])
        filling.speaker.say("utter_report_agency_unknown")
        return filling.at(report)


def _with(filling: Filling, agency: Choice) -> Thread:
    report: Report = replace(filling.report, agency=agency, offered=(), proposed=False)
    return filling.at(report.next())


def _by_name(filling: Filling) -> Thread:
    return filling.at(replace(filling.report, offered=(), proposed=False))


def _longest(agencies: Sequence[Choice]) -> int:
    return max(len(syllables(agency.title)) for agency in agencies)
