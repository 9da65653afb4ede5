"""A long text in pieces that a provider takes, cut where a reader would pause."""

import re
import unicodedata
from collections.abc import Iterator

_ENTRY = re.compile(r"\n(?=[ \t]*(?:[-–•*+]|\d{1,2}[.)]|[^\W\d_]\))\s)")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[.;!?…])\s")
_WORD = re.compile(r"\s")
# A place counts from this share of the longest piece on; entries of a list are worth a short one.
_PLACES = ((_ENTRY, 0.25), (_LINE, 0.5), (_SENTENCE, 0.5), (_WORD, 0.5), (_WORD, 0.0))
_ENTRY_LENGTH = 20  # Of what _ENTRY looks at behind its place.
_MARKS = ("Mn", "Mc", "Me")
_JOINER = "\u200d"


def cut(text: str, longest: int) -> list[str]:
    """Pieces of at most so many characters, cut before the entry of a list if possible, else
    between lines, sentences, words; never inside a letter or an emoji that fits a piece.

    Only white space around the cuts is left out.

    >>> cut("Cần:\\n- tờ khai\\n- giấy chứng sinh", 25)
    ['Cần:\\n- tờ khai', '- giấy chứng sinh']
    """
    pieces: list[str] = []
    text = text.strip()
    while len(text) > longest:
        end = _end(text, longest)
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]


def _end(text: str, longest: int) -> int:
    """Where the first piece ends: the last of the best places for that."""
    for pattern, share in _PLACES:
        first = max(1, int(longest * share))
        found = pattern.finditer(text, first, longest + _ENTRY_LENGTH)
        good = [match.start() for match in found if match.start() <= longest]
        if good:
            return good[-1]
    return next(_letters_end(text, longest), longest)


def _letters_end(text: str, longest: int) -> Iterator[int]:
    """Ends of whole letters, from the last that fits on."""
    return (end for end in range(longest, 0, -1) if not _continues(text, end))


def _continues(text: str, place: int) -> bool:
    """Whether what stands there is still the letter or emoji before it."""
    here, before = text[place], text[place - 1]
    if _is_flag(here) and _is_flag(before):
        return _flags_before(text, place) % 2 == 1
    return (
        _JOINER in (here, before)
        or unicodedata.category(here) in _MARKS
        or "\U0001f3fb" <= here <= "\U0001f3ff"  # Skin tones.
        or "\U000e0020" <= here <= "\U000e007f"  # Tags: the flags of Scotland and Wales.
    )


def _is_flag(letter: str) -> bool:
    """One of the two letters that are a flag together."""
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flags_before(text: str, place: int) -> int:
    start = place
    while start and _is_flag(text[start - 1]):
        start -= 1
    return place - start
