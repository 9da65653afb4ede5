"""Searching cases by words, with or without diacritics, in an index and not row by row."""

import re
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
    """The condition that a case has a word beginning with each of these."""
    if not wanted:
        return sa.false()
    if connection.dialect.name == "postgresql":
        return _vector().op("@@")(sa.cast(sa.literal(_tsquery(wanted)), _TsQuery()))
    found = sa.select(_case_words.c.rowid).where(_case_words.c.case_words.op("MATCH")(_fts(wanted)))
    return case_.c.id.in_(found)


class _TsQuery(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tsquery"


def _vector() -> sa.ColumnElement[Any]:
    # As in the index of migration 0005, or it is not used.
    space = sa.literal_column("' '")
    text = sa.func.string_to_array(sa.func.ltrim(case_.c.search_text), space)
    return sa.func.array_to_tsvector(text)


def _tsquery(wanted: list[str]) -> str:
    return " & ".join(f"'{word}':*" for word in wanted)


def _fts(wanted: list[str]) -> str:
    return " AND ".join(f'"{word}"*' for word in wanted)
