"""What an uploaded file is, by its first bytes; its name, made into one that is only a name."""

import re
import unicodedata

from gateway.clean import clean

LONGEST_NAME = 100
NAMELESS = "tep"
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*%$`;&\'\\/]+')
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")


def media_type_of(content: bytes) -> str:
    """Photographs and scans; "" for whatever else, a program with another name above all."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    return ""


ENDINGS = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
}


def clean_name(name: str, media_type: str) -> str:
    """The last part of a path, with the ending of what the file is.

    >>> clean_name("../../etc/passwd", "image/png"), clean_name("C:\\\\a\\\\anh.exe", "image/jpeg")
    ('passwd.png', 'anh.exe.jpg')
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", clean(name)))[-1]
    plain = _FORBIDDEN.sub("_", last.replace("\n", " ")).strip(" ._-") or NAMELESS
    stem, _, ending = plain.rpartition(".")
    endings = ENDINGS[media_type]
    if stem and ending.lower() in endings:
        return f"{stem[: LONGEST_NAME - 6]}.{ending}"
    return f"{plain[: LONGEST_NAME - 6]}.{endings[0]}"
