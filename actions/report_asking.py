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
    """The words of report.yml; `tracking` is the address of the public page, "" when there is none.

    Of the categories the plain ones are asked for: nobody has to know the decree.
    """

    consent_version: str
    consent: str
    categories: tuple[Choice, ...]
    plain_categories: tuple[Choice, ...]
    review: dict[str, str]
    contact: dict[str, str]
    states: dict[str, str]
    tracking: str = ""

    @classmethod
    def load(cls, file: Path = FILE, *, tracking: str = "") -> "Asking":
        words: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        plain = (one for one in words["categories"] if one.get("plain"))
        return cls(
            consent_version=words["consent"]["version"],
            consent=words["consent"]["text"].strip(),
            categories=tuple(Choice(one["code"], one["name"]) for one in words["categories"]),
            plain_categories=tuple(Choice(one["code"], one["name"]) for one in plain),
            review=words["review"],
            contact=words["contact"],
            states=words["states"],
            tracking=tracking.rstrip("/"),
        )

    def ask(self, speaker: Speaker, report: Report) -> None:
        match report.step:
            case Step.WHAT:
                speaker.say(WHAT[report.wish], buttons=["report_leave"])
            case Step.TURNED:
                speaker.say("utter_report_turned", buttons=["report_insist", "report_leave"])
            case Step.AGENCY:
                self._ask_agency(speaker, report)
            case Step.CATEGORY:
                asked = "utter_report_category"
                speaker.offer_list(asked, self.plain_categories, buttons=["report_leave"])
            case Step.CONTACT:
                speaker.say("utter_report_contact", buttons=["report_skip", "report_leave"])
            case Step.REASON:
                speaker.say("utter_case_reopen_why", buttons=["report_leave"])
            case Step.REPLY:
                self._ask_reply(speaker, report)
            case Step.REVIEW | Step.DONE:
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
            reference=receipt.code,
            agency=receipt.agency,
            due=day(receipt.reply_due),
        )
        if receipt.files:
            speaker.say("utter_report_files", count=receipt.files)
        if self.tracking:
            speaker.say("utter_report_tracking", address=f"{self.tracking}/{receipt.code}")
        speaker.note_case(receipt.code, emptied=receipt.emptied)

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

    def _ask_reply(self, speaker: Speaker, report: Report) -> None:
        if not report.text:
            speaker.say("utter_case_write", buttons=["report_leave"], code=report.case)
            return
        said = shortened(" ".join(report.text.split()), SHOWN)
        buttons = ["reply_send", "reply_drop"]
        speaker.say("utter_case_write_sure", buttons=buttons, code=report.case, said=said)

    def _review(self, speaker: Speaker, report: Report) -> None:
        names = {one.code: one.title for one in self.categories}
        given = ", ".join(self.contact.get(kind, kind) for kind in report.contact)
        facts = {
            "what": shortened(" ".join(report.text.split()), SHOWN),
            "agency": report.agency.title if report.agency else "",
            "category": names.get(report.category, "") or self.contact[f"wish_{report.wish}"],
            "contact": given or self.contact["none"],
            "more": self._lines(report),
        }
        buttons = ["report_consent", "report_edit_text", "report_edit_agency"]
        buttons += ["report_edit_contact"]
        buttons += ["report_drop_procedure"] if report.procedure else []
        speaker.say("utter_report_review", **facts)
        asked = "utter_report_consent"
        speaker.say(asked, buttons=[*buttons, "report_refuse"], consent=self.consent)

    def _lines(self, report: Report) -> str:
        """Whatever else goes along, each on its line."""
        values = {
            "procedure": report.procedure.title if report.procedure else "",
            "place": report.place_name,
            "dossier": report.dossier_code,
        }
        lines = (self.review[name].format(value) for name, value in values.items() if value)
        return "".join(f"\n{line}" for line in lines)


def day(at: date | None) -> str:
    return at.strftime("%d/%m/%Y") if at else ""
