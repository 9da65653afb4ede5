"""The form of a report as a step machine: each message fills in a step and asks for the next."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from actions.choices import ChoiceReader
from actions.content import TELLING, Content
from actions.dossier import DossierCodes
from actions.escalation import Escalation, Wish
from actions.filling import Filling
from actions.here import place_told
from actions.report import CHANGES, Report, Step, submission_of
from actions.report_addressing import Addressing
from actions.report_asking import Asking
from actions.report_sending import Clock, Sending
from actions.report_telling import Telling
from actions.thread import Thread
from actions.turn import Turn
from actions.words import Words

UNTAKEN = {
    Wish.QUESTION: "utter_question_not_taken",
    Wish.FEEDBACK: "utter_feedback_not_taken",
    Wish.PERSON: "utter_person_not_taken",
}


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
        self._contact_required = contact_required
        self._content = content = Content(words)
        self._telling = telling = Telling(escalation, words, content, codes)
        self._sending = Sending(escalation, telling, content, words=words, clock=clock)
        self._steps: dict[Step, Callable[[Filling], Awaitable[Thread]]] = {
            Step.WHAT: telling.what,
            Step.TURNED: telling.turned,
            Step.AGENCY: Addressing(escalation, telling, content, choices=choices, words=words),
            Step.CATEGORY: self._category,
            Step.CONTACT: self._contact,
            Step.REVIEW: self._sending.review,
        }

    async def begin(self, turn: Turn, wish: Wish) -> Thread:
        """A wish to have something passed on."""
        if not self._escalation.takes:
            turn.speaker.say(UNTAKEN[wish])
            return replace(turn.thread, misunderstood=0)
        filling = self._begun(turn, wish)
        text = self._told_already(turn, wish)
        if not text:
            return filling.at(filling.report)
        return await self._telling.tell(filling, text)

    async def insist(self, turn: Turn) -> Thread:
        """What was taken for a complaint is feedback after all."""
        report, text = turn.thread.report, turn.thread.last_complaint
        if report and report.is_form:
            filling = Filling(turn, report, self._asking)
            return await self._telling.insist(filling) if report.text else filling.at(report)
        if not self._escalation.takes or not self._content.tells(text, TELLING):
            return await self.begin(turn, Wish.FEEDBACK)
        begun = self._begun(turn, Wish.FEEDBACK)
        told = replace(begun.report, text=text)
        return await self._telling.insist(replace(begun, report=told))

    async def go_on(self, turn: Turn) -> Thread:
        """An answer to what was asked last, or a change of what was answered before."""
        report = turn.thread.report
        if report is None:
            return await self.begin(turn, Wish.FEEDBACK)
        filling = Filling(turn, report, self._asking)
        if report.step is Step.DONE:
            return self._sending.again(filling)
        text = turn.message.text
        for words, change in CHANGES.items():
            if self._words.says(words, text):
                return filling.at(change(report))
        if turn.message.sealed:
            return self._with_contact(filling)
        if place := place_told(text):
            return await self._telling.placed(filling, place)
        if report.step is Step.REVIEW and self._words.says("report_refuse", text):
            return self.left(turn, "utter_report_refused")
        return await self._steps[report.step](filling)

    async def ask_again(self, turn: Turn) -> Thread:
        """Begun already: what was written is not thrown away."""
        report = turn.thread.report
        return Filling(turn, report, self._asking).at(report) if report else turn.thread

    async def leave(self, turn: Turn) -> Thread:
        report = turn.thread.report
        if report and not report.is_form:
            turn.speaker.say("utter_case_word_left")
            return Filling(turn, report, self._asking).over()
        return self.left(turn, "utter_report_left")

    def left(self, turn: Turn, response: str) -> Thread:
        """Nothing is sent; what was written can be gone on with until the session ends."""
        before = turn.thread.report
        report = before.closed() if before else None
        turn.speaker.say(response, buttons=["report_continue"] if report and report.left else ())
        turn.speaker.note_drawer("contact", "files")
        turn.speaker.note_asked("")
        return replace(turn.thread.settled(), report=report, misunderstood=0)

    def _begun(self, turn: Turn, wish: Wish) -> Filling:
        message, thread = turn.message, turn.thread
        turn.speaker.note_drawer("contact", "files")  # Whatever lies there was for something else.
        report = Report(
            Step.WHAT,
            wish,
            submission_of(message.conversation, message.id),
            procedure=thread.focus if thread.fresh else None,
            place=thread.place,
            place_name=thread.place_name,
            case=thread.report.case if thread.report else "",
        )
        return Filling(turn, report, self._asking)

    def _told_already(self, turn: Turn, wish: Wish) -> str:
        if wish is Wish.PERSON:
            return ""  # They hear the number to call first.
        if wish is Wish.QUESTION:
            return turn.thread.last_question
        text = turn.message.text
        return text if self._content.tells(text, TELLING) else ""

    async def _category(self, filling: Filling) -> Thread:
        """Asked once: what is said in other words counts, and who does not know need not."""
        offered = self._asking.plain_categories
        pick = self._choices.pick(filling.text, offered)
        if self._words.is_button(filling.text):
            return filling.at(filling.report)
        if pick and pick.place is not None:
            code = offered[pick.place].code
        else:
            behaviour = self._words.mentions("about_behaviour", filling.text)
            code = "behaviour" if behaviour else "other"
        report = replace(filling.report, category=code).next()
        more = not pick and self._content.tells(filling.text, TELLING)
        return self._telling.add(filling, report) if more else filling.at(report)

    async def _contact(self, filling: Filling) -> Thread:
        """Here only without one: a contact never comes as words."""
        skips = self._words.says("report_skip", filling.text) or filling.intent == "deny"
        if skips and not self._contact_required:
            filling.speaker.note_drawer("contact")
            report = replace(filling.report, without_contact=True, contact=())
            return filling.at(report.next())
        unread = "utter_report_contact_required" if skips else "utter_report_contact_unread"
        filling.speaker.say(unread)
        return filling.at(filling.report)

    def _with_contact(self, filling: Filling) -> Thread:
        sealed = filling.turn.message.sealed
        if self._contact_required and "name" not in sealed:
            filling.speaker.say("utter_report_contact_nameless")
            return filling.at(replace(filling.report, step=Step.CONTACT))
        report = replace(filling.report.unsigned(), contact=sealed, without_contact=False)
        later = report.step in (Step.CONTACT, Step.REVIEW)
        return filling.at(report.next() if later else report)
