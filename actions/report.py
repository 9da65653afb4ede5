"""The form of a report (phản ánh, kiến nghị): what is filled in so far, and what is asked next."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from actions.escalation import Wish
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
    DONE = "done"  # Nothing is open; `case` is what was sent last.


@dataclass(frozen=True)
class Report:
    """`offered` are the agencies shown last; `proposed` that the first of them was proposed.

    `contact` names what was given ("phone"), never the contact itself: the gateway keeps that.
    """

    step: Step
    wish: Wish = Wish.FEEDBACK
    submission: str = ""
    text: str = ""
    procedure: Choice | None = None
    place: str = ""
    dossier_code: str = ""
    offered: tuple[Choice, ...] = ()
    proposed: bool = False
    agency: Choice | None = None
    category: str = ""
    contact: tuple[str, ...] = ()
    without_contact: bool = False
    consent_version: str = ""
    consent_at: str = ""
    case: str = ""

    @property
    def is_open(self) -> bool:
        return self.step is not Step.DONE

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


def submission_of(conversation: str, message_id: str) -> str:
    """The form's name: it tells nobody who filled it in, and is the same for a repeated turn."""
    return hashlib.sha256(f"{conversation}\n{message_id}".encode()).hexdigest()[:32]


def written(report: Report | None) -> dict[str, Any] | None:
    """As the tracker's slot keeps it, without what is empty."""
    if report is None:
        return None
    return {name: value for name, value in asdict(report).items() if value}


def read_report(slot: Mapping[str, Any] | None) -> Report | None:
    if not slot:
        return None
    fields = dict(slot) | {"step": Step(slot["step"]), "wish": Wish(slot.get("wish", "feedback"))}
    for name in ("procedure", "agency"):
        if name in fields:
            fields[name] = Choice(**fields[name])
    fields["offered"] = tuple(Choice(**one) for one in fields.get("offered", ()))
    fields["contact"] = tuple(fields.get("contact", ()))
    return Report(**fields)
