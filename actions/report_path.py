"""The form of a report as a step machine: each message fills in a step and asks for the next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from actions.choices import ChoiceReader
from actions.dossier import DossierCodes
from actions.escalation import Escalation, HandOver, Kind, Matter, Refused, Routes, Wish
from actions.report import Report, Step, submission_of
from actions.report_asking import Asking
from actions.thread import Thread
from actions.turn import Turn
from actions.words import Words
from knowledge.client import Choice
from vietnamese.words import syllables

PROPOSED = 3  # Agencies that are shown with the one that is proposed.
LEAST = 2  # Syllables that tell anything.
TELLING = 5  # Syllables besides "tôi muốn phản ánh" with which a message tells what happened.
LONGEST = 4_000  # Characters of what happened.
UNTAKEN = {
    Wish.QUESTION: "utter_question_not_taken",
    Wish.FEEDBACK: "utter_feedback_not_taken",
    Wish.PERSON: "utter_person_not_taken",
}
TURNED_TO = {Kind.COMPLAINT: "utter_complaint", Kind.EMERGENCY: "utter_emergency"}

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Filling:
    """One turn of the form: `report` as it was before it."""

    turn: Turn
    report: Report

    @property
    def text(self) -> str:
        return self.turn.message.text


class ReportForm:
    """Nothing is sent before the citizen confirmed the agency and consented."""

    def __init__(
        self,
        escalation: Escalation,
        asking: Asking,
        *,
        choices: ChoiceReader,
        words: Words,
        codes: DossierCodes,
        contact_required: bool = False,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._escalation = escalation
        self._asking = asking
        self._choices = choices
        self._words = words
        self._codes = codes
        self._contact_required = contact_required
        self._clock = clock
        self._steps = {
            Step.WHAT: self._what,
            Step.TURNED: self._turned,
            Step.AGENCY: self._agency,
            Step.CATEGORY: self._category,
            Step.CONTACT: self._contact,
            Step.REVIEW: self._review,
        }

    async def begin(self, turn: Turn, wish: Wish) -> Thread:
        """A wish to have something passed on."""
        if not self._escalation.takes:
            turn.speaker.say(UNTAKEN[wish])
            return replace(turn.thread, misunderstood=0)
        message, thread = turn.message, turn.thread
        report = Report(
            Step.WHAT,
            wish,
            submission_of(message.conversation, message.id),
            procedure=thread.focus,
            place=thread.place,
        )
        text = self._told_already(turn, wish)
        if not text:
            return self._at(turn, report)
        return await self._tell(Filling(turn, report), text)

    async def go_on(self, turn: Turn) -> Thread:
        """An answer to what was asked last, or a change of what was answered before."""
        report = turn.thread.report
        if report is None or not report.is_open:
            return await self.begin(turn, Wish.FEEDBACK)
        filling = Filling(turn, report)
        text = turn.message.text
        if self._words.says("report_continue", text):
            return self._at(turn, report)
        if report.text and self._words.says("report_edit_text", text):
            return self._at(turn, replace(report.unsigned(), step=Step.WHAT))
        if report.text and self._words.says("report_edit_agency", text):
            changed = replace(report.unsigned(), step=Step.AGENCY, agency=None, offered=())
            return self._at(turn, replace(changed, proposed=False))
        if report.agency and self._words.says("report_edit_contact", text):
            changed = replace(report.unsigned(), step=Step.CONTACT)
            return self._at(turn, replace(changed, without_contact=False, contact=()))
        if turn.message.sealed:
            return self._with_contact(filling)
        return await self._steps[report.step](filling)

    async def leave(self, turn: Turn) -> Thread:
        turn.speaker.say("utter_report_left")
        return replace(turn.thread, report=None, misunderstood=0)

    def _told_already(self, turn: Turn, wish: Wish) -> str:
        if wish is Wish.PERSON:
            return ""  # They hear the number to call first.
        if wish is Wish.QUESTION:
            return turn.thread.last_question
        beyond = self._words.beyond("report_wish", turn.message.text)
        return turn.message.text if len(syllables(beyond)) >= TELLING else ""

    async def _what(self, filling: Filling) -> Thread:
        text, report = filling.text, filling.report
        if report.text and self._words.says("retry", text):
            return await self._tell(filling, report.text)
        if len(syllables(self._words.beyond("report_wish", text))) < LEAST:
            return self._at(filling.turn, report)
        return await self._tell(filling, text)

    async def _tell(self, filling: Filling, text: str) -> Thread:
        """What happened is known: who may be responsible?"""
        code = self._codes.find(text) or filling.report.dossier_code
        report = replace(filling.report, text=text[:LONGEST], dossier_code=code)
        routes = await self._escalation.route(_matter(report))
        if routes is None:
            filling.turn.speaker.say("utter_report_down", buttons=["retry"])
            return self._kept(filling.turn, replace(report, step=Step.WHAT))
        if routes.kind in TURNED_TO:
            filling.turn.speaker.say(TURNED_TO[routes.kind])
            return self._at(filling.turn, replace(report, step=Step.TURNED))
        return self._routed(filling.turn, report, routes)

    async def _turned(self, filling: Filling) -> Thread:
        """Told in other words it may be feedback after all."""
        if len(syllables(filling.text)) < TELLING:
            return self._at(filling.turn, filling.report)
        return await self._tell(filling, filling.text)

    def _routed(self, turn: Turn, report: Report, routes: Routes) -> Thread:
        category = report.category or routes.category
        if report.agency:  # Only the text was changed.
            return self._at(turn, replace(report, category=category).next())
        offered = routes.agencies[:PROPOSED]
        report = replace(report, category=category, offered=offered, proposed=bool(offered))
        return self._at(turn, replace(report, step=Step.AGENCY))

    async def _agency(self, filling: Filling) -> Thread:
        """The one proposed, one of a list, or one that the citizen names."""
        report, text = filling.report, filling.text
        if report.proposed and self._words.says("report_yes", text):
            return self._with_agency(filling, report.offered[0])
        pick = self._choices.pick(text, report.offered) if report.offered else None
        if pick and pick.place is not None and not pick.rest:
            return self._with_agency(filling, report.offered[pick.place])
        refused = self._words.says("report_other", text) or filling.turn.message.intent == "deny"
        if refused or pick:
            return self._at(filling.turn, replace(report, offered=(), proposed=False))
        return await self._search_agency(filling)

    async def _search_agency(self, filling: Filling) -> Thread:
        speaker, report = filling.turn.speaker, filling.report
        found = await self._escalation.agencies(filling.text)
        if found is None:
            speaker.say("utter_report_down", buttons=["retry"])
            return self._kept(filling.turn, report)
        if not found:
            speaker.say("utter_report_agency_unknown")
        offered = found or report.offered
        one = len(offered) == 1 or (not found and report.proposed)
        return self._at(filling.turn, replace(report, offered=offered, proposed=one))

    def _with_agency(self, filling: Filling, agency: Choice) -> Thread:
        report = replace(filling.report, agency=agency, offered=(), proposed=False)
        return self._at(filling.turn, report.next())

    async def _category(self, filling: Filling) -> Thread:
        categories = self._asking.categories
        pick = self._choices.pick(filling.text, categories)
        if not pick or pick.place is None:
            return self._at(filling.turn, filling.report)
        report = replace(filling.report, category=categories[pick.place].code)
        return self._at(filling.turn, report.next())

    async def _contact(self, filling: Filling) -> Thread:
        """Here only without one: a contact never comes as words."""
        skips = self._words.says("report_skip", filling.text)
        if skips and not self._contact_required:
            report = replace(filling.report, without_contact=True, contact=())
            return self._at(filling.turn, report.next())
        unread = "utter_report_contact_required" if skips else "utter_report_contact_unread"
        filling.turn.speaker.say(unread)
        return self._at(filling.turn, filling.report)

    def _with_contact(self, filling: Filling) -> Thread:
        sealed = filling.turn.message.sealed
        if self._contact_required and "name" not in sealed:
            filling.turn.speaker.say("utter_report_contact_nameless")
            return self._at(filling.turn, replace(filling.report, step=Step.CONTACT))
        report = replace(filling.report.unsigned(), contact=sealed, without_contact=False)
        later = report.step in (Step.CONTACT, Step.REVIEW)
        return self._at(filling.turn, report.next() if later else report)

    async def _review(self, filling: Filling) -> Thread:
        report, text, speaker = filling.report, filling.text, filling.turn.speaker
        if self._words.says("report_refuse", text) or filling.turn.message.intent == "deny":
            speaker.say("utter_report_refused")
            return replace(filling.turn.thread, report=None)
        again = bool(report.consent_at) and self._words.says("retry", text)
        if not again and not self._words.says("report_consent", text):
            return self._at(filling.turn, report)
        if not again:
            at = self._clock().isoformat(timespec="seconds")
            report = replace(report, consent_version=self._asking.consent_version, consent_at=at)
        return await self._send(filling.turn, report)

    async def _send(self, turn: Turn, report: Report) -> Thread:
        agency = report.agency
        if not agency or not report.consent_at:  # Never without both.
            return self._at(turn, report.next())
        receipt = await self._escalation.hand_over(_hand_over(turn, report, agency))
        if receipt is None:
            turn.speaker.say("utter_report_unsent", buttons=["retry", "report_leave"])
            return self._kept(turn, report)
        if isinstance(receipt, Refused):
            return self._refused(turn, report, receipt)
        self._asking.sent(turn.speaker, receipt)
        done = Report(Step.DONE, case=receipt.duplicate_of or receipt.reference)
        return replace(turn.thread.settled(), report=done, misunderstood=0)

    def _refused(self, turn: Turn, report: Report, why: Refused) -> Thread:
        """What can be put right is asked for again; the rest of the form stays."""
        report = report.unsigned()
        if why in (Refused.COMPLAINT, Refused.EMERGENCY):
            turn.speaker.say(TURNED_TO[Kind(why.value)])
            return self._at(turn, replace(report, step=Step.TURNED))
        turn.speaker.say(f"utter_report_refused_{why.value}")
        if why in (Refused.CONTACT, Refused.CONTACT_GONE):
            report = replace(report, step=Step.CONTACT, contact=(), without_contact=False)
        return self._at(turn, report)

    def _at(self, turn: Turn, report: Report) -> Thread:
        """Ask for what the form is at."""
        self._asking.ask(turn.speaker, report)
        return self._kept(turn, report)

    def _kept(self, turn: Turn, report: Report) -> Thread:
        turn.speaker.note_asked(self._asking.wants(report))
        return replace(turn.thread.settled(), report=report, misunderstood=0)


def _matter(report: Report) -> Matter:
    return Matter(report.wish, report.text, report.procedure, report.place)


def _hand_over(turn: Turn, report: Report, agency: Choice) -> HandOver:
    return HandOver(
        submission=report.submission,
        matter=_matter(report),
        agency=agency.code,
        category=report.category,
        dossier_code=report.dossier_code,
        conversation=turn.message.conversation,
        channel=turn.message.channel or turn.message.conversation.partition(":")[0],
        consent_version=report.consent_version,
        consent_at=datetime.fromisoformat(report.consent_at),
        contact=report.contact,
    )
