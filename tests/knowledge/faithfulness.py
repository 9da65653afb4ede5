"""Proof that a rendered text says nothing that its record does not say.

Every text value of the record is put in brackets before it is rendered. What comes out inside
brackets is then the record's own words; what comes out outside must be words of the templates,
and numbers there must be values of the record.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from knowledge.client import Aspect
from knowledge.model import Procedure, Source
from knowledge.render import TEMPLATES, Renderer, day, number

OPEN, CLOSE = "⟦", "⟧"
KEPT = {"kind", "currency"}  # Text fields that are keys of words.yml.
_BRACKETS = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_NUMBER = re.compile(r"\d[\d.,/]*")
_WORD = re.compile(r"[^\W\d_]+")


def unfaithful(procedure: Procedure, renderer: Renderer, today: date) -> list[str]:
    """List what the renderings of all aspects say beyond the record; empty when faithful."""
    bracketed = bracket(procedure)
    texts = set(_texts(procedure))
    values = set(_values(procedure)) | template_numbers()
    words = template_words()
    found = []
    for name, text in renderings(bracketed, renderer, today):
        inside = _BRACKETS.findall(text)
        outside = _BRACKETS.sub(" ", text)
        found += [f"{name}: {each!r} is not in the record" for each in inside if each not in texts]
        found += [
            f"{name}: number {each} is not in the record"
            for each in (match.rstrip(".,/") for match in _NUMBER.findall(outside))
            if each not in values
        ]
        found += [
            f"{name}: {word!r} is neither the record's nor the templates'"
            for word in _WORD.findall(outside.lower())
            if word not in words
        ]
    return found


def renderings(procedure: Procedure, renderer: Renderer, today: date) -> Iterator[tuple[str, str]]:
    for aspect in Aspect:
        section = renderer.section(procedure, aspect, today)
        if not section.lacks:
            yield f"{procedure.code} {aspect}", section.text
    yield f"{procedure.code} source", renderer.source(procedure)
    yield f"{procedure.code} choice", renderer.choice(procedure, ambiguous=True)


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
        match.rstrip(".,/")
        for path in _template_files()
        for match in _NUMBER.findall(path.read_text(encoding="utf-8"))
    }


def _template_files() -> list[Any]:
    return [*TEMPLATES.glob("*.j2"), TEMPLATES / "words.yml"]


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
