"""Words whose keys were typed while the input method was off: "giaays" (Telex), "gia61y" (VNI)."""

from __future__ import annotations

import unicodedata

from vietnamese.syllable import TONES, parse
from vietnamese.text import fold

_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HORNS = {"o": "ơ", "u": "ư"}
_TELEX_TONES = dict(zip("fsxrj", TONES, strict=True))
_VNI_TONES = dict(zip("21435", TONES, strict=True))
_VNI_LETTERS = {"6": _HATS, "7": _HORNS, "8": {"a": "ă"}, "9": {"d": "đ"}}


def left_over(word: str) -> str:
    """The syllable that the keys of Telex or VNI spell, or nothing.

    >>> left_over("giaays"), left_over("gia61y"), left_over("ddwowngf"), left_over("lop6")
    ('giấy', 'giấy', 'đường', '')
    """
    if len(word) < 3:
        return ""
    spelt = _vni(word) if any(each.isdigit() for each in word) else _telex(word)
    syllable = parse(spelt) if spelt != word else None
    return syllable.written() if syllable else ""


def _telex(word: str) -> str:
    letters: list[str] = []
    tone = ""
    for key in word:
        if key == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif key == "w":
            _put_horn(letters, {**_HORNS, "a": "ă"})
        elif key in _TELEX_TONES and _has_vowel(letters):
            tone = _TELEX_TONES[key]
        elif not (key in _HATS and _change(letters, {key: _HATS[key]})):
            letters.append(key)
    return _with_tone(letters, tone)


def _vni(word: str) -> str:
    digits = sum(each.isdigit() for each in word)
    # A single digit at the end is a number: "lop6", "ct7"; so is what begins with one.
    if word[0].isdigit() or (digits == 1 and word[-1].isdigit()):
        return ""
    letters: list[str] = []
    tone = ""
    for key in word:
        if key in _VNI_TONES:
            tone = _VNI_TONES[key]
        elif key == "7":
            _put_horn(letters, _HORNS)
        elif key in _VNI_LETTERS:
            _change(letters, _VNI_LETTERS[key])
        else:
            letters.append(key)
    return _with_tone(letters, tone)


def _change(letters: list[str], changes: dict[str, str]) -> bool:
    """Put the mark on the last letter that can take it; whether there was one."""
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in changes:
            letters[at] = changes[letters[at]]
            return True
    return False


def _put_horn(letters: list[str], changes: dict[str, str]) -> None:
    at = "".join(letters).find("uo")
    if at >= 0:
        letters[at : at + 2] = "ươ"
    elif not _change(letters, changes) and "w" not in letters:
        letters.append("ư")


def _has_vowel(letters: list[str]) -> bool:
    return any(fold(letter) in "aeiouy" for letter in letters)


def _with_tone(letters: list[str], tone: str) -> str:
    """The word with a tone on its first vowel; the syllable knows where it belongs."""
    vowels = [at for at, letter in enumerate(letters) if fold(letter) in "aeiouy"]
    if tone and vowels:
        letters[vowels[0]] += tone
    return unicodedata.normalize("NFC", "".join(letters))
