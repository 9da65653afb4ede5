"""A citizen's question, read: which aspects it asks for, and the words that name the procedure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.client import Aspect
from knowledge.model import Channel
from knowledge.phrases import Found, Phrase, Phrases, patterns, phrase
from knowledge.sentences import split_sentences
from vietnamese.text import fold
from vietnamese.words import syllables

MOST_SENTENCES = 5  # The last ones: a story ends in its question.
WEAK = "weak"  # Beside an aspect: asked for only when nothing else is.
STORY = 60  # Syllables; a shorter message is understood as a whole.
# A procedure's code, as answers and portals print it; a publisher may follow ("1.001193.H49").
_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?!\d)")


@dataclass(frozen=True)
class Question:
    """`subject` is the question without the words that ask for an aspect; `code` is the
    procedure's, where the citizen gives it. `channels` are the ways to file that are asked for by
    name. `text` is the whole message; `says_place` tells that it does nothing but name a place.

    `sentences` are the subjects of the single sentences of a story, where one of them names the
    procedure and the others tell what happened.
    """

    subject: str
    names_procedure: bool  # Whether the subject holds more than fillers.
    aspects: tuple[Aspect, ...]
    sentences: tuple[str, ...] = ()
    code: str = ""
    channels: tuple[Channel, ...] = ()
    text: str = ""
    says_place: bool = False


class QuestionReader:
    """Reads questions by the phrases of aspects.yml, with or without diacritics."""

    def __init__(self, phrases: Phrases, words: Mapping[str, str]) -> None:
        self._phrases = phrases
        fillers, asking = syllables(words["fillers"]), syllables(words["asking"])
        self.fillers = frozenset([*fillers, *map(fold, fillers)])
        self.asides = frozenset(map(fold, syllables(words["asides"])))
        self.goes_on = re.compile(words["goes_on"])
        self._asking = frozenset(map(fold, asking))
        self._there = asking[0]

    @classmethod
    def load(cls, path: Path | None = None) -> "QuestionReader":
        """Read aspects.yml. Raises ValueError naming an aspect or a channel that does not exist."""
        path = path or Path(__file__).with_name("aspects.yml")
        content: dict[str, Any] = yaml.load(
            path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        closings = frozenset(map(fold, syllables(content["closings"])))
        return cls(Phrases(_phrases(content), closings), content)

    def read(self, text: str) -> Question:
        """Split a question into what it asks and what it is about.

        >>> q = QuestionReader.load().read("dang ky khai sinh can giay to gi, mat bao lau")
        >>> q.subject, [aspect.value for aspect in q.aspects]
        ('dang ky khai sinh', ['documents', 'time'])
        """
        aspects, channels, subject = self._read(text)
        sentences = split_sentences(text) if len(syllables(text)) > STORY else []
        code = _CODE.search(text)
        subjects = (" ".join(self._read(each)[-1]) for each in sentences[-MOST_SENTENCES:])
        return Question(
            subject=" ".join(subject),
            names_procedure=any(word not in self.fillers for word in subject),
            aspects=tuple(aspects),
            sentences=tuple(filter(None, subjects)) if len(sentences) > 1 else (),
            code=code.group() if code else "",
            channels=tuple(channels),
            text=text,
        )

    def _read(self, text: str) -> tuple[list[Aspect], list[Channel], list[str]]:
        """What is asked, in the order of the text, and the words that are left."""
        aspects: dict[Aspect, None] = {}
        channels: dict[Channel, None] = {}
        subject: list[str] = []
        weak: list[Aspect] = []
        in_passing = True  # Places are only named to tell of what else is asked.
        for found in self._phrases.find(text):
            aspect, _, channel = found.meaning.partition(" ")
            if not aspect:
                subject += found.words
                continue
            if channel == WEAK:
                weak.append(Aspect(aspect))
                continue
            aspects[Aspect(aspect)] = None
            if channel:
                channels[Channel(channel)] = None
            if aspect == Aspect.PLACE:
                in_passing = in_passing and bool(channel) and not self._asks(found)
        if in_passing and len(aspects) > 1:
            aspects.pop(Aspect.PLACE, None)
        return list(aspects) or weak[:1], list(channels), subject

    def _asks(self, found: Found) -> bool:
        """Whether a way of filing is asked for ("nộp online được không"), not only told of."""
        return not found.after or fold(found.after) in self._asking or found.before == self._there


def _phrases(content: Mapping[str, Any]) -> Iterator[Phrase]:
    words = content["words"]
    for aspect, texts in content["aspects"].items():
        for text in patterns(texts, words):
            yield phrase(Aspect(aspect).value, text)
    for aspect, texts in content["weak"].items():
        for text in patterns(texts, words):
            yield phrase(f"{Aspect(aspect)} {WEAK}", text)
    for channel, texts in content["channels"].items():
        for text in patterns(texts, words):
            yield phrase(f"{Aspect.PLACE} {Channel(channel)}", text)
    for text in patterns(content["names"], words):
        yield phrase("", text)
