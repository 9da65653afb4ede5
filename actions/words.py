"""What citizens say to move around in a conversation, and the buttons that say it for them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from vietnamese.text import fold
from vietnamese.words import expand, syllables

WORDS = Path(__file__).with_name("words.yml")

Phrase = tuple[str, ...]


class Words:
    """Reads messages by the phrases of words.yml."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._fillers = frozenset(spelt for (spelt,) in _spellings(words["fillers"].split()))
        self._lists: dict[str, list[str]] = {
            kind: phrases for kind, phrases in words.items() if isinstance(phrases, list)
        }
        self._phrases = {kind: list(_spellings(phrases)) for kind, phrases in self._lists.items()}
        self._bare = {
            kind: {self._without_fillers(phrase) for phrase in phrases} - {()}
            for kind, phrases in self._phrases.items()
        }

        buttons = [self._lists[kind][0] for kind in words["buttons"].split()]
        buttons += self._lists["parts"]
        self._buttons = frozenset(_spellings(buttons))

    @classmethod
    def load(cls, path: Path = WORDS) -> "Words":
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def button(self, kind: str) -> dict[str, str]:
        """The button that says it; pressing it is saying its words."""
        return _button(self._lists[kind][0])

    def buttons(self, kind: str) -> list[dict[str, str]]:
        """A button for each phrase of a list."""
        return [_button(phrase) for phrase in self._lists[kind]]

    def says(self, kind: str, text: str) -> bool:
        """Whether a message is nothing but one of these phrases, and words that say nothing."""
        words = _words(text)
        if self._without_fillers(words) in self._bare[kind]:
            return True
        # A yes may be made of fillers only: "dạ vâng ạ".
        return any(part in self._phrases[kind] for part in self._cores(words))

    def core(self, text: str) -> str:
        """A message without the words that say nothing."""
        return " ".join(self._without_fillers(_words(text)))

    def is_button(self, text: str) -> bool:
        """Whether a message is what one of our own buttons says."""
        return _words(text) in self._buttons

    def frames(self, kind: str, text: str) -> bool:
        """Whether a message begins or ends with one of these phrases."""
        return any(
            phrase in (core[: len(phrase)], core[-len(phrase) :])
            for core in self._cores(_words(text))
            for phrase in self._phrases[kind]
        )

    def mentions(self, kind: str, text: str) -> bool:
        """Whether one of these phrases is in a message."""
        words = _words(text)
        return any(_find(words, phrase) is not None for phrase in self._phrases[kind])

    def meant(self, text: str, *, refusing: bool) -> str | None:
        """What a correction puts right: "" when it only refuses, None when it is no correction.

        `refusing` tells that the message is known to refuse something.
        """
        words = _words(text)
        for kind in ("meant", "rather") if refusing else ("meant",):
            ends = [end for phrase in self._phrases[kind] if (end := _find(words, phrase))]
            if ends:
                return self._told(words[max(ends) :])
        rest = self._after_refusals(words) if refusing else words
        return self._told(rest) if rest != words else None

    def beyond(self, kind: str, text: str) -> str:
        """What a message says besides these phrases."""
        words = list(_words(text))
        for phrase in sorted(self._phrases[kind], key=len, reverse=True):
            while (end := _find(tuple(words), phrase)) is not None:
                del words[end - len(phrase) : end]
        return self._told(tuple(words))

    def _after_refusals(self, words: Phrase) -> Phrase:
        """What is left when "no, wrong, that is not it" is taken from the beginning."""
        for phrase in self._phrases["refusals"]:
            if words[: len(phrase)] == phrase:
                return self._after_refusals(words[len(phrase) :])
        return words

    def _told(self, words: Phrase) -> str:
        return " ".join(words) if self._without_fillers(words) else ""

    def _cores(self, words: Phrase) -> Iterator[Phrase]:
        """What is left when fillers are taken from both ends, as many as one likes."""
        first = next((i for i, word in enumerate(words) if word not in self._fillers), len(words))
        back = enumerate(words[::-1])
        last = next((i for i, word in back if word not in self._fillers), len(words))
        for start in range(min(first, len(words) - 1) + 1):
            for end in range(max(start + 1, len(words) - last), len(words) + 1):
                yield words[start:end]

    def _without_fillers(self, words: Phrase) -> Phrase:
        return tuple(word for word in words if word not in self._fillers)


def _button(phrase: str) -> dict[str, str]:
    return {"title": phrase, "payload": phrase}


def _words(text: str) -> Phrase:
    return tuple(syllables(expand(text)))


def _find(words: Phrase, phrase: Phrase) -> int | None:
    """Where the last occurrence of a phrase ends."""
    for start in range(len(words) - len(phrase), -1, -1):
        if words[start : start + len(phrase)] == phrase:
            return start + len(phrase)
    return None


def _spellings(phrases: Iterable[str]) -> Iterable[Phrase]:
    for phrase in phrases:
        yield tuple(syllables(phrase))
        yield tuple(syllables(fold(phrase)))
