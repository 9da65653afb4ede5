"""Proof that a rendered text says nothing that its record does not say.

Every text value of the record is put in brackets before it is rendered. What comes out inside
brackets is then the record's own words; what comes out outside must be words of the templates,
and numbers there must be values of the record.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from knowledge.cases import CaseReader
from knowledge.checklist import checklist
from knowledge.client import ALL_CASES, Aspect
from knowledge.compare import COMPARED
from knowledge.due import due_dates
from knowledge.filters import bare, day, number
from knowledge.model import Channel, Procedure, Source
from knowledge.places.offices import OfficeFinder
from knowledge.places.reading import Places
from knowledge.render import TEMPLATES, Here, Renderer
from knowledge.short_names import CUT
from vietnamese.filing import Filing
from vietnamese.text import clean
from vietnamese.workdays import WorkCalendar

OPEN, CLOSE = "⟦", "⟧"
KEPT = {"kind", "currency"}  # Text fields that are keys of words.yml.
CASES, CALENDAR = CaseReader.load(), WorkCalendar.load()
PLACES, OFFICES = Places.load(), OfficeFinder.load()
BODIES = Path("knowledge/places/offices.yml").read_text(encoding="utf-8")
_BRACKETS = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_NUMBER = re.compile(r"\d[\d.,/]*")
_WORD = re.compile(r"[^\W\d_]+")
_ORDINAL = re.compile(r" \(\d+\)$")  # Beside short names that would be the same.

Rendering = tuple[str, str]  # A name for the report, and the text.


def unfaithful(procedure: Procedure, renderer: Renderer, today: date) -> list[str]:
    """List what all that is told of a procedure says beyond the record; empty when faithful."""
    bracketed = bracket(procedure)
    found = beyond(
        [
            *renderings(bracketed, renderer, today),
            *of_each_case(procedure, bracketed, renderer, today),
            *compared(procedure, bracketed, renderer, today),
        ],
        [procedure],
        numbers=_counts(procedure),
    )
    return [
        *found,
        *_miscounted(procedure, bracketed, renderer, today),
        *_misplaced(procedure, bracketed, renderer, today),
        *_invented_names(procedure),
        *_invented_items(procedure, renderer),
    ]


def beyond(
    texts: Iterable[Rendering],
    procedures: Iterable[Procedure],
    *,
    numbers: Iterable[str] = (),
    names: str = "",
    parts: bool = False,
) -> list[str]:
    """What texts, rendered from bracketed records, say beyond them.

    `names` are of places and holidays; `parts`: a piece of a text of the record is its own, too.
    """
    sources = list(procedures)
    known = {text for each in sources for text in _texts(each)}
    values = {value for each in sources for value in _values(each)}
    values |= template_numbers() | set(numbers) | {*_numbers(names)}
    words = template_words() | set(_WORD.findall(names.lower()))
    found = []
    for name, text in texts:
        inside = _BRACKETS.findall(text)
        outside = _BRACKETS.sub(" ", text)
        found += [
            f"{name}: {each!r} is not in the record"
            for each in inside
            if each not in known and not (parts and _in_any(each, known))
        ]
        found += [
            f"{name}: number {each} is not in the record"
            for each in _numbers(outside)
            if each not in values
        ]
        found += [
            f"{name}: {word!r} is neither the record's nor the templates'"
            for word in _WORD.findall(outside.lower())
            if word not in words
        ]
    return found


def renderings(procedure: Procedure, renderer: Renderer, today: date) -> Iterator[Rendering]:
    """What is said of the whole record."""
    for aspect in (each for each in Aspect if each is not Aspect.DUE):
        section = renderer.section(procedure, aspect, today, channels=tuple(Channel))
        yield f"{procedure.code} {aspect}", section.text
    yield f"{procedure.code} source", renderer.source(procedure)
    yield f"{procedure.code} choice", renderer.choice(procedure, ambiguous=True)


def of_each_case(
    procedure: Procedure, bracketed: Procedure, renderer: Renderer, today: date
) -> Iterator[Rendering]:
    """What is said for one case. Which parts belong to it is read from the record as it is."""
    cases = CASES.read(procedure)
    for choice in cases.choices:
        parts = bracket(cases.shown(choice.code, "").parts)
        for aspect in (Aspect.DOCUMENTS, Aspect.FORM):
            text = renderer.section(bracketed, aspect, today, parts=parts).text
            yield f"{procedure.code} case {choice.code} {aspect}", text


def compared(
    procedure: Procedure, bracketed: Procedure, renderer: Renderer, today: date
) -> Iterator[Rendering]:
    """What is said beside another procedure, here beside itself."""
    counts = {bracketed.code: CASES.read(procedure).papers}
    for aspect in COMPARED:
        section = renderer.compared([bracketed, bracketed], aspect, today, counts)
        yield f"{procedure.code} compared by {aspect}", section.text


def bracket(value: Any, name: str = "") -> Any:
    """A copy of a record with every non-empty text in brackets."""
    if isinstance(value, Enum | date | Decimal | int | None):
        return value
    if isinstance(value, str):
        marked = value.replace("\n", " ")
        return f"{OPEN}{marked}{CLOSE}" if value and name not in KEPT else value
    if isinstance(value, tuple):
        return tuple(bracket(each) for each in value)
    if isinstance(value, dict):
        return {key: bracket(each) for key, each in value.items()}
    if isinstance(value, Source):
        return replace(value, url=bracket(value.url))
    assert is_dataclass(value) and not isinstance(value, type)
    changes = {f.name: bracket(getattr(value, f.name), f.name) for f in fields(value)}
    return replace(value, **changes)


def template_words() -> set[str]:
    sources = [path.read_text(encoding="utf-8").lower() for path in _template_files()]
    return {word for text in sources for word in _WORD.findall(text)}


def template_numbers() -> set[str]:
    return {
        each for path in _template_files() for each in _numbers(path.read_text(encoding="utf-8"))
    }


def _numbers(text: str) -> Iterator[str]:
    return (match.rstrip(".,/") for match in _NUMBER.findall(text))


def _template_files() -> list[Any]:
    return [*TEMPLATES.glob("*.j2"), TEMPLATES / "words.yml"]


def _miscounted(
    procedure: Procedure, bracketed: Procedure, renderer: Renderer, today: date
) -> list[str]:
    """What is said about the due day beyond the record and what was counted from it."""
    due = due_dates(bracketed, Filing(today, time(10)), CALENDAR)
    counted = [day(leaf) for leaf in _leaves(due) if isinstance(leaf, date)]
    clock = [part for leaf in _leaves(due) if isinstance(leaf, time) for part in _clock(leaf)]
    names = " ".join([due.calendar, *(each.name for each in (*due.holidays, *due.made_up))])
    text = renderer.due(bracketed, due, today).text
    plain = [(f"{bracketed.code} due", text.replace(due.calendar, ""))]
    numbers = [*counted, *clock, str(len(due.holidays) - 8)]
    return beyond(plain, [procedure], numbers=numbers, names=names)


def _misplaced(
    procedure: Procedure, bracketed: Procedure, renderer: Renderer, today: date
) -> list[str]:
    """What is said of where to go beyond the record and the list of units."""
    found = []
    for said in ("phường Bến Nghé, quận 1", "Yên Bái"):
        reading = PLACES.read(said)
        unit = reading.unit or reading.province
        assert unit
        # A sentence cut out of a text in brackets has lost one of them.
        sentence = bracket(OFFICES.offices(procedure, unit).anywhere)
        offices = replace(OFFICES.offices(bracketed, unit), anywhere=sentence)
        here = Here(unit, offices, PLACES.day, reading)
        text = renderer.section(bracketed, Aspect.PLACE, today, here=here).text
        names = " ".join([unit.title, reading.old, BODIES, day(PLACES.day)])
        place = [(f"{bracketed.code} in {unit.title}", text)]
        found += beyond(place, [procedure], names=names, parts=True)
    return found


def _clock(hour: time) -> tuple[str, str, str]:
    return str(hour.hour), str(hour.minute), f"{hour.minute:02d}"


def _counts(procedure: Procedure) -> Iterator[str]:
    """Numbers of papers that a comparison may name: of any of the record's cases."""
    cases = CASES.read(procedure)
    for code in ("", *(choice.code for choice in cases.choices)):
        shown = cases.shown(code, "")
        yield str(sum(len(part.documents) for part in shown.to_bring))
    yield str(sum(len(part.documents) for part in procedure.document_cases))


def _invented_names(procedure: Procedure) -> list[str]:
    """Short names of cases that are not cut from the name of a case as it stands."""
    whole = [" ".join(clean(part.name).split()).lower() for part in procedure.document_cases]
    names = (choice.title for choice in CASES.read(procedure).choices)
    cut = (_ORDINAL.sub("", name).removesuffix(CUT).lower() for name in names)
    return [f"{procedure.code}: {each!r} names no case" for each in cut if not _in_any(each, whole)]


def _in_any(part: str, texts: Iterable[str]) -> bool:
    return bool(part) and any(part in text for text in texts)


def _invented_items(procedure: Procedure, renderer: Renderer) -> list[str]:
    """Entries of checklists that are no papers of the record, or with other numbers."""
    documents = [d for part in procedure.document_cases for d in part.documents]
    papers = {(bare(d.name), d.originals, d.copies) for d in documents}
    links = {(form.name, form.url) for d in documents for form in d.forms}
    said = {bare(note) for part in procedure.document_cases for note in part.notes}
    said |= {
        f"{bare(part.name).rstrip(' :')}: {bare(document.name)}"
        for part in procedure.document_cases
        for document in part.documents
    }
    cases, found = CASES.read(procedure), []
    for code in (ALL_CASES, *(choice.code for choice in cases.choices)):
        made = checklist(procedure, cases.shown(code, ""), renderer.source(procedure))
        for item in made.items if made else ():
            if (item.name, item.originals, item.copies) not in papers:
                found.append(f"{procedure.code}: {item.name!r} is no paper")
            found += [f"{form!r} is no form" for form in item.forms if _link(form) not in links]
        found += [
            f"{note!r} is no note" for note in (made.notes if made else ()) if note not in said
        ]
    return found


def _link(form: Any) -> tuple[str, str]:
    return form.name, form.url


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, dict):
        yield from _leaves(tuple(value.values()))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name))
    else:
        yield value


def _texts(procedure: Procedure) -> Iterator[str]:
    for leaf in _leaves(procedure):
        if isinstance(leaf, str):
            yield leaf.replace("\n", " ")


def _values(procedure: Procedure) -> Iterator[str]:
    yield day(procedure.source.captured)
    for leaf in _leaves(procedure):
        if isinstance(leaf, Decimal | int):
            yield number(Decimal(leaf))
        elif isinstance(leaf, date):
            yield day(leaf)
