"""Where a filed dossier stands: its code, and the port to the province's own system."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import yaml

SETTINGS = Path(__file__).with_name("dossier.yml")
FEW_WORDS = 10  # A message with half a code in it is about the code when it says little else.


class DossierFate(StrEnum):
    """How looking a dossier up ended."""

    FOUND = "found"
    UNKNOWN = "unknown"  # No dossier has this code.
    DOWN = "down"  # The province's system does not answer, or not in words we know.


@dataclass(frozen=True)
class DossierReport:
    """`facts` are labels and values for the citizen, as the province writes them."""

    fate: DossierFate
    facts: tuple[tuple[str, str], ...] = ()


class DossierStatus(Protocol):
    async def look_up(self, code: str) -> DossierReport: ...


class DossierCodes:
    """Tells codes of dossiers in what citizens write."""

    def __init__(self, pattern: str) -> None:
        """Raises re.error."""
        self._code = re.compile(rf"(?<![\w.-])(?:{pattern})(?![\w-])", re.IGNORECASE)

    @classmethod
    def load(cls, pattern: str = "", path: Path = SETTINGS) -> "DossierCodes":
        return cls(pattern or read_settings(path)["code"])

    def find(self, text: str) -> str:
        """The first code in a text, or "".

        >>> DossierCodes(r"[A-Z]\\d\\d-\\d{4}").find("hồ sơ h49-0007 ạ?")
        'H49-0007'
        """
        match = self._code.search(text)
        return match.group().upper() if match else ""

    def resembles(self, text: str) -> bool:
        """Whether a text seems to be about a code that is not whole.

        >>> codes = DossierCodes(r"[A-Z]\\d\\d-\\d{4}")
        >>> codes.resembles("h49-07"), codes.resembles("khai sinh 2024"), codes.resembles("12")
        (True, False, False)
        """
        words = text.split()
        return len(words) <= FEW_WORDS and any(map(_has_digits_of_a_code, words))


def read_settings(path: Path = SETTINGS) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return settings


def _has_digits_of_a_code(word: str) -> bool:
    """More digits than a year has, or a letter and digits as a code begins."""
    digits = sum(letter.isdigit() for letter in word)
    return digits >= 5 or (digits >= 3 and re.match(r"[A-Za-z]\d\d", word) is not None)
