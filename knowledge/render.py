"""The record in words: every value in a rendered text is taken from the procedure, never made up.

The sentences around the values are templates (templates/*.j2); this module only feeds them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.client import Aspect, Section
from knowledge.model import (
    Absent,
    Document,
    DocumentCase,
    Duration,
    Method,
    Part,
    Procedure,
    Reason,
    SubCase,
)
from vietnamese.text import normalise
from vietnamese.words import syllables

WORD = re.compile(r"[^\W_]+")
NOTE_ROOM = 1_000  # Characters of notes beside the documents; some records hold pages of them.
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
            "number": number,
            "upfirst": lambda text: text[:1].upper() + text[1:],
            "day": day,
            "bare": bare,
            "same": same,
            "countable": countable,
            "case_times": case_times,
            "repeat_a_channel": repeat_a_channel,
            "descriptions": descriptions,
            "with_forms": with_forms,
            "notes": notes,
        }
        words = yaml.safe_load((folder / "words.yml").read_text(encoding="utf-8"))
        self._jinja.globals["words"] = words

    def section(self, procedure: Procedure, aspect: Aspect, today: date) -> Section:
        """Render one aspect, or say that the record lacks it."""
        if not holds(procedure, aspect):
            text = self._text(
                "lacks", p=procedure, aspect=aspect, reason=why_absent(procedure, aspect)
            )
            return Section(aspect, text, lacks=True)
        template = Aspect.TIME if aspect is Aspect.DUE else aspect
        text = self._text(template.value, p=procedure, methods=procedure.methods, today=today)
        return Section(aspect, text)

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
            return bool(p.executing_agencies or p.receiving_address or p.competent_agencies)
        case Aspect.STEPS:
            return bool(p.steps)
        case Aspect.CONDITIONS:
            return bool(p.conditions)
        case Aspect.FORM:
            return bool(with_forms(p.document_cases))
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


def number(value: Decimal) -> str:
    """Write a number as Vietnamese do: 50.000 and 0,5.

    >>> number(Decimal("50000")), number(Decimal("0.50"))
    ('50.000', '0,5')
    """
    written = f"{value:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.", ".,"))


def day(value: date | str) -> str:
    """Write a date, or an ISO date that may lack the day, as Vietnamese do.

    >>> day("2026-07-18"), day("2026-07")
    ('18/07/2026', '07/2026')
    """
    return "/".join(reversed(str(value).split("-")))


def bare(text: str) -> str:
    """A list item without the mark that the source put before it.

    >>> bare("- Giấy khai sinh"), bare("+ Ảnh 3x4")
    ('Giấy khai sinh', 'Ảnh 3x4')
    """
    return text.lstrip("-–+*•· ") or text


def same(methods: Sequence[Method], part: str) -> list[list[Method]]:
    """Group neighbouring methods that agree in a part, so that it is said once."""
    return [list(group) for _, group in groupby(methods, key=lambda each: getattr(each, part))]


def countable(methods: Iterable[Method]) -> bool:
    """Whether any method has a time limit that can be counted."""
    return any(isinstance(method.time, Duration) for method in methods)


def case_times(cases: Iterable[SubCase]) -> list[tuple[str, Duration | Absent]]:
    """The time limit of each numbered case, each once; one name with two times has its code."""
    by_words: dict[tuple[str, Duration | Absent], SubCase] = {}
    for case in cases:
        by_words.setdefault((case.name, case.time), case)
    found = list(by_words.values())
    names = [case.name for case in found]
    return [(_called(case, names.count(case.name) > 1), case.time) for case in found]


def repeat_a_channel(methods: Iterable[Method]) -> bool:
    """Whether a channel stands there twice, so that only the remarks tell its times apart."""
    channels = [method.channel for method in methods]
    return len(set(channels)) < len(channels)


def descriptions(methods: Iterable[Method]) -> list[str]:
    """The methods' remarks, each once, without those that the time already quotes."""
    quoted = {method.time.text for method in methods if isinstance(method.time, Absent)}
    found = dict.fromkeys(method.description for method in methods if method.description)
    return [each for each in found if each not in quoted]


@dataclass(frozen=True)
class Notes:
    shown: tuple[str, ...]
    left_out: bool


def notes(cases: Iterable[DocumentCase]) -> Notes:
    """The notes among the documents, each once, as many of the first as a phone can show."""
    found = list(dict.fromkeys(note for case in cases for note in case.notes))
    room = accumulate(len(note) for note in found)
    shown = [note for note, used in zip(found, room, strict=True) if used <= NOTE_ROOM]
    shown = shown or found[:1]
    return Notes(tuple(shown), len(shown) < len(found))


def with_forms(cases: Iterable[DocumentCase]) -> list[Document]:
    """The documents that come with a form, each once."""
    return list(dict.fromkeys(d for case in cases for d in case.documents if d.forms))


def _called(case: SubCase, ambiguous: bool) -> str:
    if not case.name:
        return case.code
    return f"{case.name} ({case.code})" if ambiguous else case.name


def _tells_time(method: Method) -> bool:
    return not _blank(method.time) or bool(method.description)


def _blank(value: object) -> bool:
    return isinstance(value, Absent) and not value.text and value.reason is not Reason.NO_UNIT
