"""What became of every record of a source: kept, rejected, and what was not understood."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from knowledge.importers.changes import Changes, compare
from knowledge.model import Absent, Duration, Procedure

# A terminal shows the first of each list; the JSON keeps them all.
SHOWN = 20


@dataclass(frozen=True)
class Reject:
    """A record that was left out, where it stands, and why."""

    place: str
    reason: str


@dataclass
class ImportReport:
    """The procedures of one import and the account of it.

    `unknown` counts the fields that hold something no importer reads or ignores; `doubts` counts
    values that were read and not trusted. Neither costs a procedure.
    """

    source: str
    file: str
    procedures: list[Procedure] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    changes: Changes | None = None

    def compare_with(self, previous: Iterable[Procedure]) -> None:
        """Note what this import changes in the catalogue before it."""
        self.changes = compare(previous, self.procedures)

    def counts(self) -> dict[str, int]:
        """Count records, and what the procedures lack."""
        methods = [method for each in self.procedures for method in each.methods]
        absent = Counter(str(part) for each in self.procedures for part in each.absent)
        return {
            "records": len(self.procedures) + len(self.rejects),
            "procedures": len(self.procedures),
            "rejected": len(self.rejects),
            "without_date": sum(not each.source.captured for each in self.procedures),
            "not_current": sum(each.standing != "listed" for each in self.procedures),
            "times": sum(isinstance(method.time, Duration) for method in methods),
            "times_absent": sum(isinstance(method.time, Absent) for method in methods),
            **{f"without_{part}": number for part, number in sorted(absent.items())},
        }

    def as_json(self) -> dict[str, Any]:
        """Return everything but the procedures, as JSON values."""
        return {
            "source": self.source,
            "file": self.file,
            "counts": self.counts(),
            "rejects": [asdict(each) for each in self.rejects],
            "unknown": dict(self.unknown.most_common()),
            "doubts": dict(self.doubts.most_common()),
            "changes": asdict(self.changes) if self.changes else None,
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.file} ({self.source}): " + ", ".join(
            f"{name.replace('_', ' ')} {number}" for name, number in self.counts().items()
        )
        rejects = (f"{each.place}: {each.reason}" for each in self.rejects)
        yield from _listed("rejected", list(rejects))
        yield from _listed("fields not understood", _numbered(self.unknown))
        yield from _listed("values not trusted", _numbered(self.doubts))
        if self.changes:
            yield from _change_lines(self.changes)


def _change_lines(changes: Changes) -> Iterator[str]:
    yield from _listed("added", [f"{each.code} {each.title}" for each in changes.added])
    yield from _listed("gone", [f"{each.code} {each.title}" for each in changes.gone])
    lines = [
        f"{each.procedure.code} {change.field}: {change.old or '-'} -> {change.new or '-'}"
        for each in changes.changed
        for change in each.fields
    ]
    yield from _listed(f"fields changed in {len(changes.changed)} procedures", lines)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}: {len(lines)}"
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  ... and {len(lines) - SHOWN} more, all in the report file"


def _numbered(counts: Counter[str]) -> list[str]:
    return [f"{name}: {number}" for name, number in counts.most_common()]
