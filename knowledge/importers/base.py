"""The contract between the runner and one source of procedures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.importers.record import Record, UnreadableRecord
from knowledge.model import Procedure


class UnreadableSource(Exception):
    """The file as a whole cannot be used; the message names the place and what to do."""


@dataclass(frozen=True)
class Importer:
    """One source. `read` gives records and, in place of one it cannot open, the error.

    `read` raises UnreadableSource for a damaged file: half a catalogue must not replace a whole
    one. `parse` raises UnreadableRecord or ValueError, which cost only that record. `ignored`
    holds the fields left out on purpose; the runner reports all others that `parse` left.
    """

    about: str
    read: Callable[[Path], Iterator[Record | UnreadableRecord]]
    parse: Callable[[Record], Procedure]
    ignored: frozenset[str] = frozenset()
