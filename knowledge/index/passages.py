"""What of a procedure is searched: its title, the words citizens have for it, and its record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.model import Procedure
from vietnamese.text import normalise
from vietnamese.words import expand

RECORD_ROOM = 6_000  # Characters of a record that are searched; the longest hold whole decrees.


@dataclass(frozen=True)
class Passage:
    """One searchable text of a procedure, normalised; the title's, or words of citizens."""

    code: str
    text: str
    is_title: bool


def passages(procedures: Iterable[Procedure]) -> list[Passage]:
    """List the passages of every procedure, those of one together, its title first."""
    found = []
    for procedure in procedures:
        title = searchable(procedure.title)
        words = dict.fromkeys(searchable(words) for words in procedure.keywords)
        words.pop(title, None)
        found.append(Passage(procedure.code, title, is_title=True))
        found += [Passage(procedure.code, text, is_title=False) for text in words]
    return found


def record_text(procedure: Procedure) -> str:
    """What the record says beyond its title, in one text; what tells most of it first."""
    return normalise(" ".join(filter(None, _record_parts(procedure))))[:RECORD_ROOM]


def _record_parts(procedure: Procedure) -> Iterator[str]:
    yield from procedure.fields
    yield from procedure.results
    yield procedure.description
    for case in procedure.document_cases:
        yield case.name
        yield from (document.name for document in case.documents)
    yield procedure.conditions
    yield from (step.text for step in procedure.steps)


def searchable(text: str) -> str:
    """The form of a title that is compared: written out, and without what all begin with.

    >>> searchable("THỦ TỤC Cấp lại GPLX.")
    'cấp lại giấy phép lái xe'
    """
    return expand(normalise(text).removeprefix("thủ tục ").strip(" .;"))
