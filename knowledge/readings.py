"""The ways in which a question can be read: as typed, as it was meant, in the official words. A
reading is added, never put in the place of another.
"""

from dataclasses import dataclass
from typing import Protocol

from vietnamese.words import expand


class Rewriter(Protocol):
    def __call__(self, text: str) -> str: ...


@dataclass(frozen=True)
class Reading:
    """`texts` are compared word by word, what was typed first; `meant` by its meaning, which
    text without diacritics does not tell. `official` is for procedures that nobody wrote
    citizens' words for: beside such words it only adds what others have in common, too.
    """

    texts: tuple[str, ...]
    meant: str
    official: str


@dataclass(frozen=True)
class Readings:
    restore: Rewriter  # Diacritics put back, slips mended.
    official: Rewriter  # Everyday words replaced by those of the catalogue.

    def of(self, text: str) -> Reading:
        """Read a text; all is empty for an empty one."""
        meant = expand(self.restore(text))
        texts = dict.fromkeys([expand(text), meant])
        return Reading(tuple(filter(None, texts)), meant, self.official(meant))
