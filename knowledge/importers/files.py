"""Opening source files: what is damaged as a whole is told apart from one bad record."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.importers.base import UnreadableSource
from knowledge.importers.record import Record, UnreadableRecord

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def json_lines(path: Path) -> Iterator[Record | UnreadableRecord]:
    """Give each line of a JSON Lines file as a record, plain or gzip.

    A line that is not an object costs only itself, unless the file was cut there or no line is.
    """
    sound, first_error = 0, None
    for number, line in _lines(path):
        place = f"{path.name} line {number}"
        if not line.strip():
            continue
        try:
            record = Record(_object(_parse(line)), place)
        except (ValueError, RecursionError) as error:
            if not line.endswith("\n") and not (first_error and not sound):
                raise UnreadableSource(
                    f"{place}: the file ends inside a record, copy it again"
                ) from error
            unreadable = UnreadableRecord(place, f"is not a JSON object: {error}")
            first_error = first_error or unreadable
            yield unreadable
        else:
            sound += 1
            yield record
    if first_error and not sound:
        raise UnreadableSource(
            f"{path.name}: no line holds a JSON object (one record a line is wanted); "
            f"the first error is {first_error}"
        )


def json_values(path: Path) -> Iterator[tuple[str, Any | UnreadableRecord]]:
    """Give the values of a file that is one JSON value, a list of them, or JSON Lines."""
    try:
        value = json_document(path)
    except UnreadableSource as error:
        cause = error.__cause__
        if not isinstance(cause, json.JSONDecodeError) or cause.msg != "Extra data":
            raise
        for record in json_lines(path):
            yield record.place, record if isinstance(record, UnreadableRecord) else record.raw()
        return
    if not isinstance(value, list):
        yield path.name, value
        return
    for number, each in enumerate(value, start=1):
        yield f"{path.name} item {number}", each


def json_document(path: Path) -> Any:
    """Return the value of a file that is one JSON document. Raises UnreadableSource."""
    text = "".join(line for _, line in _lines(path))
    try:
        return _parse(text)
    except json.JSONDecodeError as error:
        place = f"{path.name} line {error.lineno} column {error.colno}"
        raise UnreadableSource(f"{place}: is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path.name}: is not usable JSON: {error}") from error


def is_file(path: Path) -> bool:
    """Tell a file from a folder. Raises UnreadableSource when it is neither."""
    if not path.exists():
        raise UnreadableSource(f"{path}: there is no such file or folder")
    return path.is_file()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    with _open(path) as file:
        try:
            for number, raw in enumerate(file, start=1):
                yield number, _decode(raw.removeprefix(_BOM) if number == 1 else raw)
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise UnreadableSource(
                f"{path.name} line {number}: is not UTF-8 (byte 0x{byte:02x} at {error.start}), "
                "save it as UTF-8"
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableSource(
                f"{path.name} line {number + 1}: the gzip file is cut or damaged, copy it again "
                f"({error})"
            ) from error


def _open(path: Path) -> io.BufferedIOBase:
    if not is_file(path):
        raise UnreadableSource(f"{path}: is a folder, a file is wanted")
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be opened ({error.strerror})") from error
    if file.peek(len(_GZIP)).startswith(_GZIP):
        file.close()
        return gzip.open(path, "rb")
    return file


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8")


def _parse(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"it is {type(value).__name__}")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON value")
