"""What a form about a case says: which step, with which words, of the case as it was shown."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from vietnamese.text import clean

LONGEST_TEXT = 20_000
LONGEST_NAME = 300


@dataclass(frozen=True)
class CaseForm:
    """`version` is that of the case when the page was made; 0 is of no case at all."""

    version: Annotated[int, Form(ge=0, lt=2**31)] = 0
    text: Annotated[str, Form()] = ""
    to: Annotated[str, Form()] = ""  # An agency, by code or by name.
    assignee: Annotated[str, Form()] = ""
    handling: Annotated[str, Form()] = ""
    why: Annotated[str, Form()] = ""  # Of an erasure: a code, for words about people would stay.
    confirmed: Annotated[bool, Form()] = False

    @property
    def words(self) -> str:
        return clean(self.text)[:LONGEST_TEXT]

    @property
    def agency(self) -> str:
        return clean(self.to).replace("\n", " ")[:LONGEST_NAME]

    @property
    def person(self) -> int | None:
        text = self.assignee
        fits = text.isascii() and text.isdecimal() and len(text) < 10
        return int(text) if fits else None
