"""The catalogue on disk: one read-only SQLite file a version, a procedure a row."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.model import Procedure

FILE = "catalogue.sqlite"
_PROCEDURE = TypeAdapter(Procedure)


class Catalogue:
    """The procedures of one version, read one at a time so that memory does not grow with them."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / FILE).resolve().as_uri()}?mode=ro&immutable=1"
        self._rows = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def get(self, code: str) -> Procedure | None:
        row = self._rows.execute("SELECT body FROM procedure WHERE code = ?", [code]).fetchone()
        return _PROCEDURE.validate_json(row[0]) if row else None

    def __iter__(self) -> Iterator[Procedure]:
        for (body,) in self._rows.execute("SELECT body FROM procedure ORDER BY code"):
            yield _PROCEDURE.validate_json(body)

    def __len__(self) -> int:
        count: int = self._rows.execute("SELECT count(*) FROM procedure").fetchone()[0]
        return count

    def close(self) -> None:
        self._rows.close()


def write(folder: Path, procedures: Iterable[Procedure]) -> None:
    """Write the procedures into a new catalogue file in `folder`."""
    rows = ((each.code, _PROCEDURE.dump_json(each, exclude_defaults=True)) for each in procedures)
    connection = sqlite3.connect(folder / FILE)
    with connection:
        connection.execute("CREATE TABLE procedure (code TEXT PRIMARY KEY, body BLOB NOT NULL)")
        connection.executemany("INSERT INTO procedure VALUES (?, ?)", rows)
    connection.close()
