"""Searching cases by words, with or without diacritics, in an index and not row by row."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.tables import case_
from agencies.rows import words

MOST_WORDS = 12
# People write a telephone number in groups, the form that keeps it does not.
_NUMBER = re.compile(r"[\d\s.+()-]{6,}")

_case_words = sa.table("case_words", sa.column("rowid"), sa.column("case_words"))


def wanted_words(text: str) -> list[str]:
    """The beginnings of words that a case has to hold.

    >>> wanted_words("Trần Văn"), wanted_words("0912 345 678")
    (['tran', 'van'], ['0912345678'])
    """
    if _NUMBER.fullmatch(text):
        text = re.sub(r"\D", "", text)
    return list(dict.fromkeys(words(text)))[:MOST_WORDS]


def holds(connection: AsyncConnection, wanted: list[str]) -> sa.ColumnElement[bool]:
    """The condition that a case has a word that begins with each of these."""
    if not wanted:
        return sa.false()
    if connection.dialect.name == "postgresql":
        return _vector().op("@@")(sa.cast(sa.literal(_tsquery(wanted)), _TsQuery()))
    return sa.and_(*_conditions_of_sqlite(wanted))


class _TsQuery(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tsquery"


def _vector() -> sa.ColumnElement[Any]:
    # As in the index of migration 0005, or it is not used.
    space: sa.ColumnElement[str] = sa.literal_column("' '")
    text = sa.func.string_to_array(sa.func.ltrim(case_.c.search_text), space)
    return sa.func.array_to_tsvector(text)


def _tsquery(wanted: list[str]) -> str:
    return " & ".join(f"'{word}'{':' if _any_end(word) else ''}{_any_end(word)}" for word in wanted)


def _any_end(word: str) -> str:
    """One letter begins half of all words, so it stands for itself."""
    return "*" if len(word) > 1 else ""


def _conditions_of_sqlite(wanted: list[str]) -> Iterator[sa.ColumnElement[bool]]:
    plain = [f'"{word}"{_any_end(word)}' for word in wanted if word.isascii()]
    if plain:
        match = _case_words.c.case_words.op("MATCH")(" AND ".join(plain))
        # "+ 0": looked up in the order of the queue, not fetched one by one and sorted.
        yield (case_.c.id + 0).in_(sa.select(_case_words.c.rowid).where(match))
    # The index may cut words of other scripts in another way than we do.
    for word in wanted:
        if not word.isascii():
            yield case_.c.search_text.contains(f" {word}", autoescape=True)
