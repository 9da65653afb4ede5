"""An agency as a row of the table, and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import time
from typing import Any

from agencies.model import (
    Agency,
    Contact,
    ContactState,
    Kind,
    Level,
    Location,
    Opening,
    Unit,
    Weekday,
)
from vietnamese.text import fold


def to_row(agency: Agency) -> dict[str, Any]:
    """The values of the row; the parent's id is the writer's to find."""
    contact, location = agency.contact, agency.location
    return {
        "code": agency.code,
        "name": agency.name,
        "kind": agency.kind,
        "level": agency.level,
        "other_names": list(agency.other_names),
        "fields": list(agency.fields),
        "area": [asdict(unit) for unit in agency.area],
        "contact_state": contact.state,
        "contact_fictional": contact.fictional,
        "email": contact.email,
        "phone": contact.phone,
        "address": contact.address,
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
        "opening_hours": [_from_opening(opening) for opening in agency.opening_hours],
        "search_text": spaced(_findable(agency)),
        "withdrawn": agency.successor is not None,
    }


def from_row(row: Mapping[Any, Any]) -> Agency:
    """Read a row that was joined with the codes of its parent and its successor."""
    return Agency(
        code=row["code"],
        name=row["name"],
        kind=Kind(row["kind"]),
        level=Level(row["level"]),
        area=tuple(Unit(**unit) for unit in row["area"]),
        contact=Contact(
            state=ContactState(row["contact_state"]),
            email=row["email"],
            phone=row["phone"],
            address=row["address"],
            fictional=row["contact_fictional"],
        ),
        parent=row["parent"],
        other_names=tuple(row["other_names"]),
        fields=tuple(row["fields"]),
        opening_hours=tuple(map(_to_opening, row["opening_hours"])),
        successor=row["successor"],
        location=_to_location(row["latitude"], row["longitude"]),
    )


def words(text: str) -> list[str]:
    """The folded words of a text.

    >>> words("Sở Tư pháp (cũ)")
    ['so', 'tu', 'phap', 'cu']
    """
    return re.findall(r"\w+", fold(text))


def spaced(texts: Iterable[str]) -> str:
    """Folded words, each after a space, so that a search can ask for the beginning of a word.

    >>> spaced(["Hộ tịch", "Chứng thực"])
    ' ho tich chung thuc'
    """
    return "".join(f" {word}" for text in texts for word in words(text))


def _findable(agency: Agency) -> Iterable[str]:
    units = (unit.name for unit in agency.area)
    return (agency.name, *agency.other_names, *agency.fields, *units)


def _from_opening(opening: Opening) -> dict[str, Any]:
    return {
        "days": list(opening.days),
        "opens": opening.opens.isoformat("minutes"),
        "closes": opening.closes.isoformat("minutes"),
    }


def _to_location(latitude: float | None, longitude: float | None) -> Location | None:
    return None if latitude is None or longitude is None else Location(latitude, longitude)


def _to_opening(fields: Mapping[str, Any]) -> Opening:
    return Opening(
        days=tuple(map(Weekday, fields["days"])),
        opens=time.fromisoformat(fields["opens"]),
        closes=time.fromisoformat(fields["closes"]),
    )
