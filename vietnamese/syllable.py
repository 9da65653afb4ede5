"""What a Vietnamese syllable is made of, and on which of its vowels the tone is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_TONE = re.compile(f"[{TONES}]")
_VOWELS = "aăâeêioôơuưy"
_MARKED = "ăâêôơư"  # They carry the tone wherever they stand.

_ONSETS = frozenset(  # The first one is none.
    ",b,c,ch,d,đ,g,gh,gi,h,k,kh,l,m,n,ng,ngh,nh,p,ph,qu,r,s,t,th,tr,v,x".split(",")  # noqa: SIM905
)
# Every vowel or cluster of vowels, with the final consonants that may follow it.
_FINALS = {
    "a": "- c ch m n ng nh p t", "ă": "c m n ng p t", "â": "c m n ng p t",
    "e": "- c m n ng p t", "ê": "- c ch m n ng nh p t", "i": "- c ch m n ng nh p t",
    "o": "- c m n ng p t", "ô": "- c m n ng p t", "ơ": "- c m n ng p t",
    "u": "- c m n ng p t", "ư": "- c m n ng p t", "y": "- ch m n nh p t",
    "iê": "c m n ng p t", "yê": "m n ng t", "uô": "c m n ng p t", "ươ": "c m n ng p t",
    "oa": "- c ch m n ng nh p t", "oă": "c m n ng p t", "oe": "- m n ng t", "oo": "c ng",
    "uâ": "c n ng p t", "uê": "- c ch n nh t", "uơ": "- n t", "uy": "- ch n nh p t",
    "uyê": "n t",
    "ai": "-", "ao": "-", "au": "-", "ay": "-", "âu": "-", "ây": "-", "eo": "-", "êu": "-",
    "ia": "-", "iu": "-", "iêu": "-", "yêu": "-", "oi": "-", "ôi": "-", "ơi": "-", "ua": "-",
    "ui": "-", "uôi": "-", "ưa": "-", "ưi": "-", "ưu": "-", "ươi": "-", "ươu": "-",
    "oai": "-", "oao": "-", "oay": "-", "oeo": "-", "uây": "-", "uya": "-", "uyu": "-",
}  # fmt: skip
_RIMES = frozenset(
    vowels + final.replace("-", "")
    for vowels, finals in _FINALS.items()
    for final in finals.split()
)
_SPLIT = re.compile(f"(gi(?=[{_VOWELS}])|qu(?=[{_VOWELS}])|[^{_VOWELS}]*)([{_VOWELS}]+)(.*)")


@dataclass(frozen=True)
class Syllable:
    """A syllable without its tone, cut into parts; `tone` is a combining mark or nothing.

    `final` is a consonant; a closing i, y, o or u is one of the `vowels`.
    """

    onset: str
    vowels: str
    final: str
    tone: str

    def written(self) -> str:
        """The syllable with its tone where the new spelling puts it (hòa, thúy, quý)."""
        at = _place(self.vowels, bool(self.final)) + 1
        word = self.onset + self.vowels[:at] + self.tone + self.vowels[at:] + self.final
        return unicodedata.normalize("NFC", word)


def parse(word: str) -> Syllable | None:
    """Cut a lower-case word into its parts; None when it cannot be a Vietnamese syllable.

    The tone may stand on any letter, as old habits and slips of the finger put it.

    >>> parse("đựơc")
    Syllable(onset='đ', vowels='ươ', final='c', tone='\u0323')
    >>> parse("online") is None
    True
    """
    marks = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(marks)
    if len(tones) > 1:
        return None
    match = _SPLIT.fullmatch(unicodedata.normalize("NFC", _TONE.sub("", marks)))
    if not match:
        return None
    onset, vowels, final = match.groups()
    if onset not in _ONSETS or vowels + final not in _RIMES:
        return None
    return Syllable(onset, vowels, final, "".join(tones))


@lru_cache(maxsize=20_000)
def place_tone(word: str) -> str:
    """Move the tone of a lower-case word to its place; other words are left alone.

    >>> place_tone("hoà"), place_tone("qúy"), place_tone("tóan"), place_tone("hoặc")
    ('hòa', 'quý', 'toán', 'hoặc')
    """
    syllable = parse(word)
    return syllable.written() if syllable and syllable.tone else word


def _place(vowels: str, closed: bool) -> int:
    """The index of the vowel that carries the tone."""
    marked = [at for at, vowel in enumerate(vowels) if vowel in _MARKED]
    if marked:
        return marked[-1]
    if closed:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0
