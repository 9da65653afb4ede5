"""What staff type into the form of a letter of apology, read and checked field by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Form

from agencies.reports.apology import Dossier, Remark, faults, words
from vietnamese.text import clean
from vietnamese.workdays import WorkCalendar

NEEDED = ("agency", "dossier", "applicant", "procedure", "reason")
DATES = ("received", "promised", "new_date")
LONGEST = {"reason": 2000, "body": 8000}
LONGEST_FIELD = 300
_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class LetterForm:
    """As typed; nothing of it is kept."""

    title: Annotated[str, Form()] = ""
    superior: Annotated[str, Form()] = ""
    agency: Annotated[str, Form()] = ""
    place: Annotated[str, Form()] = ""
    dossier: Annotated[str, Form()] = ""
    applicant: Annotated[str, Form()] = ""
    procedure: Annotated[str, Form()] = ""
    received: Annotated[str, Form()] = ""
    promised: Annotated[str, Form()] = ""
    new_date: Annotated[str, Form()] = ""
    reason: Annotated[str, Form()] = ""
    body: Annotated[str, Form()] = ""
    step: Annotated[str, Form()] = "draft"

    def read(self, calendar: WorkCalendar, today: date) -> Dossier | list[Remark]:
        """The dossier, or everything that is wrong with the form."""
        wrong = list(self._wrong())
        if wrong:
            return wrong
        dossier = Dossier(
            agency=clean(self.agency),
            code=clean(self.dossier),
            applicant=clean(self.applicant),
            procedure=clean(self.procedure),
            reason=clean(self.reason),
            place=clean(self.place),
            superior=clean(self.superior),
            title=self.title if self.title in words()["titles"] else next(iter(words()["titles"])),
            **{name: day for name in DATES if (day := read_day(getattr(self, name)))},
        )
        return list(faults(dossier, calendar, today)) or dossier

    def _wrong(self) -> Iterator[Remark]:
        for name in NEEDED:
            if not clean(getattr(self, name)):
                yield Remark("missing", name)
        for name in (*NEEDED, "place", "superior", "body"):
            if len(getattr(self, name)) > LONGEST.get(name, LONGEST_FIELD):
                yield Remark("too_long", name)
        for name in DATES:
            if read_day(getattr(self, name)) is None:
                yield Remark("no_date", name)


def read_day(written: str) -> date | None:
    """
    >>> read_day("25/11/2026"), read_day("2026-11-25"), read_day("31/2/2026")
    (datetime.date(2026, 11, 25), datetime.date(2026, 11, 25), None)
    """
    written = written.strip()
    found = _WRITTEN.fullmatch(written)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(written)
    except ValueError:
        return None
