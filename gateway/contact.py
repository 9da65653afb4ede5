"""Reads how somebody can be reached out of one message: kept aside, never in the conversation."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import yaml

from gateway.identifiers import digits_of, folded
from gateway.masking import Masking
from gateway.messages import Contact

FILE = Path(__file__).with_name("contact.yml")
LONGEST_NAME = 60
LONGEST_ADDRESS = 200
MOST_WORDS = 7  # Of a name.
_PHONE_DIGITS = (10, 11)
_PARTS = re.compile(r"[,;|\n]|\. | - ")
_RUN = re.compile(r"(?<![\w.-])(?!\d\.\d{6}(?!\d))\d(?:[ .-]?\d){5,}")  # No procedure's code.
_WORD = re.compile(r"[^\W\d]+")
_AT = re.compile(r" ?(?:\(at\)|\[at\]|@| a cong | a moc ) ?")


class Fault(StrEnum):
    """Why something that looks like a contact reaches nobody; the names are keys in texts.yml."""

    SHORT = "short"
    LONG = "long"
    OTHER = "other"
    NAME = "name"  # Nothing but a name: it is kept, and a number has to follow.


class ContactReader:
    """Finds what the masking would hide, and a name that is sent alone."""

    def __init__(self, masking: Masking) -> None:
        words = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        either = _either(words["labels"])
        self._label = re.compile(rf"^(?:(?:{either})(?!\w)[\s:.-]*)+")
        self._label_after = re.compile(rf"(?:[\s:.-]+(?:{either})(?!\w))+$")
        self._named = re.compile(rf"^(?:{_either(words['named'])})(?!\w)[\s:.-]*")
        self._place = re.compile(rf"(?<!\w)(?:{_either(words['address'])})(?!\w)|\d")
        self._surnames = frozenset(words["surnames"]) | {folded(one) for one in words["surnames"]}
        self._masking = masking

    def read(self, text: str) -> Contact | None:
        """
        >>> ContactReader(Masking()).read("Nguyễn Văn An, sđt 0912 345 678, xã Tân Phú")
        Contact(name='Nguyễn Văn An', phone='0912345678', email='', address='xã Tân Phú')
        >>> ContactReader(Masking()).read("gọi cho tôi số 0912 345 678 nhé")
        Contact(name='', phone='0912345678', email='', address='')
        """
        phone, email, rest = "", "", text
        for start, end, kind in reversed(self._masking.spans(text)):
            found = text[start:end]
            if kind == "email":
                email = _email(found)
            else:
                phone = _phone(found) or phone
            rest = rest[:start] + "," + rest[end:]
        if not phone and not email:
            name = self._name_alone(text)
            return Contact(name) if name else None
        name, address = self._name_and_address(rest)
        return Contact(name, phone, email, address)

    def fault(self, text: str) -> Fault | None:
        """What is wrong with the number of a message that is hardly more than one."""
        contact = self.read(text)
        if contact:
            return None if contact.phone or contact.email else Fault.NAME
        runs = [digits_of(run) for run in _RUN.findall(folded(text))]
        others = [word for word in _WORD.findall(text) if len(word) > 1]
        if len(runs) != 1 or "?" in text or len(others) > MOST_WORDS:
            return None
        if len(runs[0]) < min(_PHONE_DIGITS):
            return Fault.SHORT
        return Fault.LONG if len(runs[0]) > max(_PHONE_DIGITS) else Fault.OTHER

    def _name_alone(self, text: str) -> str:
        text = text.strip(" .,!")
        if self._named.match(folded(text)):
            return self._name(text)
        words = text.split()
        sure = len(words) > 1 and words[0].lower() in self._surnames
        capitals = all(word[0].isupper() for word in words)
        return self._name(text) if sure and capitals else ""

    def _name_and_address(self, rest: str) -> tuple[str, str]:
        parts = [part for part in _PARTS.split(rest) if "?" not in part]
        name = self._name(parts.pop(0)) if parts and self._name(parts[0]) else ""
        parts = [part for part in map(self._bare, parts) if part]
        while parts and not self._place.search(folded(parts[0])):
            parts.pop(0)
        return name, ", ".join(parts)[:LONGEST_ADDRESS]

    def _name(self, part: str) -> str:
        """The name that a part is; "" when it is none, by its first words or its capitals."""
        name = self._bare(part)
        words = name.split()
        if not words or len(words) > MOST_WORDS or len(name) > LONGEST_NAME or not _is_words(name):
            return ""
        told = self._named.match(folded(part.strip(" .:-")))
        capitals = all(word[0].isupper() for word in words)
        known = len(words) > 1 and words[0].lower() in self._surnames
        return name if told or capitals or known else ""

    def _bare(self, part: str) -> str:
        part = part.strip(" .:-")
        label = self._label.match(folded(part))
        part = part[label.end() :].strip(" .:-") if label else part
        after = self._label_after.search(folded(part))
        return part[: after.start()] if after else part


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(folded(one)) for one in sorted(words, key=len, reverse=True))


def _is_words(part: str) -> bool:
    return part.replace(" ", "").isalpha()


def _phone(found: str) -> str:
    """As it is dialled in Vietnam; "" for a number that is no telephone's."""
    digits = digits_of(folded(found))
    digits = re.sub(r"^(?:00)?84(?=0?[2-9]\d{8,9}$)", "0", digits)
    is_phone = digits.startswith("0") and len(digits) in _PHONE_DIGITS
    return digits if is_phone else ""


def _email(found: str) -> str:
    return _AT.sub("@", folded(found)).replace(" cham ", ".").strip()
