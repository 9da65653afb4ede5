"""Where to go with a procedure from a unit of today: the level and the bodies are the record's, the
names of the places come from the list of units.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.model import Level, Procedure, Scope
from knowledge.places.gazetteer import Commune, Province, Tier, spelt
from vietnamese.text import fold
from vietnamese.words import syllables

_SENTENCE = re.compile(r"[^.;\n]+")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Office:
    """A body that the record names, as that of the citizen's own unit.

    `unit` is None where the name stays as published: there is one such body, or which one serves
    the unit is not known, or (with `tier`) the citizen's commune is not known.
    """

    published: str
    body: str = ""
    tier: Tier | None = None
    unit: Commune | Province | None = None


@dataclass(frozen=True)
class Offices:
    """`centres` are the units whose public administration service centre takes the file in;
    `lacks_commune` tells that a body of a commune is meant and only the province is known;
    `anywhere` is the record's own sentence that lets people file anywhere; `elsewhere` is who
    published a procedure for another province only.
    """

    centres: tuple[Commune | Province, ...] = ()
    offices: tuple[Office, ...] = ()
    lacks_commune: bool = False
    anywhere: str = ""
    elsewhere: str = ""

    @property
    def local(self) -> bool:
        """Whether any place here was named after the citizen's unit."""
        return bool(self.centres) or any(each.unit for each in self.offices)


@dataclass(frozen=True)
class _Body:
    tier: Tier
    body: str
    centre: bool


class OfficeFinder:
    """Names the offices of a procedure. Safe to use from several threads."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._bodies = {
            begins: _Body(Tier(each["tier"]), each["body"], each.get("centre", False))
            for each in words["bodies"]
            for begins in each["begins"]
        }
        departments = words["departments"]
        self._bodies |= {
            fold(name): _Body(Tier(departments["tier"]), name, departments["centre"])
            for name in departments["names"]
        }
        self._longest_first = sorted(self._bodies, key=len, reverse=True)
        self._kinds = frozenset(words["kinds"])
        self._anywhere = tuple(words["anywhere"])

    @classmethod
    def load(cls, path: Path | None = None) -> "OfficeFinder":
        path = path or Path(__file__).with_suffix(".yml")
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def offices(self, procedure: Procedure, place: Commune | Province) -> Offices:
        """The offices of a procedure for someone in a unit of today."""
        if _is_elsewhere(procedure, place):
            published = tuple(Office(each.name) for each in procedure.executing_agencies)
            return Offices(offices=published, elsewhere=procedure.promulgating_agency)
        found: list[Office] = []
        centres: dict[Commune | Province, None] = {}
        lacks_commune = not procedure.executing_agencies and _is_of(procedure, place)
        for agency in procedure.executing_agencies:
            body = self._body(agency.name)
            unit = _unit(body.tier, place) if body else None
            found.append(
                Office(agency.name, body.body, body.tier, unit) if body else Office(agency.name)
            )
            if body and unit is None:
                lacks_commune = True
            if body and unit and body.centre:
                centres[unit] = None
        for level, tier in ((Level.COMMUNE, Tier.COMMUNE), (Level.PROVINCE, Tier.PROVINCE)):
            unit = _unit(tier, place)
            if not found and level in procedure.levels and unit:
                centres[unit] = None
        return Offices(tuple(centres), _each_once(found), lacks_commune, self._lets(procedure))

    def _body(self, name: str) -> _Body | None:
        """The kind of body that every unit has, if the record names that and not a certain one."""
        folded = "" if "\n" in name else " ".join(_WORD.findall(fold(name)))
        return next(
            (self._bodies[each] for each in self._longest_first if self._is(folded, each)), None
        )

    def _is(self, folded: str, body: str) -> bool:
        """Whether a name is that of a body, or goes on with kinds of units only: "... các tỉnh"."""
        rest = folded.removeprefix(body)
        return (
            folded.startswith(body) and set(rest.split()) <= self._kinds and rest[:1] in ("", " ")
        )

    def _lets(self, procedure: Procedure) -> str:
        """The record's own sentence that files are taken in anywhere."""
        texts = [procedure.receiving_address, *(each.text for each in procedure.steps)]
        texts += [each.description for each in procedure.methods]
        sentences = (each.strip(" -+*") for text in texts for each in _SENTENCE.findall(text))
        return next((each for each in sentences if self._is_anywhere(each)), "")

    def _is_anywhere(self, sentence: str) -> bool:
        folded = " ".join(_WORD.findall(fold(sentence)))
        return any(phrase in folded for phrase in self._anywhere)


def _unit(tier: Tier, place: Commune | Province) -> Commune | Province | None:
    if tier is Tier.PROVINCE:
        return place.province if isinstance(place, Commune) else place
    return place if isinstance(place, Commune) else None


def _is_elsewhere(procedure: Procedure, place: Commune | Province) -> bool:
    """Whether a province published it for itself, and the place lies in another one."""
    province = place.province if isinstance(place, Commune) else place
    name = " ".join(spelt(province.name))
    publisher = " ".join(syllables(procedure.promulgating_agency))
    return procedure.scope is Scope.LOCAL and bool(publisher) and name not in publisher


def _is_of(procedure: Procedure, place: Commune | Province) -> bool:
    """Whether a commune handles it, of which only the province is known."""
    return Level.COMMUNE in procedure.levels and isinstance(place, Province)


def _each_once(offices: list[Office]) -> tuple[Office, ...]:
    def called(office: Office) -> Iterator[object]:
        yield from (office.body, office.unit) if office.unit else (office.published,)

    return tuple({tuple(called(each)): each for each in reversed(offices)}.values())[::-1]
