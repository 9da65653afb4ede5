"""The form of a report (phản ánh, kiến nghị): what is filled in so far, and what is asked next."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from actions.escalation import Receipt, Wish
from knowledge.client import Choice


class Step(StrEnum):
    """What the bot asked for last."""

    WHAT = "what"
    TURNED = "turned"  # It seems to be a complaint or an emergency: sent on only if they insist.
    AGENCY = "agency"
    CATEGORY = "category"
    CONTACT = "contact"
    REVIEW = "review"  # With the consent.
    REASON = "reason"  # Why an answered case is not solved.
    REPLY = "reply"  # Words for a case: to what its agency asked, or something more.
    DONE = "done"  # Nothing is open; `case` is what was sent last.


ABOUT_A_CASE = (Step.REASON, Step.REPLY)


@dataclass(frozen=True)
class Report:
    """`offered` are the agencies shown last; `proposed` that the first of them was proposed.

    `contact` names what was given ("phone"), never the contact itself: the gateway keeps that.
    `case` is what was sent last, or what a reason or reply is for. While that is asked for, an open
    form waits as `parked`. One that was `left` can be gone on with until the session ends.
    """

    step: Step
    wish: Wish = Wish.FEEDBACK
    submission: str = ""
    text: str = ""
    procedure: Choice | None = None
    place: str = ""
    place_name: str = ""
    dossier_code: str = ""
    offered: tuple[Choice, ...] = ()
    proposed: bool = False
    agency: Choice | None = None
    category: str = ""
    contact: tuple[str, ...] = ()
    without_contact: bool = False
    consent_version: str = ""
    consent_at: str = ""
    insisted: bool = False  # On its being feedback, though it reads like something else.
    case: str = ""
    left: bool = False
    parked: "Report | None" = None
    receipt: Receipt | None = None

    @property
    def is_open(self) -> bool:
        return self.step is not Step.DONE and not self.left

    @property
    def is_form(self) -> bool:
        """Whether it is to become a case, and is no word to one."""
        return self.is_open and self.step not in ABOUT_A_CASE

    def next(self) -> "Report":
        """At what is still to be asked, once it is clear what happened."""
        return replace(self, step=self._missing())

    def _missing(self) -> Step:
        if not self.text:
            return Step.WHAT
        if not self.agency:
            return Step.AGENCY
        if not self.category and self.wish is Wish.FEEDBACK:
            return Step.CATEGORY
        if not self.contact and not self.without_contact:
            return Step.CONTACT
        return Step.REVIEW

    def unsigned(self) -> "Report":
        """Whatever is changed is consented to anew."""
        return replace(self, consent_version="", consent_at="")

    def closed(self) -> "Report | None":
        """Left: what was written can be gone on with, a contact would have to be given again."""
        if not self.text:
            return Report(Step.DONE, case=self.case) if self.case else None
        step = Step.CONTACT if self.step is Step.REVIEW else self.step
        closed = replace(self.unsigned(), step=step, left=True)
        return replace(closed, contact=(), without_contact=False)

    # What can be changed at any step; what there is nothing of stays as it is.

    def text_anew(self) -> "Report":
        return replace(self.unsigned(), step=Step.WHAT) if self.text else self

    def agency_anew(self) -> "Report":
        if not self.text:
            return self
        changed = replace(self.unsigned(), step=Step.AGENCY, agency=None)
        return replace(changed, offered=(), proposed=False)

    def contact_anew(self) -> "Report":
        if not self.agency:
            return self
        changed = replace(self.unsigned(), step=Step.CONTACT)
        return replace(changed, contact=(), without_contact=False)

    def without_procedure(self) -> "Report":
        return replace(self.unsigned(), procedure=None) if self.procedure else self


# What can be said at any step of a form, and what it changes.
CHANGES: dict[str, Callable[[Report], Report]] = {
    "report_continue": lambda report: replace(report, left=False),
    "report_edit_text": Report.text_anew,
    "report_edit_agency": Report.agency_anew,
    "report_edit_contact": Report.contact_anew,
    "report_drop_procedure": Report.without_procedure,
}


def submission_of(conversation: str, message_id: str) -> str:
    """The form's name: it tells nobody who filled it in, and is the same for a repeated turn."""
    return hashlib.sha256(f"{conversation}\n{message_id}".encode()).hexdigest()[:32]


def written(report: Report | None) -> dict[str, Any] | None:
    """As the tracker's slot keeps it, without what is empty."""
    if report is None:
        return None
    slot = {name: value for name, value in asdict(report).items() if value}
    if report.parked:
        slot["parked"] = written(report.parked)
    if report.receipt and report.receipt.reply_due:
        slot["receipt"]["reply_due"] = report.receipt.reply_due.isoformat()
    return slot


def read_report(slot: Mapping[str, Any] | None) -> Report | None:
    if not slot:
        return None
    fields = dict(slot) | {"step": Step(slot["step"]), "wish": Wish(slot.get("wish", "feedback"))}
    for name in ("procedure", "agency"):
        if name in fields:
            fields[name] = Choice(**fields[name])
    fields["offered"] = tuple(Choice(**one) for one in fields.get("offered", ()))
    fields["contact"] = tuple(fields.get("contact", ()))
    fields["parked"] = read_report(fields.get("parked"))
    fields["receipt"] = _receipt(fields.get("receipt"))
    return Report(**fields)


def _receipt(slot: Mapping[str, Any] | None) -> Receipt | None:
    if not slot:
        return None
    due = slot.get("reply_due")
    return Receipt(**{**slot, "reply_due": date.fromisoformat(due) if due else None})
