"""What a file that somebody attached really is: told by its first bytes, never by its name. Pure.

Only kinds that a citizen needs are taken. Nothing here unpacks or renders: names inside a ZIP are
read, their contents are not.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from vietnamese.text import clean

LONGEST_NAME = 120
MOST_PARTS = 2000  # Of an office document; more is no letter.
NAMELESS = "tep"
OCTETS = "application/octet-stream"

# Path separators of every system, what shells and Windows read, and what starts a hidden file.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*%$`;&\'\\/]+')
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")
_OFFICE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
    ),
    "xl/workbook.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
    ),
}


class Refusal(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"  # A program, a page, an archive, a document with macros, or nothing we know.


@dataclass(frozen=True)
class Kind:
    media_type: str
    endings: tuple[str, ...]  # The first is given to a name without a right one.


@dataclass(frozen=True)
class Looked:
    """A file that may be kept, under a name that is only a name."""

    name: str
    media_type: str


def look(name: str, content: bytes, *, most_bytes: int) -> Looked | Refusal:
    """Whether a file may be kept, and as what."""
    if not content:
        return Refusal.EMPTY
    if len(content) > most_bytes:
        return Refusal.TOO_LARGE
    kind = kind_of(content)
    if kind is None:
        return Refusal.KIND
    return Looked(clean_name(name, kind.endings), kind.media_type)


def kind_of(content: bytes) -> Kind | None:
    """The kind by the bytes at the beginning; None for whatever is not taken."""
    return next((kind for fits, kind in _KINDS if fits(content)), None) or _office(content)


def clean_name(name: str, endings: tuple[str, ...] = ()) -> str:
    """The last part of a path without what a system could misread, with a right ending.

    >>> clean_name("../../etc/passwd", ("pdf",)), clean_name("C:\\\\a\\\\Đơn.PDF", ("pdf",))
    ('passwd.pdf', 'Đơn.PDF')
    """
    last = re.split(r"[\\/]", clean(name).replace("\n", " "))[-1]
    plain = _FORBIDDEN.sub("_", last).strip(" ._-") or NAMELESS
    stem, _, ending = plain.rpartition(".")
    if not endings or (stem and ending.lower() in endings):
        return plain[-LONGEST_NAME:]
    return f"{plain[: LONGEST_NAME - 6]}.{endings[0]}"


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


# A PDF whose mark comes later is read by viewers too, but also whatever stands before it.
_KINDS: tuple[tuple[Callable[[bytes], bool], Kind], ...] = (
    (_starts(b"%PDF-"), Kind("application/pdf", ("pdf",))),
    (_starts(b"\xff\xd8\xff"), Kind("image/jpeg", ("jpg", "jpeg"))),
    (_starts(b"\x89PNG\r\n\x1a\n"), Kind("image/png", ("png",))),
    (_starts(b"GIF87a", b"GIF89a"), Kind("image/gif", ("gif",))),
    (_is_webp, Kind("image/webp", ("webp",))),
    (_is_heic, Kind("image/heic", ("heic", "heif"))),
)


def _office(content: bytes) -> Kind | None:
    """A text or a table of an office program, without macros."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if len(names) > MOST_PARTS or has_macros or "[Content_Types].xml" not in names:
        return None
    found = (kind for part, kind in _OFFICE.items() if part in names)
    return next((Kind(*kind) for kind in found), None)
