"""What the action server sends beside its texts: a source, a checklist, how a question ended."""

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from gateway.messages import Checklist, ChecklistItem, FormLink, Link, Reply

Words = Annotated[str, Field(min_length=1)]
LONGEST_WORD = 40
KINDS = ("contact", "files")  # What a drawer holds.
Count = Annotated[int, Field(ge=0)]


class Source(BaseModel):
    title: str
    url: str


class Outcome(BaseModel):
    """How a question ended, and the procedure talked about."""

    status: str
    code: str = ""


class Form(BaseModel):
    name: Words
    url: str | None = None


class Document(BaseModel):
    name: Words
    originals: Count | None = None
    copies: Count | None = None
    forms: list[Form] = []


class Documents(BaseModel):
    """A checklist as it comes."""

    title: Words
    code: str
    case: str | None = None
    items: list[Document] = Field(min_length=1)
    notes: list[Words] = []
    source: str = ""


def with_custom(reply: Reply, custom: dict[str, Any]) -> Reply:
    """The reply with what belongs to it; what cannot be read is left out, as the text is whole."""
    emptied = custom.get("emptied")
    outcome = read_outcome(custom.get("answer"))
    if outcome:
        reply = replace(reply, status=outcome.status, code=outcome.code)
    return replace(
        reply,
        link=read_link(custom.get("source")) or reply.link,
        checklist=read_checklist(custom.get("checklist")) or reply.checklist,
        rateable=reply.rateable or custom.get("rate") is True,
        asks=_word(custom["asks"]) if "asks" in custom else reply.asks,
        case=_word(custom.get("case")) or reply.case,
        emptied=emptied if isinstance(emptied, int) else reply.emptied,
        drawer=_thrown_out(custom.get("drawer")) or reply.drawer,
        rated=reply.rated or custom.get("rated") is True,
    )


def _thrown_out(kinds: Any) -> tuple[str, ...]:
    """What the drawer no longer has to hold; "empty" is all of it."""
    if kinds == "empty":
        return KINDS
    return tuple(kind for kind in KINDS if isinstance(kinds, list) and kind in kinds)


def _word(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_WORD else ""


def read_outcome(outcome: Any) -> Outcome | None:
    try:
        return Outcome.model_validate(outcome)
    except ValidationError:
        return None


def read_link(source: Any) -> Link | None:
    """Only https: what else a catalogue might hold is no place to send a citizen."""
    try:
        read = Source.model_validate(source)
    except ValidationError:
        return None
    return Link(read.title, read.url) if is_safe(read.url) else None


def read_checklist(checklist: Any) -> Checklist | None:
    try:
        read = Documents.model_validate(checklist)
    except ValidationError:
        return None
    return Checklist(
        title=read.title,
        code=read.code,
        items=tuple(map(_item, read.items)),
        case=read.case or "",
        notes=tuple(read.notes),
        source=read.source,
    )


def is_safe(url: str) -> bool:
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme == "https" and bool(address.netloc)


def _item(document: Document) -> ChecklistItem:
    forms = (
        FormLink(form.name, form.url if form.url and is_safe(form.url) else "")
        for form in document.forms
    )
    name = document.name.rstrip(" ;,") or document.name  # As a line of its own.
    return ChecklistItem(name, document.originals, document.copies, tuple(forms))
