"""The words of what is sent to agencies: letters.yml and the templates in letters/."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agencies.outbox.writing import Purpose
from agencies.senders.base import Parcel

FILE = Path(__file__).with_suffix(".yml")
TEMPLATES = Path(__file__).parent / "letters"
HANOI = timezone(timedelta(hours=7))  # It has no summer time.


class Letters:
    """Read once; `categories` are the names of Decree 20/2008 Art. 5 by their code."""

    def __init__(self, categories: Mapping[str, str], *, console_url: str = "") -> None:
        self.words: dict[str, Any] = yaml.load(
            FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        self.categories = dict(categories)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - plain text: nothing here is ever read as markup.
        )
        self._environment.filters["moment"] = moment
        self._environment.globals.update(
            console_url=console_url.rstrip("/"),
            categories=self.categories,
            wishes=self.words["wishes"],
            kinds=self.words["kinds"],
        )

    def subject(self, parcel: Parcel) -> str:
        """One line, whatever the case holds."""
        case = parcel.case
        key = "overdue" if parcel.payload.get("what") == "overdue" else str(parcel.purpose)
        if parcel.purpose != Purpose.DIGEST and case is None:
            key = "other"
        code, agency = (case.code, case.agency_name) if case else ("", "")
        day = parcel.payload.get("day", "")
        filled = self.words["subjects"][key].format(code=code, agency=agency, day=day)
        return " ".join("".join(map(_printable, filled)).split())

    def text(self, parcel: Parcel) -> str:
        payload = parcel.payload
        template = self._environment.get_template(_template(parcel))
        reasons = self.words["reasons"]
        why = payload.get("what") or payload.get("event")
        text = template.render(
            case=parcel.case,
            added=any(one.text for one in parcel.added),
            files=sum(one.files for one in parcel.added),
            payload=_Payload(payload),
            reason=reasons.get(why, reasons["other"]),
        )
        return text.strip() + "\n"


def _template(parcel: Parcel) -> str:
    """Somebody's own words, or one of ours."""
    if parcel.payload.get("text"):
        return "words.txt"
    own = {Purpose.FORWARD: "forward.txt", Purpose.DIGEST: "digest.txt"}
    return own.get(parcel.purpose, "notice.txt")


class _Payload(dict[str, Any]):
    """What a payload lacks is empty in a template; a misspelt word of ours is still an error."""

    def __missing__(self, key: str) -> str:
        return ""


def moment(at: datetime) -> str:
    """
    >>> moment(datetime(2026, 11, 22, 1, 5, tzinfo=timezone.utc))
    '08:05 22/11/2026'
    """
    return f"{at.astimezone(HANOI):%H:%M %d/%m/%Y}"


def _printable(letter: str) -> str:
    return letter if letter.isprintable() else " "
