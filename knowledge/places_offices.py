"""Where to go with a procedure from a unit of today: the level and the bodies are the record's, the
names of the places come from the list of units.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.model import Level, Procedure
from knowledge.places_gazetteer import Commune, Province, Tier
from vietnamese.text import fold

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
    `anywhere` is the record's own sentence that lets people file anywhere.
    """

    centres: tuple[Commune | Province, ...] = ()
    offices: tuple[Office, ...] = ()
    lacks_commune: bool = False
    anywhere: str = ""


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
        self._departments = words["departments"]
        self._anywhere = tuple(words["anywhere"])

    @classmethod
    def load(cls, path: Path | None = None) -> "OfficeFinder":
        path = path or Path(__file__).with_suffix(".yml")
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def offices(self, procedure: Procedure, place: Commune | Province) -> Offices:
        """The offices of a procedure for someone in a unit of today."""
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
        words = _WORD.findall(fold(name))
        folded = " ".join(words)
        for begins in sorted(self._bodies, key=len, reverse=True):
            if folded == begins or _is_generic(folded, begins):
                return self._bodies[begins]
        departments = self._departments
        if words[:1] and words[0] in departments["begins"]:
            named = any(f" {each} " in f" {folded} " for each in departments["named"])
            if not named and " - " not in name:
                return _Body(Tier(departments["tier"]), name, True)
        return None

    def _lets(self, procedure: Procedure) -> str:
        """The record's own sentence that files are taken in anywhere."""
        texts = [procedure.receiving_address, *(each.text for each in procedure.steps)]
        texts += [each.description for each in procedure.methods]
        sentences = (each.strip(" -+*") for text in texts for each in _SENTENCE.findall(text))
        return next((each for each in sentences if self._is_anywhere(each)), "")

    def _is_anywhere(self, sentence: str) -> bool:
        folded = " ".join(_WORD.findall(fold(sentence)))
        return any(phrase in folded for phrase in self._anywhere)


def _is_generic(folded: str, begins: str) -> bool:
    """Whether a longer name only lists kinds of units: "... xã, phường, thị trấn"."""
    rest = folded.removeprefix(begins)
    kinds = {"phuong", "thi", "tran", "dac", "khu", "thanh", "pho", "cac", "hoac", "va", "xa"}
    return rest != folded and rest.startswith(" ") and set(rest.split()) <= kinds


def _unit(tier: Tier, place: Commune | Province) -> Commune | Province | None:
    if tier is Tier.PROVINCE:
        return place.province if isinstance(place, Commune) else place
    return place if isinstance(place, Commune) else None


def _is_of(procedure: Procedure, place: Commune | Province) -> bool:
    """Whether a commune handles it, of which only the province is known."""
    return Level.COMMUNE in procedure.levels and isinstance(place, Province)


def _each_once(offices: list[Office]) -> tuple[Office, ...]:
    def called(office: Office) -> Iterator[object]:
        yield from (office.body, office.unit) if office.unit else (office.published,)

    return tuple({tuple(called(each)): each for each in reversed(offices)}.values())[::-1]
