"""One written form for Vietnamese text: what citizens type and what agencies publish."""

import re
import unicodedata

from vietnamese.syllable import place_tone

# Zero-width, direction and tag characters: invisible to a reader, visible to a search.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile("[^\\S\n]+")
_LINES = re.compile(" ?\n ?(?:\n ?)+")

# Letters of other alphabets that look like Vietnamese ones: an Icelandic eth, the Gha of old fonts.
_LOOKALIKES = str.maketrans("\u00f0\u0256\u01a3", "\u0111\u0111\u01b0")
_WORD = re.compile(r"[^\W\d_]+")


def clean(text: str) -> str:
    """Return NFC text without control or invisible characters, spaces collapsed.

    >>> clean("Giấy\\u00a0 khai\\u200b sinh\\x00 ")
    'Giấy khai sinh'
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _LINES.sub("\n\n", text).replace(" \n", "\n").replace("\n ", "\n").strip()


def normalise(text: str) -> str:
    """Lower-case NFC with each tone where the new spelling puts it: what is searched and compared.

    >>> normalise("Hoà giải, THUÝ, qúy, tóan, hoặc")
    'hòa giải, thúy, quý, toán, hoặc'
    """
    text = unicodedata.normalize("NFC", clean(text).lower()).translate(_LOOKALIKES)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _WORD.sub(lambda word: place_tone(word.group()), text))


def fold(text: str) -> str:
    """Lower-case without diacritics, đ included: how people write on a phone in a hurry.

    >>> fold("Đăng ký khai sinh")
    'dang ky khai sinh'
    """
    marks = unicodedata.normalize("NFD", clean(text).lower().translate(_LOOKALIKES))
    return "".join(c for c in marks if not unicodedata.combining(c)).replace("đ", "d")


def has_diacritics(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark.

    >>> has_diacritics("dang ky"), has_diacritics("đăng ky")
    (False, True)
    """
    return fold(text) != clean(text).lower()
