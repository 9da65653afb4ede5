"""The papers of one case as a list to tick off."""

from collections.abc import Iterator, Sequence

from knowledge.cases import Shown
from knowledge.client import Checklist, ChecklistItem, FormLink
from knowledge.filters import bare, notes
from knowledge.model import Document, DocumentCase, Procedure


def checklist(procedure: Procedure, shown: Shown, source: str) -> Checklist | None:
    """The list for what is shown; None where that are several cases, or no papers.

    Papers that are only needed when something more is true are no items but notes.
    """
    items = tuple(_items(shown.to_bring))
    if not items:
        return None
    return Checklist(
        title=procedure.title,
        code=procedure.code,
        case=shown.case.title if shown.case else "",
        items=items,
        notes=(*map(bare, notes(shown.parts).shown), *_besides(shown.besides)),
        source=source,
    )


def _items(parts: Sequence[DocumentCase]) -> Iterator[ChecklistItem]:
    for document in dict.fromkeys(document for part in parts for document in part.documents):
        yield ChecklistItem(
            bare(document.name), document.originals, document.copies, tuple(_forms(document))
        )


def _forms(document: Document) -> Iterator[FormLink]:
    return (FormLink(form.name, form.url) for form in document.forms)


def _besides(parts: Sequence[DocumentCase]) -> Iterator[str]:
    """Each paper under the condition on which it is needed."""
    for part in parts:
        for document in part.documents:
            yield f"{bare(part.name).rstrip(' :')}: {bare(document.name)}"
