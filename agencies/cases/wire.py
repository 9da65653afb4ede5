"""What comes over the wire about cases, checked before anything is done with it."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field

from agencies.cases.model import Wish
from agencies.client import (
    CaseAttachment,
    CaseContact,
    CaseDraft,
    CasePlace,
    CaseProcedure,
    Consent,
)
from vietnamese.text import clean

LONGEST_TEXT = 5000


def _line(text: str) -> str:
    return clean(text).replace("\n", " ")


def _a_name(text: str) -> str:
    """Names are compared, so they come back as they were or not at all."""
    if text != _line(text):
        raise ValueError("has characters that nobody sees")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_a_name)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_line)]
Short = Annotated[str, Field(max_length=80), AfterValidator(_line)]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(clean)]
Text = Annotated[Words, Field(min_length=1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProcedureBody(_Body):
    code: Short
    title: Annotated[str, Field(max_length=1000), AfterValidator(_line)]
    field: Line = ""
    level: Short = ""
    agency: Annotated[str, Field(max_length=1000), AfterValidator(_line)] = ""


class PlaceBody(_Body):
    code: Annotated[str, Field(pattern=r"^\d{0,5}$")]
    name: Line


class ContactBody(_Body):
    name: Annotated[str, Field(max_length=200), AfterValidator(_line)] = ""
    phone: Annotated[str, Field(max_length=40), AfterValidator(_line)] = ""
    email: Annotated[str, Field(max_length=254), AfterValidator(_line)] = ""
    address: Line = ""


class ConsentBody(_Body):
    version: Annotated[Short, Field(min_length=1)]
    at: AwareDatetime


class AttachmentBody(_Body):
    name: Line
    media_type: Annotated[str, Field(max_length=100)]
    content: Base64Bytes


class RouteBody(_Body):
    text: Text
    wish: Wish = Wish.FEEDBACK
    category: Short = ""
    procedure: ProcedureBody | None = None
    place: PlaceBody | None = None


class CaseBody(RouteBody):
    submission: Name
    conversation: Name
    channel: Annotated[str, Field(max_length=40), AfterValidator(_line)]
    agency: Short
    dossier_code: Short = ""
    contact: ContactBody = ContactBody()
    consent: ConsentBody | None = None
    attachments: tuple[AttachmentBody, ...] = ()
    insisted: bool = False

    def draft(self) -> CaseDraft:
        at: datetime | None = self.consent.at if self.consent else None
        return CaseDraft(
            submission=self.submission,
            conversation=self.conversation,
            channel=self.channel,
            wish=self.wish,
            text=self.text,
            agency=self.agency,
            category=self.category,
            procedure=CaseProcedure(**self.procedure.model_dump()) if self.procedure else None,
            place=CasePlace(**self.place.model_dump()) if self.place else None,
            dossier_code=self.dossier_code,
            contact=CaseContact(**self.contact.model_dump()),
            consent=Consent(self.consent.version, at) if self.consent and at else None,
            attachments=tuple(
                CaseAttachment(file.name, file.media_type, file.content)
                for file in self.attachments
            ),
            insisted=self.insisted,
        )


class RatingBody(_Body):
    score: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[str, Field(max_length=1000), AfterValidator(clean)] = ""


class MessageBody(_Body):
    text: Text
    submission: Name


class ReopeningBody(_Body):
    reason: Text
    submission: Name


class ConversationBody(_Body):
    conversation: Name
