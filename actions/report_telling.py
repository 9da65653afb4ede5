"""What happened: told at once, in other words, or piece by piece; and who may be responsible."""

from dataclasses import replace
from itertools import pairwise

from actions.content import TELLING, Content
from actions.dossier import DossierCodes
from actions.escalation import Escalation, Kind, Matter, Routes
from actions.filling import Filling
from actions.report import Report, Step
from actions.thread import Thread
from actions.words import Words
from knowledge.client import Choice
from vietnamese.words import syllables

PROPOSED = 3  # Agencies that are shown with the one that is proposed.
LONGEST = 4_000  # Characters of what happened.


class Telling:
    def __init__(
        self, escalation: Escalation, words: Words, content: Content, codes: DossierCodes
    ) -> None:
        self._escalation = escalation
        self._words = words
        self._content = content
        self._codes = codes

    async def what(self, filling: Filling) -> Thread:
        text, report = filling.text, filling.report
        if report.text and self._words.says("retry", text):
            return await self.tell(filling, report.text)
        if not self._content.tells(text):
            return filling.at(report)
        return await self.tell(filling, text)

    async def turned(self, filling: Filling) -> Thread:
        """It is feedback when they say so, and may be when it is told in other words."""
        if self._words.says("report_insist", filling.text):
            return await self.insist(filling)
        if not self._content.tells(filling.text, TELLING):
            return filling.at(filling.report)
        return await self.tell(filling, filling.text)

    async def insist(self, filling: Filling) -> Thread:
        report = replace(filling.report, insisted=True)
        return await self.tell(replace(filling, report=report), report.text)

    async def tell(self, filling: Filling, text: str) -> Thread:
        """What happened is known: who may be responsible?"""
        report = self._with_text(filling, filling.report, text)
        if not report.procedure:
            report = replace(report, procedure=_meant(filling.turn.thread.focus, text))
        routes = await self._escalation.route(matter(report))
        if routes is None:
            filling.speaker.say("utter_report_down", buttons=["retry", "report_leave"])
            return filling.keep(replace(report, step=Step.WHAT))
        if routes.kind is Kind.COMPLAINT and not report.insisted:
            return turned_to_complaint(filling, report)
        if routes.kind is Kind.EMERGENCY and not report.insisted:
            if filling.intent != "emergency":  # Otherwise Rasa said it itself.
                filling.speaker.say("utter_emergency")
            report = replace(report, insisted=True)
        return _routed(filling, report, routes)

    def add(self, filling: Filling, report: Report) -> Thread:
        """Something more, said when something else was asked: it is part of what happened."""
        report = self._with_text(filling, report.unsigned(), f"{report.text}\n{filling.text}")
        filling.speaker.say("utter_report_added")
        return filling.at(report)

    async def placed(self, filling: Filling, name: str) -> Thread:
        """Where it was, said by itself: it is no part of what happened, but may change who is
        responsible; an agency that was chosen stays."""
        report = replace(filling.report.unsigned(), place="", place_name=name)
        if report.step is Step.AGENCY:
            return await self.tell(replace(filling, report=report), report.text)
        filling.speaker.say("utter_report_added")
        return filling.at(report)

    def _with_text(self, filling: Filling, report: Report, text: str) -> Report:
        if len(text) > LONGEST:
            filling.speaker.say("utter_report_too_long", longest=LONGEST)
        code = self._codes.find(text) or report.dossier_code
        return replace(report, text=text[:LONGEST], dossier_code=code)


def turned_to_complaint(filling: Filling, report: Report) -> Thread:
    filling.speaker.say("utter_complaint")
    return filling.at(replace(report, step=Step.TURNED))


def matter(report: Report) -> Matter:
    return Matter(report.wish, report.text, report.procedure, report.place, report.place_name)


def _routed(filling: Filling, report: Report, routes: Routes) -> Thread:
    report = replace(report, category=report.category or routes.category)
    if report.agency:  # Only the text was changed.
        return filling.at(report.next())
    offered = routes.agencies[:PROPOSED]
    report = replace(report, offered=offered, proposed=bool(offered), step=Step.AGENCY)
    return filling.at(report)


def _meant(procedure: Choice | None, text: str) -> Choice | None:
    """The procedure talked about before, when the report speaks of it, too."""
    if not procedure:
        return None
    said = set(pairwise(syllables(text)))
    return procedure if said & set(pairwise(syllables(procedure.title))) else None
