"""Patterns for what people type: words with their marks or, where those are left out, without."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from vietnamese.text import fold

# An escape such as \b is no letter; everything else that holds a marked letter is a word.
_WORD = re.compile(r"\\.|[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Of a text with all its marks about three quarters of the syllables carry one.
_MARKED = 0.5


@cache
def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which a word with marks also matches without any of them.

    It is meant for normalised text. A word of the pattern without marks matches only as it is,
    so "mai" does not match "mại".

    >>> bool(phrase("hôm nay").search("hom nay")), bool(phrase("hôm mai").search("hôm mại"))
    (True, False)
    """
    return re.compile(_WORD.sub(lambda word: _either(word.group()), pattern))


class Phrase:
    """A pattern that reads a text typed with its marks strictly, another one freely.

    >>> sang = Phrase("sáng nay")
    >>> [bool(sang.within(text).search(text)) for text in ("sang nay nop", "sang nay mới nộp được")]
    [True, False]
    """

    def __init__(self, pattern: str) -> None:
        self._strict = re.compile(pattern)
        self._free = phrase(pattern)

    def within(self, text: str) -> re.Pattern[str]:
        return self._strict if is_marked(text) else self._free


@lru_cache(maxsize=10_000)
def _has_marks(word: str) -> bool:
    return fold(word) != word


def is_marked(text: str) -> bool:
    """Whether a normalised text was typed with the marks of its words."""
    if text.isascii():
        return False
    words = _LETTERS.findall(text)
    return sum(map(_has_marks, words)) > _MARKED * len(words)


def _either(word: str) -> str:
    if word.startswith("\\") or word.isascii():
        return word
    return f"(?:{word}|{fold(word)})"
