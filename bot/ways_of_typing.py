"""Ways in which people type what they mean: the text of a message, changed by chance.

Each takes the text and the chance to draw from, and gives it back as it was when nothing fits.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from vietnamese.syllable import TONES
from vietnamese.text import fold, has_diacritics

WORD = re.compile(r"[^\W\d_]+")
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_VNI = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_TELEX_MARKS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_MARKS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}


def partly_plain(text: str, random: Random) -> str:
    """The text with the diacritics of about half of its words left out."""
    return WORD.sub(lambda w: fold(w[0]) if random.random() < 0.5 else w[0], text)


def with_slip(text: str, random: Random) -> str:
    """The text with one or, when it is long, two words mistyped."""
    found = [match for match in WORD.finditer(text) if len(match[0]) > 1]
    for match in sorted(
        random.sample(found, min(1 + len(found) // 8, len(found), 2)), key=_from_end
    ):
        text = text[: match.start()] + _mistyped(match[0], random) + text[match.end() :]
    return text


def _from_end(match: re.Match[str]) -> int:
    return -match.start()


def _mistyped(word: str, random: Random) -> str:
    if has_diacritics(word) and random.random() < 0.6:
        keys = random.choice(((_TELEX_MARKS, _TELEX), (_VNI_MARKS, _VNI)))
        return typed(word, *keys)
    at = random.randrange(len(word) - 1)
    if random.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[: at + 1] + word[at] + word[at + 1 :]


def typed(word: str, marks: dict[str, str], tones: dict[str, str]) -> str:
    """The keys that were pressed for a word when the keyboard did not make it of them.

    >>> typed("giấy", _TELEX_MARKS, _TELEX), typed("đường", _VNI_MARKS, _VNI)
    ('giaays', 'd9u7o7ng2')
    """
    parts = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
    keys = "".join(marks.get(letter, letter) for letter in bare)
    return keys + "".join(tones[part] for part in parts if part in TONES)


def as_spoken(text: str, random: Random, spoken: dict[str, list[str]]) -> str:
    """The text with up to three of its words as in a chat or in a region."""
    said = {phrase for phrase in spoken if re.search(rf"\b{phrase}\b", text.lower())}
    for phrase in random.sample(sorted(said), min(3, len(said))):
        other = random.choice(spoken[phrase])
        text = re.sub(rf"\b{phrase}\b", other, text, count=1, flags=re.IGNORECASE)
    return text


def around(text: str, random: Random, particles: dict[str, list[str]]) -> str:
    """The text between particles: one before, one after, or both."""
    before, after = random.choice(((True, False), (False, True), (False, True), (True, True)))
    parts = [random.choice(particles["before"])] if before else []
    parts.append(text.rstrip(" ?.!") if after else text)
    return " ".join([*parts, random.choice(particles["after"])] if after else parts)
