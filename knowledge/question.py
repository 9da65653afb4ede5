"""A citizen's question, read: which aspects it asks for, and the words that name the procedure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.client import Aspect
from vietnamese.text import fold
from vietnamese.words import expand, syllables

Phrase = tuple[str, ...]

MOST_SENTENCES = 5  # The last ones: a story ends in its question.
STORY = 60  # Syllables; a shorter message is understood as a whole.
# A procedure's code, as answers and portals print it; a publisher may follow ("1.001193.H49").
_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?!\d)")
_SENTENCE_END = re.compile(r"[.?!…]\s|\n")


@dataclass(frozen=True)
class Question:
    """`subject` is the question without the words that ask for an aspect; `code` is the
    procedure's, where the citizen gives it.

    `sentences` are the subjects of the single sentences of a story, where one of them names the
    procedure and the others tell what happened.
    """

    subject: str
    names_procedure: bool  # Whether the subject holds more than fillers.
    aspects: tuple[Aspect, ...]
    sentences: tuple[str, ...] = ()
    code: str = ""


class QuestionReader:
    """Reads questions by the phrases of aspects.yml, with or without diacritics."""

    def __init__(self, phrases: dict[Phrase, Aspect | None], fillers: frozenset[str]) -> None:
        self._phrases = phrases
        self.fillers = fillers  # As written and folded.
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
        aspects, subject = self._read(text)
        sentences = split_sentences(text) if len(syllables(text)) > STORY else []
        code = _CODE.search(text)
        subjects = (" ".join(self._read(each)[1]) for each in sentences[-MOST_SENTENCES:])
        return Question(
            subject=" ".join(subject),
            names_procedure=any(word not in self.fillers for word in subject),
            aspects=tuple(aspects),
            sentences=tuple(filter(None, subjects)) if len(sentences) > 1 else (),
            code=code.group() if code else "",
        )

    def _read(self, text: str) -> tuple[list[Aspect], list[str]]:
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
        return list(aspects), subject

    def _phrase_at(self, words: list[str], at: int) -> tuple[int, Aspect | None]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in self._phrases:
                return length, self._phrases[phrase]
        return 1, None


def split_sentences(text: str) -> list[str]:
    """Cut a message into sentences; a single line without an inner full stop is one."""
    if not _SENTENCE_END.search(text.strip()):
        return [text]
    from underthesea import sent_tokenize

    return [part for line in text.splitlines() for part in sent_tokenize(line)]


def _both_spellings(texts: Iterable[str]) -> Iterable[Phrase]:
    """As written and folded; one folded syllable means too many things ("phi", "gia")."""
    for text in texts:
        yield tuple(syllables(text))
        folded = tuple(syllables(fold(text)))
        if len(folded) > 1:
            yield folded
