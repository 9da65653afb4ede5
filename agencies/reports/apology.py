"""The letter of apology for a late dossier: what staff fill in, checked, and the words drafted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vietnamese.workdays import BeyondCalendar, WorkCalendar

FILE = Path(__file__).with_name("apology.yml")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dossier:
    """A dossier that is not ready in time. `title` is a key of apology.yml."""

    agency: str
    code: str
    applicant: str
    procedure: str
    received: date
    promised: date
    reason: str
    new_date: date
    title: str = "extension"
    place: str = ""
    superior: str = ""

    def late(self, today: date) -> bool:
        return self.promised < today


@dataclass(frozen=True)
class Letter:
    """What is printed; staff may have changed `body`."""

    dossier: Dossier
    body: str
    day: date


@dataclass(frozen=True)
class Remark:
    """A fault or warning: its code, the field, and what fills its sentence."""

    code: str
    field: str
    known: tuple[tuple[str, str], ...] = ()

    def says(self) -> str:
        sentences = words()["faults"] | words()["warnings"]
        return str(sentences[self.code]).format(**dict(self.known))


@cache
def words() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def faults(dossier: Dossier, calendar: WorkCalendar, today: date) -> Iterator[Remark]:
    """What must be put right before there is a letter."""
    if dossier.received > today:
        yield Remark("received_later", "received")
    if dossier.promised < dossier.received:
        yield Remark("promised_before", "promised")
    if dossier.new_date <= dossier.promised:
        yield Remark("new_before", "new_date")
    elif dossier.new_date <= today:
        yield Remark("new_past", "new_date")
    else:
        yield from _day_off(dossier.new_date, calendar)


def warnings(dossier: Dossier, calendar: WorkCalendar, today: date) -> Iterator[Remark]:
    """What staff should know and may decide."""
    if not dossier.late(today):
        yield Remark("not_late", "promised")
    if dossier.new_date > calendar.announced_until:
        until = (("until", _written(calendar.announced_until)),)
        yield Remark("guess", "new_date", until)


def draft(dossier: Dossier, today: date) -> str:
    """The body of the letter, for staff to read, change and sign."""
    body = words()["body"]["late" if dossier.late(today) else "not_yet"]
    return str(body).format(
        agency=dossier.agency,
        dossier=dossier.code,
        procedure=dossier.procedure,
        reason=_sentence(dossier.reason),
        received=_written(dossier.received),
        promised=_written(dossier.promised),
        new_date=_written(dossier.new_date),
    )


def plain(letter: Letter) -> str:
    """The whole letter as text, to be pasted into a word processor."""
    dossier, said = letter.dossier, words()
    head = [dossier.superior, dossier.agency, said["number"].format(sign=said["sign"])]
    form = title_of(dossier)
    parts = [
        *filter(None, head),
        "",
        said["nation"].upper(),
        said["motto"],
        dated(letter),
        "",
        form["title"].upper(),
        said["addressee"].format(applicant=dossier.applicant),
        "",
        letter.body,
        "",
        said["signer"].upper(),
        said["signing"],
    ]
    return "\n".join(parts) + "\n"


def dated(letter: Letter) -> str:
    key = "dated" if letter.dossier.place else "dated_nowhere"
    day = letter.day
    return str(words()[key]).format(
        place=letter.dossier.place, day=f"{day.day:02}", month=f"{day.month:02}", year=day.year
    )


def title_of(dossier: Dossier) -> Mapping[str, str]:
    titles: Mapping[str, Mapping[str, str]] = words()["titles"]
    return titles.get(dossier.title) or next(iter(titles.values()))


def _day_off(day: date, calendar: WorkCalendar) -> Iterator[Remark]:
    try:
        if not calendar.is_working(day):
            known = (("next", _written(calendar.first_working(day + _DAY))),)
            yield Remark("new_off", "new_date", known)
    except BeyondCalendar:
        yield Remark("beyond", "new_date")


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
