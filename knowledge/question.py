"""A citizen's question, read: which aspects it asks for, and the words that name the procedure."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.client import Aspect
from vietnamese.text import fold
from vietnamese.words import expand, syllables

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """`subject` is the question without the words that ask for an aspect."""

    text: str
    subject: str
    names_procedure: bool  # Whether the subject holds more than fillers.
    aspects: tuple[Aspect, ...]


class QuestionReader:
    """Reads questions by the phrases of aspects.yml, with or without diacritics."""

    def __init__(self, phrases: dict[Phrase, Aspect | None], fillers: frozenset[str]) -> None:
        self._phrases = phrases
        self._fillers = fillers
        self._longest = max(map(len, phrases))

    @classmethod
    def load(cls, path: Path | None = None) -> "QuestionReader":
        """Read aspects.yml. Raises ValueError naming an aspect that does not exist."""
        path = path or Path(__file__).with_name("aspects.yml")
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        phrases: dict[Phrase, Aspect | None] = {}
        for aspect, texts in content["aspects"].items():
            phrases |= {phrase: Aspect(aspect) for phrase in _both_spellings(texts)}
        phrases |= dict.fromkeys(_both_spellings(content["names"]))
        fillers = syllables(content["fillers"])
        return cls(phrases, frozenset([*fillers, *map(fold, fillers)]))

    def read(self, text: str) -> Question:
        """Split a question into what it asks and what it is about.

        >>> q = QuestionReader.load().read("dang ky khai sinh can giay to gi, mat bao lau")
        >>> q.subject, [aspect.value for aspect in q.aspects]
        ('dang ky khai sinh', ['documents', 'time'])
        """
        words = syllables(expand(text))
        aspects: dict[Aspect, None] = {}
        subject: list[str] = []
        at = 0
        while at < len(words):
            length, aspect = self._phrase_at(words, at)
            if aspect:
                aspects[aspect] = None
            else:
                subject += words[at : at + length]
            at += length
        names = any(word not in self._fillers for word in subject)
        return Question(text, " ".join(subject), names, tuple(aspects))

    def _phrase_at(self, words: list[str], at: int) -> tuple[int, Aspect | None]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in self._phrases:
                return length, self._phrases[phrase]
        return 1, None


def _both_spellings(texts: Iterable[str]) -> Iterable[Phrase]:
    for text in texts:
        yield tuple(syllables(text))
        yield tuple(syllables(fold(text)))
