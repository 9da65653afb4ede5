"""The ways in which a question can be read: as typed, with its diacritics restored, in the
official words. A reading is added, never put in the place of another.
"""

from dataclasses import dataclass
from typing import Protocol

from vietnamese.text import has_diacritics
from vietnamese.words import expand


class Rewriter(Protocol):
    def __call__(self, text: str) -> str: ...


@dataclass(frozen=True)
class Reading:
    """`legible`: whether its meaning can be told; unaccented text has words and no meaning."""

    text: str
    legible: bool


@dataclass(frozen=True)
class Readings:
    restore: Rewriter
    official: Rewriter  # Everyday words replaced by those of the catalogue.

    def of(self, text: str) -> list[Reading]:
        """List the readings of a text, as typed first, none twice; empty for an empty text."""
        typed = expand(text)
        restored = self.restore(typed)
        found = dict.fromkeys([typed, restored, self.official(restored)])
        return [
            Reading(each, legible=has_diacritics(each) or each == restored)
            for each in found
            if each
        ]
