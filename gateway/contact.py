"""Reads how somebody can be reached out of one message: kept aside, never in the conversation."""

import re
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
_AT = re.compile(r" ?(?:\(at\)|\[at\]|@| a cong | a moc ) ?")


class ContactReader:
    """Finds what the masking would hide; a name alone reaches nobody and is no contact."""

    def __init__(self, masking: Masking) -> None:
        labels = yaml.safe_load(FILE.read_text(encoding="utf-8"))["labels"]
        either = "|".join(re.escape(folded(one)) for one in sorted(labels, key=len, reverse=True))
        self._label = re.compile(rf"^(?:(?:{either})(?!\w)[\s:.-]*)+")
        self._label_after = re.compile(rf"(?:[\s:.-]+(?:{either})(?!\w))+$")
        self._masking = masking

    def read(self, text: str) -> Contact | None:
        """
        >>> ContactReader(Masking()).read("Nguyễn Văn An, sđt 0912 345 678, xã Tân Phú")
        Contact(name='Nguyễn Văn An', phone='0912345678', email='', address='xã Tân Phú')
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
            return None
        name, address = self._name_and_address(rest)
        return Contact(name, phone, email, address)

    def _name_and_address(self, rest: str) -> tuple[str, str]:
        parts = [self._bare(part) for part in _PARTS.split(rest)]
        parts = [part for part in parts if part and "?" not in part]
        name = parts.pop(0) if parts and _is_name(parts[0]) else ""
        return name, ", ".join(parts)[:LONGEST_ADDRESS]

    def _bare(self, part: str) -> str:
        part = part.strip(" .:-")
        label = self._label.match(folded(part))
        part = part[label.end() :].strip(" .:-") if label else part
        after = self._label_after.search(folded(part))
        return part[: after.start()] if after else part


def _is_name(part: str) -> bool:
    short = len(part) <= LONGEST_NAME and 1 < len(part.split()) <= MOST_WORDS
    return short and not any(map(str.isdecimal, part))


def _phone(found: str) -> str:
    """As it is dialled in Vietnam; "" for a number that is no telephone's."""
    digits = digits_of(folded(found))
    digits = re.sub(r"^(?:00)?84(?=0?[2-9]\d{8,9}$)", "0", digits)
    is_phone = digits.startswith("0") and len(digits) in _PHONE_DIGITS
    return digits if is_phone else ""


def _email(found: str) -> str:
    return _AT.sub("@", folded(found)).replace(" cham ", ".").strip()
