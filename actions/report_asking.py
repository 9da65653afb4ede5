"""What the form of a report says: the question of each step, the review, what became of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from actions.escalation import Receipt, Wish
from actions.report import Report, Step
from actions.speech import Speaker, shortened
from knowledge.client import Choice

FILE = Path(__file__).with_name("report.yml")
SHOWN = 600  # Characters of what happened that the review repeats.
WHAT = {
    Wish.FEEDBACK: "utter_report_what",
    Wish.QUESTION: "utter_report_what_question",
    Wish.PERSON: "utter_report_what_person",
}


@dataclass(frozen=True)
class Asking:
    """The words of report.yml."""

    consent_version: str
    consent: str
    categories: tuple[Choice, ...]
    contact: dict[str, str]
    states: dict[str, str]

    @classmethod
    def load(cls, file: Path = FILE) -> "Asking":
        words: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return cls(
            consent_version=words["consent"]["version"],
            consent=words["consent"]["text"].strip(),
            categories=tuple(Choice(one["code"], one["name"]) for one in words["categories"]),
            contact=words["contact"],
            states=words["states"],
        )

    def ask(self, speaker: Speaker, report: Report) -> None:
        if report.step is Step.WHAT:
            speaker.say(WHAT[report.wish], buttons=["report_leave"])
        elif report.step is Step.TURNED:
            speaker.say("utter_report_turned", buttons=["report_leave"])
        elif report.step is Step.AGENCY:
            self._ask_agency(speaker, report)
        elif report.step is Step.CATEGORY:
            speaker.offer_list("utter_report_category", self.categories)
        elif report.step is Step.CONTACT:
            speaker.say("utter_report_contact", buttons=["report_skip", "report_leave"])
        elif report.step is Step.REASON:
            speaker.say("utter_case_reopen_why", buttons=["report_leave"])
        else:
            self._review(speaker, report)

    def wants(self, report: Report) -> str:
        """What the gateway is to take beside the conversation at this step."""
        wanted = {Step.CONTACT: "contact", Step.REVIEW: "files"}
        return wanted.get(report.step, "form") if report.is_open else ""

    def sent(self, speaker: Speaker, receipt: Receipt) -> None:
        """Said only about what was truly taken."""
        response = "utter_report_duplicate" if receipt.duplicate_of else "utter_report_sent"
        speaker.say(
            response,
            reference=receipt.duplicate_of or receipt.reference,
            agency=receipt.agency,
            due=day(receipt.reply_due),
        )
        if receipt.files:
            speaker.say("utter_report_files", count=receipt.files)
        speaker.note_case(receipt.duplicate_of or receipt.reference, emptied=receipt.emptied)

    def _ask_agency(self, speaker: Speaker, report: Report) -> None:
        if report.proposed:
            first, *others = report.offered
            buttons = ["report_yes", "report_other", "report_leave"]
            response = "utter_report_agency_or" if others else "utter_report_agency"
            speaker.offer_list(response, report.offered, buttons=buttons, agency=first.title)
        elif report.offered:
            buttons = ["report_other", "report_leave"]
            speaker.offer_list("utter_report_agencies", report.offered, buttons=buttons)
        else:
            speaker.say("utter_report_agency_name", buttons=["report_leave"])

    def _review(self, speaker: Speaker, report: Report) -> None:
        names = {one.code: one.title for one in self.categories}
        given = ", ".join(self.contact.get(kind, kind) for kind in report.contact)
        facts = {
            "what": shortened(" ".join(report.text.split()), SHOWN),
            "agency": report.agency.title if report.agency else "",
            "category": names.get(report.category, "") or self.states_of(report.wish),
            "contact": given or self.contact["none"],
        }
        buttons = [
            "report_consent",
            "report_edit_text",
            "report_edit_agency",
            "report_edit_contact",
            "report_refuse",
        ]
        speaker.say("utter_report_review", **facts)
        speaker.say("utter_report_consent", buttons=buttons, consent=self.consent)

    def states_of(self, wish: Wish) -> str:
        """What it is called when it has no category."""
        return self.contact[f"wish_{wish.value}"]


def day(at: date | None) -> str:
    return at.strftime("%d/%m/%Y") if at else ""
