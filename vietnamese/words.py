"""Syllables and abbreviations: the units that Rasa and the index both count."""

import re
from collections.abc import Iterator
from itertools import pairwise

from vietnamese.abbreviations import meanings_of
from vietnamese.text import fold, normalise

WORD = re.compile(r"[^\W_]+")
BETWEEN = re.compile(rf"({WORD.pattern})")  # Splits a text so that words are at the odd places.


def syllables(text: str) -> list[str]:
    """Split normalised text into syllables and numbers, punctuation dropped.

    >>> syllables("Đăng ký khai sinh, năm 2026!")
    ['đăng', 'ký', 'khai', 'sinh', 'năm', '2026']
    """
    return WORD.findall(normalise(text))


def spellings(text: str) -> Iterator[tuple[str, ...]]:
    """As written and folded; one folded syllable means too many things ("phi", "hue").

    >>> list(spellings("lệ phí")), list(spellings("phí"))
    ([('lệ', 'phí'), ('le', 'phi')], [('phí',)])
    """
    yield tuple(syllables(text))
    folded = tuple(syllables(fold(text)))
    if len(folded) > 1:
        yield folded


def with_bigrams(parts: list[str]) -> list[str]:
    """Add each neighbouring pair, because most Vietnamese words are two syllables.

    >>> with_bigrams(["khai", "sinh"])
    ['khai', 'sinh', 'khai_sinh']
    """
    return parts + [f"{a}_{b}" for a, b in pairwise(parts)]


def expand(text: str) -> str:
    """Write out the abbreviations in a text; everything else is kept, lower-cased.

    >>> expand("đổi GPLX hạng B")
    'đổi giấy phép lái xe hạng b'
    """
    parts = BETWEEN.split(normalise(text))
    parts[1::2] = meanings_of(parts[1::2])
    return "".join(parts)
