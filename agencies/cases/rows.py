"""Cases and their history as rows of the tables, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from agencies.cases.model import (
    Actor,
    Case,
    Event,
    EventKind,
    Handling,
    Side,
    State,
    Wish,
)
from agencies.cases.tables import case_, case_event
from agencies.rows import spaced
from agencies.tables import agency

_ENUMS = {"wish": Wish, "handling": Handling, "state": State}
_COLUMNS = [field.name for field in fields(Case)]

# Every query for cases begins with this one; a staff query adds its scope at once.
CASES = sa.select(
    case_, agency.c.code.label("agency_code"), agency.c.name.label("agency_name")
).join_from(case_, agency, case_.c.agency_id == agency.c.id)


def to_case(row: Mapping[Any, Any]) -> Case:
    """Read a row of CASES."""
    values = {name: row[name] for name in _COLUMNS}
    return Case(**values | {name: kind(row[name]) for name, kind in _ENUMS.items()})


def to_event(row: Mapping[Any, Any]) -> Event:
    """Read a row of `case_event`."""
    return Event(
        id=row["id"],
        at=row["at"],
        kind=EventKind(row["kind"]),
        actor=Actor(Side(row["actor"]), row["staff_id"], row["actor_name"]),
        public=row["public"],
        text=row["text"],
        data=row["data"],
    )


def history(case_id: int) -> sa.Select[Any]:
    return sa.select(case_event).where(case_event.c.case_id == case_id).order_by(case_event.c.id)


def findable(values: Mapping[str, Any]) -> str:
    """What staff can search for, folded."""
    names = ("code", "text", "procedure_title", "field", "place_name", "dossier_code")
    citizen = ("contact_name", "contact_phone", "contact_email", "contact_address")
    return spaced(str(values[name]) for name in (*names, *citizen))
