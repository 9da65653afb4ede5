"""A source record that is read to the last field, and says where it stands in its file."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from vietnamese.text import clean

Value = TypeVar("Value")

_PLAIN_NUMBER = re.compile(r"[0-9]{1,18}([.,][0-9]{1,6})?")
_LONGEST_NAME = 60
_LARGEST_NUMBER = 10**15


class UnreadableRecord(Exception):
    """The record does not have the shape its importer expects; `place` says where it stands."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class Record:
    """Hands out each field once, as the asked type, and knows the ones nobody asked for.

    A missing field, null and an empty text are the same to every reader: not published.
    `doubts` collects what an importer read but did not trust.
    """

    def __init__(
        self, fields: Mapping[str, Any], place: str, labels: Mapping[str, str] | None = None
    ) -> None:
        self.place = place
        self.doubts: list[str] = []
        self._left = dict(fields)
        self._asked: set[str] = set()
        self._children: list[Record] = []
        self._labels = labels or {}
        self._path = ""
        self._pattern = ""

    def where(self, name: str = "") -> str:
        """Name the place of the record, or of one of its fields as people see it."""
        path = f"{self._path}.{self._labels.get(name, name)}".strip(".")
        return f"{self.place}, field {path}" if path else self.place

    def error(self, name: str, reason: str) -> UnreadableRecord:
        """Build the error for a field whose value cannot be used."""
        return UnreadableRecord(self.where(name), reason)

    def doubt(self, name: str, what: str) -> None:
        """Note that a value was read but not trusted."""
        self.doubts.append(f"{self._name(name)}: {what}")

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._left.get(name) is not None

    def raw(self) -> dict[str, Any]:
        """Return the fields not yet taken, as the source holds them."""
        return dict(self._left)

    def peek(self, name: str) -> str:
        """Look at a text without taking it."""
        value = self._left.get(name)
        return value if isinstance(value, str) else ""

    def is_list(self, name: str) -> bool:
        """Whether the field holds a list, for the fields that may be one."""
        return isinstance(self._left.get(name), list)

    def text(self, name: str) -> str:
        """Return a required text."""
        value = self.optional_text(name)
        if not value:
            raise self.error(name, "is missing or empty")
        return value

    def optional_text(self, name: str) -> str:
        """Return clean text in NFC, "" when there is none."""
        value = self._take(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(name, f"holds {_kind(value)}, not text")
        return clean(value)

    def one_of(self, name: str, allowed: Mapping[str, Value]) -> Value:
        """Return what a required text stands for."""
        value = self.text(name)
        if value not in allowed:
            raise self.error(name, f"holds {value!r}, not one of {', '.join(allowed)}")
        return allowed[value]

    def optional_one_of(self, name: str, allowed: Mapping[str, Value]) -> Value | None:
        """Return what a text stands for, None when there is none."""
        return self.one_of(name, allowed) if self.has(name) else self._take(name)

    def number(self, name: str) -> Decimal | None:
        value = self._take(name)
        return None if value is None or value == "" else self._number(name, value)

    def integer(self, name: str) -> int | None:
        value = self.number(name)
        if value is not None and value != int(value):
            raise self.error(name, f"holds {value}, not a whole number")
        return None if value is None else int(value)

    def number_or_text(self, name: str) -> Decimal | str | None:
        """Return a number, also one written as plain digits, or the words in its place."""
        value = self._take(name)
        if not isinstance(value, str):
            return None if value is None else self._number(name, value)
        text = clean(value)
        if _PLAIN_NUMBER.fullmatch(text):
            return shortest(Decimal(text.replace(",", ".")))
        return text or None

    def boolean(self, name: str) -> bool | None:
        value = self._take(name)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(name, f"holds {_kind(value)}, not true or false")

    def day(self, name: str) -> date | None:
        """Return a date written YYYY-MM-DD."""
        text = self.optional_text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise self.error(name, f"holds {text!r}, not a date written YYYY-MM-DD") from None

    def record(self, name: str) -> "Record | None":
        """Return an object inside this one."""
        value = self._take(name)
        return None if value is None else self._child(name, value, name)

    def records(self, name: str) -> list["Record"]:
        """Return a list of objects, [] when there is none."""
        return [self._child(path, each, name) for path, each in self._items(name)]

    def texts(self, name: str) -> list[str]:
        """Return a list of texts without the empty ones, [] when there is none."""
        return [clean(self._text(path, each)) for path, each in self._items(name) if each]

    def records_or_texts(self, name: str) -> list["Record | str"]:
        """Return a list that may mix objects and texts, without the empty texts."""
        return [
            clean(each) if isinstance(each, str) else self._child(path, each, name)
            for path, each in self._items(name)
            if each
        ]

    def leftovers(self, ignored: frozenset[str]) -> Iterator[str]:
        """Name the fields that hold something nobody asked for, lists without their index."""
        for name, value in self._left.items():
            if _is_filled(value) and self._name(name) not in ignored:
                yield self._name(name)
        for child in self._children:
            yield from child.leftovers(ignored)

    def asked(self) -> Iterator[str]:
        """Name the fields that were asked for, present or not."""
        yield from map(self._name, self._asked)
        for child in self._children:
            yield from child.asked()

    def _take(self, name: str) -> Any:
        if name in self._asked:
            raise LookupError(f"{self._name(name)} is asked for twice")
        self._asked.add(name)
        return self._left.pop(name, None)

    def _items(self, name: str) -> list[tuple[str, Any]]:
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(name, f"holds {_kind(value)}, not a list")
        return [(f"{name}[{number}]", each) for number, each in enumerate(value)]

    def _child(self, path: str, value: Any, name: str) -> "Record":
        # A record of its own, such as a row of another sheet, keeps its place.
        child = value if isinstance(value, Record) else None
        if child is None:
            if not isinstance(value, dict):
                raise self.error(path, f"holds {_kind(value)}, not an object")
            child = Record(value, self.place)
            child._path = f"{self._path}.{path}".strip(".")
        child._pattern = self._name(name) + ("[]" if path != name else "")
        child.doubts = self.doubts
        self._children.append(child)
        return child

    def _number(self, name: str, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.error(name, f"holds {_kind(value)}, not a number")
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > _LARGEST_NUMBER:
            raise self.error(name, f"holds {number}, which no field here can be")
        return shortest(number)

    def _text(self, path: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.error(path, f"holds {_kind(value)}, not text")
        return value

    def _name(self, name: str) -> str:
        return f"{self._pattern}.{clean(name)[:_LONGEST_NAME]}".strip(".")


def shortest(number: Decimal) -> Decimal:
    """Drop what a float adds to a whole number.

    >>> shortest(Decimal("120.0")), shortest(Decimal("7.50"))
    (Decimal('120'), Decimal('7.5'))
    """
    return number.quantize(Decimal(1)) if number == int(number) else number.normalize()


def inside(place: str, *names: str) -> frozenset[str]:
    """Name fields of one place, for the lists of those left out on purpose.

    >>> sorted(inside("fees[]", "id", "file"))
    ['fees[].file', 'fees[].id']
    """
    return frozenset(f"{place}.{name}" for name in names)


def _is_filled(value: Any) -> bool:
    return value is not None and value not in ([], {}) and value != "" and value != " "


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return f"text ({clean(value)[:30]!r})"
        case int() | float() | Decimal():
            return f"a number ({value})"
        case list():
            return "a list"
        case dict():
            return "an object"
    return f"a {type(value).__name__}"
