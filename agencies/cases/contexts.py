"""What the words around a name or topic make of it: merely mentioned, or the one that is meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agencies.cases.phrases import Found, Stream

NEAR = 6  # Words between a word of the past and what it belongs to.
AT_ONCE = 3  # Words between a matter and that it is done.
MENTIONED = 0.4  # Of its weight.
MEANT = 1.4


@dataclass(frozen=True)
class Contexts:
    past: tuple[str, ...]  # "hồi trước nộp bên ...": not who has it now.
    done: tuple[str, ...]  # "đóng thuế xong": no longer the matter.
    has_done: tuple[str, ...]  # "... bảo đã chuyển": not who has it, either.
    handed: tuple[str, ...]  # "đã chuyển sang ...": who has it.

    @classmethod
    def read(cls, content: dict[str, Any]) -> "Contexts":
        return cls(**{name: tuple(phrases) for name, phrases in content.items()})

    def of_body(self, stream: Stream, found: Found[Any]) -> float:
        """How much of its weight a body has that is named here."""
        before, after = _around(stream, found)
        if _ends(stream, before, self.handed):
            return MEANT
        if _has(stream, before, self.past) or _begins(stream, after, self.has_done):
            return MENTIONED
        return 1.0

    def of_topic(self, stream: Stream, found: Found[Any]) -> float:
        _, after = _around(stream, found)
        return MENTIONED if _has(stream, after[:AT_ONCE], self.done) else 1.0


def _around(stream: Stream, found: Found[Any]) -> tuple[Sequence[str], Sequence[str]]:
    words = stream.each
    return words[max(0, found.start - NEAR) : found.start], words[found.end : found.end + NEAR]


def _has(stream: Stream, words: Sequence[str], phrases: Iterable[str]) -> bool:
    text = f" {' '.join(words)} "
    return any(f" {stream.form(phrase)} " in text for phrase in phrases)


def _begins(stream: Stream, words: Sequence[str], phrases: Iterable[str]) -> bool:
    text = f"{' '.join(words)} "
    return text.startswith(tuple(f"{stream.form(phrase)} " for phrase in phrases))


def _ends(stream: Stream, words: Sequence[str], phrases: Iterable[str]) -> bool:
    text = f" {' '.join(words)}"
    return text.endswith(tuple(f" {stream.form(phrase)}" for phrase in phrases))
