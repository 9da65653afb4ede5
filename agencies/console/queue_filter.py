"""What part of the queue somebody wants to see, as the address of the page says it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from agencies.cases.model import OPEN, State, Wish
from vietnamese.text import clean

LONGEST_QUERY = 200
LONGEST_NAME = 80


class Due(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"


class Order(StrEnum):
    DUE = "due"  # What is due first.
    NEWEST = "newest"


OPEN_ONES = "open"
ALL = "all"
STATES = (OPEN_ONES, *State, ALL)
NOBODY = "nobody"
ME = "me"


@dataclass(frozen=True)
class Place:
    """A place in the queue: that of the case with this moment and id."""

    at: datetime
    case_id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.case_id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        at, _, case_id = text.rpartition("_")
        try:
            moment = datetime.fromisoformat(at)
            number = int(case_id)
        except ValueError:
            return None
        fits = moment.tzinfo and 0 <= number < 2**31 and 2000 <= moment.year < 3000
        return cls(moment, number) if fits else None


@dataclass(frozen=True)
class Filter:
    """Nothing set is all open cases, what is due first on top."""

    state: str = OPEN_ONES
    due: str = ""
    agency: str = ""  # Its code.
    wish: str = ""
    category: str = ""
    assignee: str = ""  # "me", "nobody" or the id of an account.
    since: date | None = None
    until: date | None = None
    drafted: bool = False  # With an answer that waits to be sent.
    words: str = ""
    order: str = ""  # "" is the order that goes with the state.
    after: Place | None = None
    before: Place | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From the address: what makes no sense there is as if it were not there."""
        return cls(
            state=_one_of(query.get("state"), STATES) or OPEN_ONES,
            due=_one_of(query.get("due"), tuple(Due)),
            agency=_name(query.get("agency")),
            wish=_one_of(query.get("wish"), tuple(Wish)),
            category=_name(query.get("category")),
            assignee=_assignee(query.get("assignee", "")),
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            drafted=query.get("drafted") == "1",
            words=clean(query.get("q", ""))[:LONGEST_QUERY],
            order=_one_of(query.get("order"), tuple(Order)),
            after=Place.read(query.get("after", "")),
            before=Place.read(query.get("before", "")),
        )

    @property
    def sorted_by(self) -> Order:
        if self.order:
            return Order(self.order)
        return Order.DUE if self.is_open else Order.NEWEST

    @property
    def is_open(self) -> bool:
        return self.state == OPEN_ONES or self.state in OPEN

    def query(self) -> str:
        """As the address has it, without the page; "" when nothing is set.

        >>> Filter(state="closed", words="hộ tịch").query()
        'state=closed&q=h%E1%BB%99+t%E1%BB%8Bch'
        """
        return urlencode(dict(self._set()))

    def at_page(self, *, after: Place | None = None, before: Place | None = None) -> str:
        pages = {"after": after, "before": before}
        return urlencode([*self._set(), *((key, str(at)) for key, at in pages.items() if at)])

    def with_(self, **values: str) -> str:
        """The address of the first page of a slightly different search."""
        return replace(self, **values).query()  # type: ignore[arg-type]

    def _set(self) -> Iterator[tuple[str, str]]:
        if self.state != OPEN_ONES:
            yield "state", self.state
        for name in ("due", "agency", "wish", "category", "assignee", "since", "until"):
            if value := getattr(self, name):
                yield name, str(value)
        if self.drafted:
            yield "drafted", "1"
        if self.words:
            yield "q", self.words
        if self.order:
            yield "order", self.order


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str:
    return str(value) if value in allowed else ""


def _name(value: str | None) -> str:
    return clean(value or "").replace("\n", " ")[:LONGEST_NAME]


def _assignee(value: str) -> str:
    if value in (ME, NOBODY):
        return value
    fits = value.isascii() and value.isdecimal() and len(value) < 10
    return str(int(value)) if fits else ""


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None
