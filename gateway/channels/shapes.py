"""What may be anything, read as what it should be: the providers' JSON."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any


def found_at(found: Any, *path: str) -> Any:
    """What stands at the end of the path; None where it breaks off.

    >>> found_at({"sender": {"id": "7"}}, "sender", "id"), found_at([], "sender")
    ('7', None)
    """
    for name in path:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def text_of(value: Any) -> str:
    """NFC. Half a surrogate pair, which JSON allows and no database does, becomes a question mark;
    what is no text is none."""
    if not isinstance(value, str):
        return ""
    return unicodedata.normalize("NFC", value.encode("utf-8", "replace").decode())


def id_of(value: Any, shape: re.Pattern[str]) -> str:
    """Ids are strings, but a number is one as well; "" is anything else, or of another shape."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        value = str(value)
    return value if isinstance(value, str) and shape.fullmatch(value) else ""


def moment_of(milliseconds: Any) -> datetime | None:
    """Of the epoch. None where there is no such moment."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    if not milliseconds > 0:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
