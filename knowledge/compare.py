"""Procedures side by side: which ones a question names, and what their records say of each."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import yaml

from knowledge.cases import CaseReader
from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Section
from knowledge.model import Procedure
from knowledge.phrases import Phrases, patterns, phrase
from knowledge.render import Renderer
from vietnamese.text import fold
from vietnamese.words import syllables

MOST = 3  # Procedures that fit side by side on a phone.
MOST_PIECES = 5  # A question in more pieces is a story.
NAMED = 0.3  # The least probability with which some words name a procedure among others.
COMPARED = (Aspect.DOCUMENTS, Aspect.TIME, Aspect.FEE, Aspect.PLACE)
_PIECES = re.compile(r"[,;?\n]")

# Finds the procedure that some words name, in the light of others: its code, and how sure that is.
Meant = Callable[[str, str], tuple[str, float]]


class Comparison:
    """Compares procedures. Safe to use from several threads."""

    def __init__(self, content: dict[str, Any], renderer: Renderer, cases: CaseReader) -> None:
        said = [*content["asks"], *content["these"]]
        self._said = Phrases(phrase("said", text) for text in patterns(said, content["words"]))
        between = syllables(" ".join(content["between"]))
        self._between = frozenset([*between, *map(fold, between)])
        self._renderer = renderer
        self._cases = cases

    @classmethod
    def load(cls, renderer: Renderer, cases: CaseReader, path: Path | None = None) -> "Comparison":
        path = path or Path(__file__).with_name("compare.yml")
        return cls(
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), renderer, cases
        )

    def named(self, question: str, meant: Meant) -> tuple[str, ...]:
        """The codes of the procedures that a question names, in its order."""
        pieces = self.pieces(question)
        best: tuple[str, ...] = ()
        most = 0.0
        for groups in _groupings(pieces[:MOST_PIECES]):
            found = [meant(text, groups[0] if text != groups[0] else "") for text in groups]
            codes = tuple(dict.fromkeys(code for code, _ in found))
            sure = min((how_sure for _, how_sure in found), default=0.0)
            # More procedures explain the question better, as long as each is really named.
            if (
                len(codes) == len(found)
                and sure >= NAMED
                and (len(codes), sure) > (len(best), most)
            ):
                best, most = codes, sure
        return best

    def pieces(self, question: str) -> list[str]:
        """The words that may name procedures, cut where one may end and the next begin."""
        pieces: list[list[str]] = []
        for part in _PIECES.split(question):
            pieces.append([])
            for found in self._said.find(part):
                if found.meaning or found.words[0] in self._between:
                    pieces.append([])
                else:
                    pieces[-1] += found.words
        return [" ".join(words) for words in pieces if words]

    def told(
        self, procedures: Sequence[Procedure], aspects: Sequence[Aspect], today: date, version: str
    ) -> Answer:
        """What the records say of the compared parts, with the source of each."""
        compared = procedures[:MOST]
        asked = tuple(aspect for aspect in aspects if aspect in COMPARED) or COMPARED
        counts = {each.code: self._cases.read(each).papers for each in compared}
        sections = [self._renderer.compared(compared, each, today, counts) for each in asked]
        sources = "\n".join(self._renderer.source(each) for each in compared)
        last = Section(sections[-1].aspect, f"{sections[-1].text}\n{sources}")
        return Answer(
            AnswerStatus.ANSWERED,
            aspects=asked,
            sections=(*sections[:-1], last),
            choices=tuple(Choice(each.code, each.title) for each in compared),
            version=version,
        )


def _groupings(pieces: Sequence[str]) -> Iterator[list[str]]:
    """Every way to join neighbouring pieces into at most as many names as can be compared."""
    for count in range(min(MOST, len(pieces)), 0, -1):
        for ends in combinations(range(1, len(pieces)), count - 1):
            bounds = [0, *ends, len(pieces)]
            yield [" ".join(pieces[a:b]) for a, b in pairwise(bounds)]
