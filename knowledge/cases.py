"""The cases (trường hợp) of a procedure's documents: which must be asked for, and their names.

A record names parts of its list of documents. Some are what everybody hands in, some are needed
beside that when something more is true; only the others exclude each other and are a choice.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from knowledge.client import ALL_CASES, Choice
from knowledge.model import DocumentCase, Procedure
from knowledge.short_names import ShortNames
from vietnamese.text import fold
from vietnamese.words import syllables, with_bigrams

MOST_CHOICES = 8  # More are no help on a phone.
SURE = 1.5  # A word that only one case has counts 1; so does a pair of words.
COVERED = 0.45  # The share of what sets a case apart that has to be said.
OF_TITLE = 0.5  # What a word counts that whoever asks for the procedure says anyhow.
AHEAD = 2.0  # So many times the evidence of the next one.


class Role(Enum):
    """What a named part of the documents is to the citizen."""

    COMMON = "common"
    ADDED = "added"
    CASE = "case"


@dataclass(frozen=True)
class Case:
    """One case that excludes the others; `parts` are those of the record it is made of.

    `name` is the record's, without what every name has; that of `choice` fits on a button.
    `spoken` are the names of which it is a list, folded; a single syllable is none.
    """

    choice: Choice
    name: str
    parts: tuple[DocumentCase, ...]
    spoken: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Shown:
    """The parts of a record's documents that are shown, for one case or for all.

    `to_bring` are those of the case, `besides` those needed when something more is true.
    """

    parts: tuple[DocumentCase, ...]
    case: Choice | None = None
    to_bring: tuple[DocumentCase, ...] = ()
    besides: tuple[DocumentCase, ...] = ()


@dataclass(frozen=True)
class ProcedureCases:
    """The documents of one procedure by their roles.

    `telling` are words that say nothing in a question and make the difference between cases.
    """

    parts: tuple[DocumentCase, ...]
    common: tuple[DocumentCase, ...]
    added: tuple[DocumentCase, ...]
    cases: tuple[Case, ...]
    telling: frozenset[str]

    @property
    def must_be_asked(self) -> bool:
        """Whether what to bring depends on the case, and the cases fit on a phone."""
        return 1 < len(self.cases) <= MOST_CHOICES

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(case.choice for case in self.cases)

    @property
    def papers(self) -> tuple[int, int]:
        """The fewest and the most papers to bring, over the cases."""
        shown = [self.shown(each.code, "") for each in self.choices] or [self.shown("", "")]
        if not any(each.to_bring for each in shown):
            shown = [Shown((), to_bring=self.parts)]
        counts = [sum(len(part.documents) for part in each.to_bring) for each in shown]
        return min(counts), max(counts)

    def shown(self, code: str, all_cases: str) -> Shown:
        """The parts for a case; for every other code all, which `all_cases` names."""
        chosen = next((case for case in self.cases if case.choice.code == code), None)
        if chosen is None:
            everything = Choice(ALL_CASES, all_cases) if len(self.cases) > 1 else None
            return replace(self._single(), parts=self.parts, case=everything)
        to_bring = (*self.common, *chosen.parts)
        wanted = {id(part) for part in (*to_bring, *self.added)}
        parts = tuple(part for part in self.parts if id(part) in wanted)
        return Shown(parts, chosen.choice, to_bring, self.added)

    def _single(self) -> Shown:
        """What there is to bring where nothing has to be chosen; nothing where it has."""
        special = tuple(part for case in self.cases for part in case.parts)
        if len(self.cases) > 1:
            return Shown(self.parts)
        if any(part.documents for part in self.common):
            return Shown(self.parts, None, self.common, (*special, *self.added))
        return Shown(self.parts, None, special or self.added, self.added if special else ())

    def meant(self, text: str, title: str, fillers: frozenset[str]) -> Case | None:
        """The only case that a question names; the words of the title do not count.

        It has to say enough of what sets the case apart: the wrong papers are a second trip.
        """
        idle = fillers - self.telling
        words = _without(syllables(fold(text)), syllables(fold(title)))
        said = _features(words, idle)
        names = [_features(syllables(fold(each.name)), idle) for each in self.cases]
        spread = Counter(feature for name in names for feature in name)
        apart = [frozenset(each for each in name if spread[each] < len(names)) for name in names]
        of_title = _features(syllables(fold(title)), idle)
        weight = {
            feature: (OF_TITLE if feature in of_title else 1) / count
            for feature, count in spread.items()
        }
        evidence = [sum(weight[each] for each in name & said) for name in apart]
        whole = [sum(weight[each] for each in name) for name in apart]
        order = sorted(range(len(names)), key=lambda each: -evidence[each])
        if len(order) < 2:
            return None
        first, second = order[:2]
        enough = [max(SURE, COVERED * each) for each in whole]
        alone = not any(evidence[each] >= enough[each] for each in order[1:])
        ahead = evidence[first] >= max(enough[first], AHEAD * evidence[second])
        if ahead and alone:
            return self.cases[first]
        spoken = self._spoken(words)
        as_sure = spoken is not None and evidence[spoken] >= evidence[first]
        return self.cases[spoken] if spoken is not None and as_sure else None

    def _spoken(self, words: Sequence[str]) -> int | None:
        """The case one of whose names stands in a text word for word ("nhà thuê" of "Nhà thuê,
        mượn, ở nhờ"); of several the one with the longest.
        """
        lengths = [
            max((len(name) for name in each.spoken if _stands_in(name, words)), default=0)
            for each in self.cases
        ]
        longest = max(lengths, default=0)
        return lengths.index(longest) if longest and lengths.count(longest) == 1 else None


class CaseReader:
    """Tells the cases of records apart by the patterns of cases.yml."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._common = [re.compile(each) for each in content["common"]]
        self._added = [re.compile(each) for each in content["added"]]
        self._listed = re.compile(content["listed"])
        self._telling = frozenset(content["telling"])
        self._names = ShortNames(content)

    @classmethod
    def load(cls, path: Path | None = None) -> "CaseReader":
        path = path or Path(__file__).with_name("cases.yml")
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def read(self, procedure: Procedure) -> ProcedureCases:
        parts = tuple(part for part in procedure.document_cases if part.documents or part.notes)
        roles = [self.role(part) for part in parts]
        named: dict[str, list[DocumentCase]] = {}
        for part, role in zip(parts, roles, strict=True):
            if role is Role.CASE:
                named.setdefault(fold(self._names.core(part.name)), []).append(part)
        groups = [tuple(group) for group in named.values()]
        names = self._names.of([group[0].name for group in groups])
        return ProcedureCases(
            parts,
            tuple(_having(Role.COMMON, parts, roles)),
            tuple(_having(Role.ADDED, parts, roles)),
            tuple(
                self._case(Choice(str(number), name), group)
                for number, (name, group) in enumerate(zip(names, groups, strict=True), start=1)
            ),
            self._telling,
        )

    def _case(self, choice: Choice, parts: tuple[DocumentCase, ...]) -> Case:
        name = self._names.core(parts[0].name)
        listed = (tuple(syllables(fold(each))) for each in self._listed.split(name))
        return Case(choice, name, parts, tuple(each for each in listed if len(each) > 1))

    def role(self, part: DocumentCase) -> Role:
        """What a part is, by its name; one without documents only holds notes for everybody."""
        name = fold(self._names.unnumbered(part.name)).rstrip(" :;.,-")
        if not name or not part.documents:
            return Role.COMMON
        if any(each.search(name) for each in self._added):
            return Role.ADDED
        common = any(each.search(name) for each in self._common)
        return Role.COMMON if common or not self._names.core(part.name) else Role.CASE


def _having(
    role: Role, parts: Sequence[DocumentCase], roles: Sequence[Role]
) -> Iterable[DocumentCase]:
    return (part for part, each in zip(parts, roles, strict=True) if each is role)


def _stands_in(part: tuple[str, ...], words: Sequence[str]) -> bool:
    starts = range(len(words) - len(part) + 1)
    return any(tuple(words[start : start + len(part)]) == part for start in starts)


def _features(words: list[str], fillers: frozenset[str]) -> frozenset[str]:
    """Words and pairs of words by which names are compared."""
    found = (each for each in with_bigrams(words) if each not in fillers)
    return frozenset(each for each in found if not each.isdigit())


def _without(words: list[str], part: list[str]) -> list[str]:
    """Words without a run of them."""
    for at in range(len(words) - len(part) + 1):
        if words[at : at + len(part)] == part:
            return words[:at] + words[at + len(part) :]
    return words
