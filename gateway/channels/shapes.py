"""What may be anything, read as what it should be: the providers' JSON."""

import json
import math
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any, NoReturn


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


def word_of(value: Any) -> str:
    """Half a surrogate pair, which JSON allows and no database does, becomes a question mark; what
    is no text is none."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def text_of(value: Any) -> str:
    """What somebody wrote: composed (NFC)."""
    return unicodedata.normalize("NFC", word_of(value))


def id_of(value: Any, shape: re.Pattern[str]) -> str:
    """Ids are strings, but a number is one as well; "" is anything else, or of another shape."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        value = str(value)
    return value if isinstance(value, str) and shape.fullmatch(value) else ""


def degrees_of(value: Any, most: int) -> float | None:
    """A number up to `most`, north or south; None is anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


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


def strict_json(body: bytes) -> Any:
    """Raises ValueError, for numbers that no database keeps as JSON as well, and RecursionError."""
    return json.loads(body, parse_constant=_no_number, parse_float=_finite)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError("too large")
    return value
