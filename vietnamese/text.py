"""One written form for Vietnamese text: what citizens type and what agencies publish."""

import re
import unicodedata

# Zero-width, direction and tag characters: invisible to a reader, visible to a search.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile("[^\\S\n]+")
_LINES = re.compile(" ?\n ?(?:\n ?)+")

# Old tone placement (hoà, thuý) to new (hòa, thúy); both are in the catalogue and in chats.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OLD_PLACEMENT = re.compile(f"(o)([ae])([{_TONES}])|(u)(y)([{_TONES}])")


def clean(text: str) -> str:
    """Return NFC text without control or invisible characters, spaces collapsed.

    >>> clean("Giấy\\u00a0 khai\\u200b sinh\\x00 ")
    'Giấy khai sinh'
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _LINES.sub("\n\n", text).replace(" \n", "\n").replace("\n ", "\n").strip()


def normalise(text: str) -> str:
    """Lower-case NFC with the new tone placement: the form that is searched and compared.

    >>> normalise("Hoà giải, THUÝ, quý, toàn")
    'hòa giải, thúy, quý, toàn'
    """
    marks = unicodedata.normalize("NFD", clean(text).lower())
    return unicodedata.normalize("NFC", _move_tones(marks))


def _move_tones(marks: str) -> str:
    def moved(match: re.Match[str]) -> str:
        first, second, tone = (group for group in match.groups() if group)
        end = match.end()
        follows = marks[end : end + 1]
        # "toàn", "quyển": a final letter keeps the tone on the second vowel; "quý" has no first.
        before = marks[match.start() - 1 : match.start()]
        if follows.isalpha() or (first == "u" and before == "q"):
            return match.group()
        return first + tone + second

    return _OLD_PLACEMENT.sub(moved, marks)


def fold(text: str) -> str:
    """Lower-case without diacritics, đ included: how people write on a phone in a hurry.

    >>> fold("Đăng ký khai sinh")
    'dang ky khai sinh'
    """
    marks = unicodedata.normalize("NFD", clean(text).lower())
    return "".join(c for c in marks if not unicodedata.combining(c)).replace("đ", "d")


def has_diacritics(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark.

    >>> has_diacritics("dang ky"), has_diacritics("đăng ky")
    (False, True)
    """
    return fold(text) != clean(text).lower()
