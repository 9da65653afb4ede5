"""The record in words: every value in a rendered text is taken from the procedure, never made up.

The sentences around the values are templates (templates/*.j2); this module only feeds them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge import filters
from knowledge.client import Aspect, Section
from knowledge.due import Due, Refusal
from knowledge.model import Absent, Channel, DocumentCase, Method, Part, Procedure, Reason
from knowledge.places.gazetteer import Commune, Province
from knowledge.places.offices import Offices
from knowledge.places.reading import Reading
from vietnamese.text import normalise
from vietnamese.words import syllables

WORD = re.compile(r"[^\W_]+")
TEMPLATES = Path(__file__).with_name("templates")

# Which part of a record an aspect is read from, for the reason why it is missing.
PARTS = {
    Aspect.DOCUMENTS: Part.DOCUMENTS,
    Aspect.FORM: Part.DOCUMENTS,
    Aspect.TIME: Part.METHODS,
    Aspect.DUE: Part.METHODS,
    Aspect.FEE: Part.METHODS,
    Aspect.PLACE: Part.AGENCIES,
    Aspect.STEPS: Part.STEPS,
    Aspect.CONDITIONS: Part.CONDITIONS,
    Aspect.RESULT: Part.RESULTS,
    Aspect.LEGAL_BASIS: Part.LEGAL_BASIS,
}


@dataclass(frozen=True)
class Here:
    """The offices for a unit of today; `reading` is how it was named, `day` that of the list."""

    place: Commune | Province
    offices: Offices
    day: str
    reading: Reading | None = None


class Renderer:
    """Renders the aspects of a procedure as plain text. Safe to use from several threads."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text, shown as text nodes only
            trim_blocks=True,
            auto_reload=False,
        )
        self._jinja.filters |= {
            "number": filters.number,
            "upfirst": filters.upfirst,
            "day": filters.day,
            "bare": filters.bare,
            "same": filters.same,
            "countable": filters.countable,
            "case_times": filters.case_times,
            "repeat_a_channel": filters.repeat_a_channel,
            "descriptions": filters.descriptions,
            "with_forms": filters.with_forms,
            "notes": filters.notes,
        }
        words = yaml.load(
            (folder / "words.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        self._jinja.globals["words"] = words

    def section(
        self,
        procedure: Procedure,
        aspect: Aspect,
        today: date,
        *,
        parts: Sequence[DocumentCase] | None = None,
        channels: Sequence[Channel] = (),
        here: Here | None = None,
        namesakes: str = "",
    ) -> Section:
        """Render one aspect, or say that the record lacks it.

        `parts` are the document cases to show, all by default; `channels` the ways of filing that
        were asked for by name; `here` the offices where the citizen is; `namesakes` the
        name of a place of which there are too many.
        """
        if not holds(procedure, aspect):
            reason = why_absent(procedure, aspect)
            return Section(
                aspect, self._text("lacks", p=procedure, aspect=aspect, reason=reason), lacks=True
            )
        text = self._text(
            aspect.value,
            p=procedure,
            methods=procedure.methods,
            today=today,
            cases=procedure.document_cases if parts is None else parts,
            asked=channels,
            here=here,
            namesakes=namesakes,
        )
        return Section(aspect, text)

    def due(self, procedure: Procedure, due: Due, today: date) -> Section:
        """Say when the result is due, or why that cannot be said."""
        if not holds(procedure, Aspect.DUE):
            return self.section(procedure, Aspect.DUE, today)
        text = self._text("due", p=procedure, due=due, methods=procedure.methods, today=today)
        return Section(Aspect.DUE, text, lacks=due.refused is Refusal.NOT_COUNTABLE)

    def compared(
        self,
        procedures: Sequence[Procedure],
        aspect: Aspect,
        today: date,
        counts: Mapping[str, tuple[int, int]],
    ) -> Section:
        """One aspect of several procedures side by side; `counts` are the fewest and the most
        papers of each.
        """
        text = self._text(
            "compare", procedures=procedures, aspect=aspect.value, today=today, counts=counts
        )
        return Section(aspect, text)

    def all_cases(self) -> str:
        """What the wish to see every case is called."""
        return self._text("all_cases")

    def source(self, procedure: Procedure) -> str:
        """Say where the record comes from, and what to be careful about."""
        return self._text("source", p=procedure)

    def choice(self, procedure: Procedure, *, ambiguous: bool) -> str:
        """Name a procedure among others; an ambiguous title is told apart by its publisher."""
        return self._text("choice", p=procedure, ambiguous=ambiguous)

    def sibling(self, procedure: Procedure, qualifiers: Sequence[str]) -> str:
        """Name a procedure among its siblings, by what its title adds to the plain one's."""
        parts = [as_written(procedure.title, each) for each in qualifiers]
        return self._text("sibling", parts=parts)

    def _text(self, template: str, **values: Any) -> str:
        text = self._jinja.get_template(f"{template}.j2").render(values)
        return "\n".join(line.rstrip() for line in text.strip().splitlines())


def as_written(title: str, part: str) -> str:
    """A part of a searchable title in the letters of the title itself, a single word with the
    two before it, without which it says nothing.

    >>> as_written("Đăng ký lại khai sinh (Lưu động)", "lưu động")
    'Lưu động'
    >>> as_written("Đăng ký lại khai sinh (Lưu động)", "lại")
    'Đăng ký lại'
    """
    spans = [match.span() for match in WORD.finditer(title)]
    words = [normalise(title[start:end]) for start, end in spans]
    sought = syllables(part)
    for at in range(len(words) - len(sought) + 1):
        if words[at : at + len(sought)] == sought:
            first = max(0, at - 2) if len(sought) == 1 else at
            return title[spans[first][0] : spans[at + len(sought) - 1][1]]
    return part


def holds(procedure: Procedure, aspect: Aspect) -> bool:
    """Whether the record has anything to say on an aspect."""
    p = procedure
    match aspect:
        case Aspect.DOCUMENTS:
            return any(case.documents or case.notes for case in p.document_cases)
        case Aspect.TIME | Aspect.DUE:
            return any(map(_tells_time, p.methods)) or bool(p.sub_cases)
        case Aspect.FEE:
            return any(method.fees != () and not _blank(method.fees) for method in p.methods)
        case Aspect.PLACE:
            agencies = p.executing_agencies or p.receiving_address or p.competent_agencies
            return bool(agencies or p.methods)
        case Aspect.STEPS:
            return bool(p.steps)
        case Aspect.CONDITIONS:
            return bool(p.conditions)
        case Aspect.FORM:
            return bool(filters.with_forms(p.document_cases))
        case Aspect.RESULT:
            return bool(p.results)
        case Aspect.LEGAL_BASIS:
            return bool(p.legal_basis or p.legal_text)
        case Aspect.OVERVIEW:
            return not p.title_only


def why_absent(procedure: Procedure, aspect: Aspect) -> Reason:
    """Why the record has nothing on an aspect."""
    values: list[object] = [procedure.absent.get(PARTS.get(aspect, Part.STEPS))]
    if aspect in (Aspect.TIME, Aspect.DUE):
        values += [method.time for method in procedure.methods]
    if aspect is Aspect.FEE:
        values += [method.fees for method in procedure.methods]
    return next((v.reason for v in values if isinstance(v, Absent)), Reason.NOT_PUBLISHED)


def _tells_time(method: Method) -> bool:
    return not _blank(method.time) or bool(method.description)


def _blank(value: object) -> bool:
    return isinstance(value, Absent) and not value.text and value.reason is not Reason.NO_UNIT
