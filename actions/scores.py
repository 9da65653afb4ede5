"""Scores of an answer in what a citizen writes: "5 sao ạ", "4/5 nhé", "chấm năm điểm: nhanh"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.case_codes import without_code
from actions.words import Words
from vietnamese.text import clean, fold

FILE = Path(__file__).with_suffix(".yml")
LONGEST = 500  # Characters of what is said beside it.
_AROUND = " \t\n.,:;!-"


@dataclass(frozen=True)
class Score:
    """`plain` when it can be nothing else: it has a mark, as stars. `first` when it comes first."""

    score: int
    words: str = ""
    plain: bool = True
    first: bool = True


class ScoreReader:
    def __init__(self, content: dict[str, Any], words: Words) -> None:
        self._words = words
        numbers = {fold(word): value for word, value in content["numbers"].items()}
        self._numbers = numbers | {str(value): value for value in range(1, 6)}
        self._verdicts = {
            form: int(score)
            for score, phrases in content["verdicts"].items()
            for phrase in phrases
            for form in (clean(phrase).lower(), fold(phrase))
        }
        number = _any(self._numbers)
        mark, lead, counted = (_any(content[key]) for key in ("marks", "leads", "counted"))
        self._leads = ("", *map(fold, content["leads"]))
        alone = r"(?<![\w/.,-])"
        self._fraction = re.compile(rf"{alone}([1-5]) ?/ ?5\b")
        self._patterns = (
            re.compile(rf"{alone}({number})(?: ?/ ?5)? (?:{mark})\b"),
            re.compile(rf"{alone}([1-5])(?:{mark})\b"),
            self._fraction,
            re.compile(rf"\b(?:{lead}) ([1-5])(?![\w/]|[.,-]\w| (?:{counted})\b)"),
        )

    @classmethod
    def load(cls, words: Words, path: Path = FILE) -> "ScoreReader":
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), words)

    def read(self, text: str) -> Score | None:
        """What a message scores; None when it gives no score."""
        said = without_code(text)
        folded = fold(said)
        for pattern in self._patterns:
            if found := pattern.search(folded):
                first = self._words.core(folded[: found.start()]) in self._leads
                words = _after(said, folded, found.end())
                plain = first or pattern is not self._fraction  # Elsewhere it may be a day.
                return Score(self._numbers[found[1]], words, plain=plain, first=first)
        core = self._words.core(said)
        if core in self._verdicts:
            return Score(self._verdicts[core])
        bare = re.fullmatch("[1-5]", core)
        return Score(int(core), plain=False) if bare else None


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(map(fold, words), key=len, reverse=True)))


def _after(said: str, folded: str, end: int) -> str:
    """What follows the score, as it was typed."""
    if len(said) != len(folded):  # Letters of two signs: better nothing than half a word.
        return ""
    return said[end:].strip(_AROUND)[:LONGEST]
