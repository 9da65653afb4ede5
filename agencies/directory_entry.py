"""What every kind of directory file is read into, before anything is judged."""

from dataclasses import dataclass
from typing import Any


class UnreadableDirectory(Exception):
    """The file as a whole cannot be read; nothing of it was used."""


@dataclass(frozen=True)
class Entry:
    """One agency as the file has it: `fields` as in directory.schema.json, `line` where it begins.

    `faults` is what could not even be read, such as hours that are not hours.
    """

    line: int
    fields: Any
    sheet: str = ""
    faults: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        code = self.fields.get("code") if isinstance(self.fields, dict) else None
        return code if isinstance(code, str) else ""
