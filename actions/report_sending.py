"""The review: sent once it is consented to, changed, added to, or not sent at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from actions.content import TELLING, Content
from actions.escalation import Escalation, HandOver, Refused
from actions.filling import Filling
from actions.report import Report, Step
from actions.report_telling import Telling, matter, turned_to_complaint
from actions.thread import Thread
from actions.turn import Turn
from actions.words import Words
from knowledge.client import Choice
from vietnamese.words import syllables

Clock = Callable[[], datetime]
REFUSALS = {
    Refused.CONTACT: "utter_report_refused_contact",
    Refused.CONTACT_GONE: "utter_report_refused_contact_gone",
    Refused.FILES: "utter_report_refused_files",
    Refused.OTHER: "utter_report_refused_other",
}
OFFERED = ("report_edit_text", "report_edit_agency", "report_edit_contact")
SHORT = 8  # Syllables of an objection; what happened is told at length.
OBJECTING = {"deny", "correct", "not_solved"}  # Intents.


class Sending:
    def __init__(
        self,
        escalation: Escalation,
        telling: Telling,
        content: Content,
        *,
        words: Words,
        clock: Clock,
    ) -> None:
        self._escalation = escalation
        self._telling = telling
        self._content = content
        self._words = words
        self._clock = clock

    async def review(self, filling: Filling) -> Thread:
        report, text = filling.report, filling.text
        if self._words.says("report_consent", text):
            return await self._send(filling, self._signed(filling))
        if report.consent_at and self._words.says("retry", text):
            return await self._send(filling, report)
        if self._words.says("report_wrong", text):
            return self._what_to_change(filling)
        tells = self._content.tells(text, TELLING)
        short = len(syllables(text)) <= SHORT
        if (filling.intent == "deny" and short) or (filling.intent in OBJECTING and not tells):
            return self._what_to_change(filling)
        return self._telling.add(filling, report) if tells else filling.at(report)

    def again(self, filling: Filling) -> Thread:
        """The receipt once more: it may not have arrived."""
        receipt = filling.report.receipt
        if receipt:
            filling.asking.sent(filling.speaker, receipt)
        return filling.keep(filling.report)

    def _what_to_change(self, filling: Filling) -> Thread:
        """Something is wrong with it: what was written is not thrown away for that."""
        buttons = [*OFFERED, "report_consent", "report_leave"]
        filling.speaker.say("utter_report_what_to_change", buttons=buttons)
        return filling.keep(filling.report)

    def _signed(self, filling: Filling) -> Report:
        at = self._clock().isoformat(timespec="seconds")
        version = filling.asking.consent_version
        return replace(filling.report, consent_version=version, consent_at=at)

    async def _send(self, filling: Filling, report: Report) -> Thread:
        agency = report.agency
        if not agency or not report.consent_at:  # Never without both.
            return filling.at(report.next())
        receipt = await self._escalation.hand_over(_hand_over(filling.turn, report, agency))
        if receipt is None:
            filling.speaker.say("utter_report_unsent", buttons=["retry", "report_leave"])
            return filling.keep(report)
        if isinstance(receipt, Refused):
            return _refused(filling, report.unsigned(), receipt)
        filling.asking.sent(filling.speaker, receipt)
        return filling.keep(Report(Step.DONE, case=receipt.code, receipt=receipt))


def _refused(filling: Filling, report: Report, why: Refused) -> Thread:
    """What can be put right is asked for again; the rest of the form stays."""
    if why is Refused.COMPLAINT:
        return turned_to_complaint(filling, report)
    if why is Refused.EMERGENCY:
        filling.speaker.say("utter_emergency")
        return filling.at(replace(report, insisted=True))
    filling.speaker.say(REFUSALS[why])
    if why in (Refused.CONTACT, Refused.CONTACT_GONE):
        report = replace(report, step=Step.CONTACT, contact=(), without_contact=False)
    return filling.at(report)


def _hand_over(turn: Turn, report: Report, agency: Choice) -> HandOver:
    return HandOver(
        submission=report.submission,
        matter=matter(report),
        agency=agency.code,
        category=report.category,
        dossier_code=report.dossier_code,
        conversation=turn.message.conversation,
        channel=turn.message.channel or turn.message.conversation.partition(":")[0],
        consent_version=report.consent_version,
        consent_at=datetime.fromisoformat(report.consent_at),
        contact=report.contact,
        insisted=report.insisted,
    )
