"""Syllables and abbreviations: the units that Rasa and the index both count."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from vietnamese.text import normalise

_SYLLABLE = re.compile(r"[^\W_]+", re.UNICODE)


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


@cache
def abbreviations() -> dict[str, str]:
    """Short form to full form, from abbreviations.tsv."""
    lines = Path(__file__).with_name("abbreviations.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {normalise(short): full for short, full in pairs}


def expand(text: str) -> str:
    """Write out the abbreviations in a text; everything else is kept, lower-cased.

    >>> expand("đổi GPLX hạng B")
    'đổi giấy phép lái xe hạng b'
    """
    full = abbreviations()
    return _SYLLABLE.sub(lambda m: full.get(m.group(), m.group()), normalise(text))
