"""What an import changed: procedures added, gone, and changed field by field."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from knowledge.model import Procedure

SHORT = 120


@dataclass(frozen=True)
class Named:
    """A procedure as a report names it."""

    code: str
    title: str


@dataclass(frozen=True)
class FieldChange:
    """One field, with what was there and what is there now; of a list only what differs."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Changed:
    procedure: Named
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Changes:
    added: tuple[Named, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Named, ...]


def compare(old: Iterable[Procedure], new: Iterable[Procedure]) -> Changes:
    """Compare two catalogues by code. A new day of capture alone is no change."""
    before = {each.code: each for each in old}
    after = {each.code: each for each in new}
    return Changes(
        added=tuple(_named(after[code]) for code in sorted(after.keys() - before.keys())),
        changed=tuple(
            Changed(_named(after[code]), differences)
            for code in sorted(before.keys() & after.keys())
            if (differences := tuple(_differences(before[code], after[code])))
        ),
        gone=tuple(_named(before[code]) for code in sorted(before.keys() - after.keys())),
    )


def _differences(old: Procedure, new: Procedure) -> Iterable[FieldChange]:
    old, new = _undated(old), _undated(new)
    if old == new:
        return
    for each in fields(Procedure):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before != after:
            yield FieldChange(each.name, *_contrast(before, after))


def _contrast(old: Any, new: Any) -> tuple[str, str]:
    if not isinstance(old, tuple) or not isinstance(new, tuple):
        return _short(old), _short(new)
    lost = tuple(each for each in old if each not in new)
    won = tuple(each for each in new if each not in old)
    if not lost and not won:  # Only their order differs.
        return _short(old), _short(new)
    return _short(lost), _short(won)


def _short(value: Any) -> str:
    text = " ".join(_words(value).split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _words(value: Any) -> str:
    if is_dataclass(value):
        parts = (_words(getattr(value, each.name)) for each in fields(value) if each.name != "kind")
        return " ".join(part for part in parts if part)
    if isinstance(value, tuple):
        return "; ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name} {_words(each)}" for name, each in value.items())
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def _undated(procedure: Procedure) -> Procedure:
    return replace(procedure, source=replace(procedure.source, captured=""))


def _named(procedure: Procedure) -> Named:
    return Named(procedure.code, procedure.title)
