"""Syllables and abbreviations: the units that Rasa and the index both count."""

import re
from itertools import pairwise

from vietnamese.abbreviations import meanings_of
from vietnamese.text import normalise

_SYLLABLE = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"([^\W_]+)")


def syllables(text: str) -> list[str]:
    """Split normalised text into syllables and numbers, punctuation dropped.

    >>> syllables("Đăng ký khai sinh, năm 2026!")
    ['đăng', 'ký', 'khai', 'sinh', 'năm', '2026']
    """
    return _SYLLABLE.findall(normalise(text))


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
    parts = _BETWEEN.split(normalise(text))  # Words at the odd places.
    parts[1::2] = meanings_of(parts[1::2])
    return "".join(parts)
