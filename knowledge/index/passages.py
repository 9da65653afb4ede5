"""What of a procedure is searched: its title and the words citizens have for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.model import Procedure
from vietnamese.text import normalise


@dataclass(frozen=True)
class Passage:
    """One searchable text of a procedure, normalised."""

    code: str
    text: str


def passages(procedures: Iterable[Procedure]) -> list[Passage]:
    """List the passages of every procedure, each text once."""
    found: dict[Passage, None] = {}
    for procedure in procedures:
        for text in (procedure.title, *procedure.keywords):
            found[Passage(procedure.code, searchable(text))] = None
    return list(found)


def searchable(text: str) -> str:
    """The form of a title that is compared: titles differ in how they begin, not in what they say.

    >>> searchable("THỦ TỤC Đăng ký khai sinh.")
    'đăng ký khai sinh'
    """
    return normalise(text).removeprefix("thủ tục ").strip(" .;")
