"""Which spellings are one slip away from what was typed, and how unlikely each slip is.

Costs are in natural logarithms: a slip of cost 3 is made once in twenty times.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from vietnamese.syllable import TONES

WRONG_MARK = 3.0
MISSING_MARK = 1.5
CONFUSED_TONES = 1.0  # hỏi for ngã, as half of the country says them.
AS_SPOKEN = 3.0  # "chả góp" for trả góp; "jấy tờ", "wê" in chats.
FINGER = 5.0
DOUBLED = 4.0
SHORT = 2.0  # More for a short word: a slip makes any of them another.

_HOOK, _TILDE = "\u0309", "\u0303"
_LETTERS = "abcdeghiklmnopqrstuvxy"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Folded beginnings and endings that are taken for each other: what is typed, what may be meant.
_BEGINNINGS = (
    "s x,x s,ch tr,tr ch,d gi,gi d,d v,v d,r d,d r,r gi,gi r,l n,n l,"
    "j gi,j ch,f ph,z d,z gi,z v,dz d,dz v,w qu,kw qu,q qu,k c,c k,ng ngh,ngh ng,g gh,gh g"
)
_ENDINGS = "n ng,ng n,c t,t c,i y,y i,g ng,k c,k ch,h nh,h ch,ng nh"


@lru_cache(maxsize=20_000)
def marks(word: str) -> frozenset[str]:
    """The tone and the marked letters of a normalised word.

    >>> sorted(marks("đường")) == sorted(["đ", "ư", "ơ", "\\u0300"])
    True
    """
    found: set[str] = set()
    for letter in word:
        if not letter.isascii():
            parts = unicodedata.normalize("NFD", letter)
            bare = "".join(part for part in parts if part not in TONES)
            found.update(part for part in parts if part in TONES)
            found.add(unicodedata.normalize("NFC", bare))
    return frozenset(mark for mark in found if not mark.isascii())


def mark_cost(typed: frozenset[str], meant: frozenset[str]) -> float:
    """What it costs to read the marks that were typed as those of another word."""
    wrong, missing = typed - meant, meant - typed
    if {*wrong, *missing} == {_HOOK, _TILDE}:
        return CONFUSED_TONES
    return WRONG_MARK * len(wrong) + MISSING_MARK * len(missing)


def near(folded: str) -> Iterator[tuple[str, float]]:
    """Folded spellings that sound alike or are one slip of the finger away, with their costs."""
    for typed, meant in _pairs(_BEGINNINGS):
        if folded.startswith(typed):
            yield meant + folded[len(typed) :], AS_SPOKEN
    for typed, meant in _pairs(_ENDINGS):
        if folded.endswith(typed):
            yield folded[: -len(typed)] + meant, AS_SPOKEN
    slip = FINGER if len(folded) > 3 else FINGER + SHORT
    for at in range(len(folded) + 1):
        head, tail = folded[:at], folded[at:]
        yield from ((head + letter + tail, slip) for letter in _LETTERS)
        if tail:
            yield head + tail[1:], DOUBLED if head[-1:] == tail[0] else slip
            yield from ((head + key + tail[1:], slip) for key in _beside().get(tail[0], ""))
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:], slip


@lru_cache(maxsize=8)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((typed, meant) for typed, meant in (each.split() for each in text.split(",")))


@lru_cache(maxsize=1)
def _beside() -> dict[str, str]:
    """The keys that touch each key on a keyboard, whose rows are shifted by half a key."""
    beside: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for at, key in enumerate(row):
            above = _ROWS[number - 1][at : at + 2] if number else ""
            below = _ROWS[number + 1][max(at - 1, 0) : at + 1] if number < 2 else ""
            beside[key] = row[max(at - 1, 0) : at] + row[at + 1 : at + 2] + above + below
    return beside
